"""Pictures redrawn: nothing of the sender's file gets through, and nothing stops the service."""

import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from app.core.errors import Invalid
from app.media import darkroom as module
from app.media.darkroom import Darkroom, Developed
from app.media.kinds import MP4, Form, MediaKind
from app.media.rooms import ENVIRONMENT
from tests.media.pictures import (
    FORMATS,
    animation,
    empty_png,
    encoded,
    located,
    picture_file,
    scene,
)

ROOM = Darkroom()
SECRETS = (b"Secret", b"Private", b"GPS", b"Exif", b"xmpmeta", b"ICC_PROFILE", b"iCCP")


@contextmanager
def developed(data: bytes, kind: MediaKind = MediaKind.PICTURE) -> Iterator[Developed]:
    """Develop the file."""
    with ROOM.develop(io.BytesIO(data), kind=kind) as picture:
        yield picture


def refused(data: bytes, kind: MediaKind = MediaKind.PICTURE) -> str:
    """Return the sentence with which the file is refused."""
    with pytest.raises(Invalid) as refusal, developed(data, kind):
        pass
    assert refusal.value.fields["file"] == refusal.value.message
    return refusal.value.message


DRAWN = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP"}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_drawn_anew_upright_and_tells_nothing(kind: str) -> None:
    with developed(located(kind, orientation=6)) as picture:
        assert picture.type.format == DRAWN[kind]
        for path in (picture.file, picture.preview):
            assert path is not None
            assert not [word for word in SECRETS if word in path.read_bytes()]
            with Image.open(path) as drawn:
                assert not drawn.getexif()
                assert not {"exif", "xmp", "icc_profile", "comment"} & set(drawn.info)
        with Image.open(picture.file) as drawn:
            turned = kind != "GIF"  # A GIF has no place to say which way it lies.
            assert drawn.size == (picture.width, picture.height)
            assert drawn.size == ((200, 320) if turned else (320, 200))
            top_left = drawn.convert("RGB").getpixel((10, 10))
            assert _near(top_left, (0, 0, 255) if turned else (255, 0, 0))


def _near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(colour, wanted, strict=True))


SIZES = [
    pytest.param(MediaKind.PICTURE, (320, 200), (320, 200), (320, 200), id="a small picture"),
    pytest.param(MediaKind.PICTURE, (4000, 3000), (3325, 2494), (554, 415), id="a photograph"),
    pytest.param(MediaKind.PICTURE, (6000, 40), (3840, 25), (640, 4), id="a very wide one"),
    pytest.param(MediaKind.PICTURE, (1, 5000), (1, 3840), (1, 640), id="a thread"),
    pytest.param(MediaKind.AVATAR, (900, 600), (400, 400), None, id="an avatar"),
    pytest.param(MediaKind.AVATAR, (90, 60), (60, 60), None, id="a small avatar is not blown up"),
    pytest.param(MediaKind.AVATAR, (5000, 300), (300, 300), None, id="a strip as avatar"),
    pytest.param(MediaKind.HEADER, (3000, 2000), (1500, 500), None, id="a header"),
    pytest.param(MediaKind.HEADER, (300, 2000), (300, 100), None, id="a tower as header"),
]


@pytest.mark.parametrize(("kind", "size", "drawn", "small"), SIZES)
def test_sizes(
    kind: MediaKind,
    size: tuple[int, int],
    drawn: tuple[int, int],
    small: tuple[int, int] | None,
) -> None:
    with developed(picture_file("PNG", size), kind) as picture:
        assert (picture.width, picture.height) == drawn
        preview = (picture.preview_width, picture.preview_height)
        assert preview == (small or (None, None))
        assert (picture.width or 0) * (picture.height or 0) <= 8_294_400
        assert 6 <= len(picture.blurhash or "") <= 90


MODES = ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "YCbCr"]


@pytest.mark.parametrize("mode", MODES)
def test_every_way_to_keep_colours_is_drawn(mode: str) -> None:
    picture = scene().convert("L").convert("I").point(lambda v: v * 256).convert("I;16")
    if mode != "I;16":
        picture = scene().convert(mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    with developed(encoded(picture, kind)) as drawn, Image.open(drawn.file) as result:
        assert result.mode in ("RGB", "RGBA", "L")
        assert _near(result.convert("RGB").getpixel((310, 190)), (255, 255, 255))


def test_what_is_transparent_stays_so() -> None:
    picture = scene().convert("RGBA")
    picture.putpixel((0, 0), (0, 0, 0, 0))
    with developed(encoded(picture, "PNG")) as drawn, Image.open(drawn.file) as result:
        assert result.getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_wide_gamut_is_brought_to_the_web_and_a_broken_profile_ignored() -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (good, swapped, b"nonsense", good[:200]):
        with developed(picture_file("PNG", icc_profile=profile)) as drawn:
            assert b"iCCP" not in drawn.file.read_bytes()


def test_a_moving_picture_keeps_moving_within_bounds() -> None:
    with developed(animation(12, milliseconds=70)) as picture:
        assert picture.type.extension == "gif"
        assert b"SecretComment" not in picture.file.read_bytes()
        with Image.open(picture.file) as drawn:
            assert getattr(drawn, "n_frames", 1) == 12
            assert drawn.info["duration"] == 70
        assert picture.preview is not None
        with Image.open(picture.preview) as preview:
            assert getattr(preview, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(animation(301, (20, 20)), id="too many frames"),
        pytest.param(animation(90, (900, 800)), id="too many pixels in all"),
    ],
)
def test_a_long_film_in_a_gif_becomes_its_first_frame(data: bytes) -> None:
    with developed(data) as picture:
        assert picture.type.extension == "png"


def test_a_moving_picture_becomes_a_film_where_we_take_films() -> None:
    data = animation(12, (90, 61))
    source = io.BytesIO(data)
    with ROOM.develop(source, kind=MediaKind.PICTURE, takes_films=True) as picture:
        assert (picture.form, picture.type) == (Form.GIFV, MP4)
        assert (picture.width, picture.height) == (90, 60)
        assert picture.file.read_bytes() == data
        assert picture.preview is not None
        with Image.open(picture.preview) as preview:
            assert getattr(preview, "n_frames", 1) == 1


BOMBS = [
    pytest.param(empty_png(60_000, 60_000), "33 megapixels", id="a bomb of pixels"),
    pytest.param(empty_png(8_000, 4_148), "33 megapixels", id="just too large"),
    pytest.param(empty_png(4_000, 4_000), "damaged", id="large and empty"),
    pytest.param(picture_file("JPEG")[:400], "damaged", id="a torn photograph"),
    pytest.param(b"\xff\xd8\xff" + b"\0" * 5_000, "damaged", id="a beginning and nothing"),
    pytest.param(b"GIF89a<script>alert(1)</script>", "damaged", id="a page posing as GIF"),
    pytest.param(b"\xff\xd8\xff" + b"\0" * (16 << 20), "16 MB", id="too many bytes"),
]


@pytest.mark.parametrize(("data", "words"), BOMBS)
def test_bombs_and_shreds_are_refused_in_words(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_a_page_hidden_behind_a_picture_is_not_kept() -> None:
    with developed(picture_file("GIF") + b"<script>alert(1)</script>PK\3\4") as picture:
        assert b"script" not in picture.file.read_bytes()


def broken(seed: int) -> bytes:
    """Return a good file after an accident: cut short, or with some of its bits turned over."""
    dice = random.Random(seed)
    data = bytearray(picture_file(FORMATS[seed % len(FORMATS)], (120, 80)))
    if dice.random() < 0.4:
        return bytes(data[: dice.randrange(16, len(data))])
    for _ in range(dice.randrange(1, 30)):
        data[dice.randrange(12, len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


@pytest.mark.parametrize("seed", range(40))
def test_broken_files_are_drawn_or_refused_and_nothing_else(seed: int) -> None:
    fault = None
    try:
        with developed(broken(seed)) as picture, Image.open(picture.file) as drawn:
            assert drawn.size == (picture.width, picture.height)
    except Invalid as refusal:
        fault = refusal.message
    assert fault in (None, module.DAMAGED, module.TOO_MANY_PIXELS, module.TOO_SLOW)


def test_a_worker_that_takes_too_long_is_ended() -> None:
    hurried = Darkroom(deadline=0)
    with (
        pytest.raises(Invalid, match="too long"),
        hurried.develop(io.BytesIO(picture_file()), kind=MediaKind.PICTURE),
    ):
        pass


GOOD = {
    "format": "PNG",
    "size": [320, 200],
    "preview_size": [320, 200],
    "blurhash": "L00000fQfQfQ",
}
LIES = [
    pytest.param({}, id="nothing"),
    pytest.param(GOOD | {"format": "SVG"}, id="a format that we do not draw"),
    pytest.param(GOOD | {"size": [10**9, 1]}, id="a size beyond reason"),
    pytest.param(GOOD | {"size": [0, 1]}, id="a size of nothing"),
    pytest.param(GOOD | {"size": ["1", "2"]}, id="a size in words"),
    pytest.param(GOOD | {"size": [1]}, id="half a size"),
    pytest.param(GOOD | {"blurhash": '"><script>'}, id="a page as blurhash"),
    pytest.param(GOOD | {"blurhash": "0" * 10_000}, id="a long blurhash"),
    pytest.param(GOOD | {"key": "../../x"}, id="more than was asked"),
    pytest.param({"fault": "<script>"}, id="a fault of its own"),
    pytest.param(GOOD | {"preview_size": None}, id="a preview without a size"),
]


@pytest.mark.parametrize("said", LIES)
def test_a_worker_that_was_taken_over_is_not_believed(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def possessed(_worker: str, _job: str, folder: Path, **_given: Any) -> None:
        (folder / "original").write_bytes(picture_file("PNG"))
        (folder / "preview").write_bytes(picture_file("WEBP"))
        (folder / "result.json").write_text(json.dumps(said))

    monkeypatch.setattr(module, "run_locked", possessed)
    assert "damaged" in refused(picture_file("PNG"))


FORGERIES = [
    pytest.param(b"<svg onload='alert(1)'>", id="another type"),
    pytest.param(b"", id="nothing"),
    pytest.param(None, id="a link to a secret"),
]


@pytest.mark.parametrize("content", FORGERIES)
def test_files_that_it_forges_are_not_kept(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(picture_file("PNG"))

    def possessed(_worker: str, _job: str, folder: Path, **_given: Any) -> None:
        if content is None:
            (folder / "original").symlink_to(tmp_path / "secret.png")
        else:
            (folder / "original").write_bytes(content)
        (folder / "preview").write_bytes(picture_file("WEBP"))
        (folder / "result.json").write_text(json.dumps(GOOD))

    monkeypatch.setattr(module, "run_locked", possessed)
    assert "damaged" in refused(picture_file("PNG"))


def test_the_room_is_empty_afterwards() -> None:
    with developed(picture_file()) as picture:
        folder = picture.file.parent
        assert folder.exists()
    assert not folder.exists()


def test_workers_know_nothing_of_this_process() -> None:
    assert set(ENVIRONMENT) == {"MALLOC_ARENA_MAX", "PYTHONDONTWRITEBYTECODE"}


def test_an_emoji_that_moves_has_a_still_beside_it() -> None:
    with developed(animation(4, (200, 100)), MediaKind.EMOJI) as picture:
        assert picture.preview is not None
        for path, frames in ((picture.file, 4), (picture.preview, 1)):
            with Image.open(path) as drawn:
                assert getattr(drawn, "n_frames", 1) == frames
                assert drawn.size == (128, 64)
            assert not [word for word in SECRETS if word in path.read_bytes()]
    assert "too large" in refused(animation(500, (8, 8)), MediaKind.EMOJI)
    assert "at most 256 kB" in refused(picture_file() + bytes(260 * 1024), MediaKind.EMOJI)
