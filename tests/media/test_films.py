"""Films and sounds written anew: how they play, what they tell no more, and what is refused."""

import io
import random
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import av
import pytest
from PIL import Image

from app.core.errors import Invalid
from app.media.cutting_room import Finished, cut
from app.media.darkroom import Darkroom, Developed
from app.media.faults import Fault
from app.media.kinds import MP3, MP4, Form, MediaKind, sniff
from app.media.rooms import TookTooLong
from app.media.trust import Unfit
from tests.media.films import film_file, frames_of, on_its_side, sound_file
from tests.media.pictures import animation

ROOM = Darkroom(tables=2)
SECRETS = (b"Secret", b"Private", b"+52.5", b"loci", b"JFIF")


@contextmanager
def seen(data: bytes, kind: MediaKind = MediaKind.PICTURE) -> Iterator[Developed]:
    """Look at the file as the service does while its sender waits."""
    of_post = kind is MediaKind.PICTURE
    with ROOM.develop(io.BytesIO(data), kind=kind, takes_films=of_post) as film:
        yield film


def refused(data: bytes, kind: MediaKind = MediaKind.PICTURE) -> str:
    """Return the sentence with which the file is refused at once."""
    with pytest.raises(Invalid) as refusal, seen(data, kind):
        pass
    assert refusal.value.fields["file"] == refusal.value.message
    return refusal.value.message


@contextmanager
def finished(data: bytes, form: Form, size: tuple[int, int] | None) -> Iterator[Finished]:
    """Write the file anew as the duty does."""
    with cut(io.BytesIO(data), form=form, size=size, beat=lambda: None) as film:
        yield film


def prepared(data: bytes) -> tuple[Form, bytes, Finished]:
    """Return what a file is, how it leaves the site, and what is known of it."""
    with seen(data) as film:
        size = (film.width, film.height) if film.width and film.height else None
        form = film.form
    with finished(data, form, size) as made:
        return form, made.file.read_bytes(), made


FILMS = [
    pytest.param(film_file(), id="an MP4"),
    pytest.param(film_file("mov", "mpeg4"), id="a MOV of an old camera"),
    pytest.param(film_file("webm", "libvpx", sound="libopus"), id="a WebM of a browser"),
    pytest.param(film_file("matroska", "libx265"), id="an HEVC film in Matroska"),
]


@pytest.mark.parametrize("data", FILMS)
def test_a_film_becomes_one_that_every_browser_plays(data: bytes) -> None:
    form, film, made = prepared(data)
    assert form is Form.VIDEO
    assert sniff(film[:64]) == MP4
    assert not [word for word in SECRETS if word in film]
    assert film.index(b"moov") < film.index(b"mdat")  # It begins to play before it has all come.
    with av.open(io.BytesIO(film)) as source:
        [pictures], [sound] = source.streams.video, source.streams.audio
        assert (pictures.codec_context.name, pictures.pix_fmt) == ("h264", "yuv420p")
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", 48_000, 1)
        assert not {"title", "artist", "location"} & set(source.metadata)
    shown = frames_of(film)
    assert len(shown) == 10
    assert [round(at, 2) for at, _ in shown] == [n / 10 for n in range(10)]
    red = shown[0][1].getpixel((8, 8))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 60 > red[2]
    assert (made.frame_rate, made.channels, made.sample_rate) == ("10/1", 1, 48_000)
    assert 950 <= made.duration_ms <= 1_100
    assert abs(made.bit_rate - len(film) * 8_000 / made.duration_ms) <= 1


SOUNDS = [
    pytest.param(sound_file(), 1, id="an MP3"),
    pytest.param(sound_file("ipod", "aac", layout="stereo"), 2, id="an M4A"),
    pytest.param(sound_file("ogg", "libopus"), 1, id="an Opus in Ogg"),
    pytest.param(sound_file("flac", "flac"), 1, id="a FLAC"),
    pytest.param(sound_file("wav", "pcm_s16le"), 1, id="a WAV"),
    pytest.param(sound_file("adts", "aac"), 1, id="a bare AAC"),
    pytest.param(sound_file("webm", "libopus"), 1, id="a recording of a browser"),
    pytest.param(sound_file("wav", "pcm_s16le", layout="5.1"), 2, id="six channels"),
]


@pytest.mark.parametrize(("data", "channels"), SOUNDS)
def test_a_sound_becomes_an_mp3_without_notes(data: bytes, channels: int) -> None:
    form, sound, made = prepared(data)
    assert form is Form.AUDIO
    assert sniff(sound[:64]) == MP3
    assert not [word for word in SECRETS if word in sound]
    with av.open(io.BytesIO(sound)) as source:
        [stream] = source.streams.audio
        assert (stream.codec_context.name, stream.channels) == ("mp3float", channels)
        assert not source.metadata
    assert 430 <= made.duration_ms <= 560
    assert (made.frame_rate, made.channels) == (None, channels)


def test_the_sleeve_of_a_sound_is_drawn_anew_beside_it() -> None:
    with seen(sound_file(cover=True)) as sound:
        assert sound.preview is not None
        assert (sound.width, sound.preview_width) == (None, 120)
        assert 6 <= len(sound.blurhash or "") <= 90
        with Image.open(sound.preview) as sleeve:
            assert (sleeve.format, sleeve.size) == ("WEBP", (120, 120))
    _, data, _ = prepared(sound_file(cover=True))
    assert not [word for word in SECRETS if word in data]


def test_a_moving_picture_becomes_a_silent_film_whose_last_picture_lasts() -> None:
    form, film, made = prepared(animation(4, milliseconds=500))
    assert form is Form.GIFV
    shown = frames_of(film)
    assert [round(at, 1) for at, _ in shown] == [0, 0.5, 1.0, 1.5, 2.0]
    assert made.duration_ms == 2_000
    assert (made.channels, made.sample_rate) == (None, None)
    with av.open(io.BytesIO(film)) as source:
        assert not source.streams.audio


def test_a_film_taken_sideways_stands_upright() -> None:
    data = on_its_side(film_file())
    with seen(data) as film:
        assert (film.width, film.height) == (48, 64)
        assert film.preview is not None
        with Image.open(film.preview) as preview:
            assert preview.size == (48, 64)
    _, made, _ = prepared(data)
    upright = frames_of(made)[0][1]
    assert upright.size == (48, 64)
    red = upright.getpixel((40, 8))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 60 > red[2]


def test_a_film_without_sound_is_a_film() -> None:
    form, _, made = prepared(film_file(sound=None))
    assert (form, made.channels) == (Form.VIDEO, None)


def test_a_large_and_fast_film_is_made_smaller_and_slower() -> None:
    data = film_file(frames=12, rate=60, size=(2_560, 300), sound=None)
    with seen(data) as film:
        assert (film.width, film.height) == (1_920, 224)
    with finished(data, Form.VIDEO, (1_920, 224)) as made:
        assert made.frame_rate == "30/1"
        assert len(frames_of(made.file.read_bytes())) == 6


def test_pictures_and_sound_stay_together_if_pictures_come_late() -> None:
    _, film, _ = prepared(film_file("webm", "libvpx", shift=2, sound="libopus"))
    assert [round(at, 1) for at, _ in frames_of(film)][:3] == [0, 2.1, 2.2]


PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n"
LISTS = [
    pytest.param(PLAYLIST % b"file:///etc/passwd", id="a play list of files"),
    pytest.param(PLAYLIST % b"http://169.254.169.254/latest", id="a play list of addresses"),
    pytest.param(b"ffconcat version 1.0\nfile '/etc/passwd'\n", id="a list to join"),
    pytest.param(
        b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>", id="DASH"
    ),
    pytest.param(b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 9 RTP/AVP 96\r\n", id="a call"),
    pytest.param(b"\0\0\0\x18ftypisom" + PLAYLIST * 9, id="a play list posing as MP4"),
    pytest.param(b"\x1aE\xdf\xa3" + PLAYLIST * 9, id="a play list posing as WebM"),
    pytest.param(b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10 + PLAYLIST * 9, id="posing as MP3"),
    pytest.param(b"OggS" + PLAYLIST * 9, id="a play list posing as Ogg"),
    pytest.param(b"RIFF\xff\xff\xff\x7fWAVE" + PLAYLIST * 9, id="a play list posing as WAV"),
]


@pytest.mark.parametrize("data", LISTS)
def test_a_list_of_other_files_is_no_film(data: bytes) -> None:
    assert refused(data)


def claiming(film: bytes, seconds: float) -> bytes:
    """Return the WebM, which now says that it is so long."""
    at = film.index(b"\x44\x89\x88") + 3
    return film[:at] + struct.pack(">d", seconds * 1_000) + film[at + 8 :]


GOOD = film_file()
WEBM = film_file("webm", "libvpx", frames=40, sound="libopus")
DAMAGED = [
    pytest.param(GOOD[:40], id="nothing but a beginning"),
    pytest.param(GOOD[: len(GOOD) // 2], id="half a film"),
    pytest.param(b"\0\0\0\x18ftypisom" + bytes(4_000), id="zeros"),
    pytest.param(b"\xff\xfb" + bytes(4_000), id="silence that is no sound"),
    pytest.param(b"fLaC" + bytes(400), id="a FLAC of nothing"),
    pytest.param(b"OggS" + bytes(400), id="an Ogg of nothing"),
    pytest.param(GOOD.replace(b"stsd", b"free"), id="an MP4 that names no codec"),
    pytest.param(GOOD.replace(b"trak", b"free"), id="an MP4 without a track"),
]


@pytest.mark.parametrize("data", DAMAGED)
def test_shreds_are_refused_at_once_in_words(data: bytes) -> None:
    assert "damaged" in refused(data)


LIMITS = [
    pytest.param(film_file(rate=240, frames=24, sound=None), "120 pictures", id="too fast"),
    pytest.param(film_file(size=(4_098, 32), frames=2, sound=None), "3840 by 2160", id="too wide"),
    pytest.param(
        film_file("matroska", "ffv1", sound=None),
        "how this film",
        id="a codec that we do not read",
    ),
    pytest.param(claiming(WEBM, 3_600), "30 minutes", id="an hour"),
]


@pytest.mark.parametrize(("data", "words"), LIMITS)
def test_what_is_beyond_our_limits_is_refused_at_once(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_a_film_has_no_business_on_a_profile() -> None:
    assert "not a picture" in refused(film_file(), MediaKind.AVATAR)
    assert "not a picture" in refused(sound_file(), MediaKind.HEADER)


def test_a_film_of_too_many_bytes_is_refused_before_it_is_looked_at() -> None:
    head = film_file()[:64]
    assert "99 MB" in refused(head + bytes(99 << 20))


def fault_of(data: bytes, form: Form = Form.VIDEO) -> Fault:
    """Return why the file cannot be written anew."""
    with pytest.raises(Unfit) as refusal, finished(data, form, (64, 48)):
        pass
    return refusal.value.fault


def test_a_gap_of_days_is_not_filled_with_pictures_or_silence() -> None:
    late = film_file("webm", "libvpx", shift=400_000, sound="libopus")
    assert fault_of(claiming(late, 2)) is Fault.TOO_LONG


def test_a_film_that_ends_before_its_time_was_torn() -> None:
    assert fault_of(WEBM[: len(WEBM) // 3]) is Fault.DAMAGED


def test_lies_about_the_length_are_not_believed() -> None:
    for claimed in (0.0, -5.0, float("nan")):
        _, _, made = prepared(claiming(WEBM, claimed))
        assert 3_950 <= made.duration_ms <= 4_100


def test_a_page_behind_a_film_is_not_kept() -> None:
    _, film, _ = prepared(film_file() + b"<script>alert(1)</script>PK\3\4")
    assert b"script" not in film


def test_a_cutter_that_takes_too_long_is_ended() -> None:
    source, size = io.BytesIO(film_file()), (64, 48)
    with (
        pytest.raises(TookTooLong),
        cut(source, form=Form.VIDEO, size=size, beat=lambda: None, deadline=0),
    ):
        pass


def broken(seed: int) -> bytes:
    """Return a good file after an accident: cut short, or with some of its bits turned over."""
    dice = random.Random(seed)
    makers = (film_file(), sound_file(), sound_file("ogg", "libopus"), sound_file("flac", "flac"))
    data = bytearray((*makers, animation(6))[seed % 5])
    if dice.random() < 0.4:
        return bytes(data[: dice.randrange(16, len(data))])
    for _ in range(dice.randrange(1, 30)):
        data[dice.randrange(12, len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


@pytest.mark.parametrize("seed", range(12))
def test_broken_films_are_prepared_or_refused_and_nothing_else(seed: int) -> None:
    try:
        form, data, _ = prepared(broken(seed))
    except (Invalid, Unfit):
        return
    if form is not Form.IMAGE:
        assert sniff(data[:64]) in (MP3, MP4)
