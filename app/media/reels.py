"""Opening a stranger's film or sound, inside the locked process.

Which reader opens a file was settled by its first bytes; a list of files to play, whatever it
calls itself, has no reader here, and no reader may open a second file or an address.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.core.records import Record
from app.media.limits import (
    FILM_MINUTES_MAX,
    FILM_PIXELS_MAX,
    FILM_SIDE_MAX,
    FRAME_RATE_MAX,
    SOUND_MINUTES_MAX,
)

READERS = ("mov", "matroska", "ogg", "mp3", "flac", "wav", "aac", "gif")
_PICTURES = "h264 hevc vp8 libvpx vp9 libvpx-vp9 av1 libdav1d theora mpeg4 h263 mjpeg gif"
_SOUNDS = (
    "aac mp3 mp3float vorbis opus libopus flac alac amrnb amrwb libopencore_amrnb "
    "libopencore_amrwb pcm_u8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_f32le "
    "pcm_alaw pcm_mulaw adpcm_ima_wav adpcm_ms"
)
PICTURE_CODECS = frozenset(_PICTURES.split())
SOUND_CODECS = frozenset(_SOUNDS.split())
STREAMS_MAX = 16
COVER_BYTES_MAX = 8 * 1024 * 1024
SHAPE_MAX = 8  # How many times wider than high a single dot of a picture may be.
TIME_BASE = 1_000_000  # In which a container tells how long it is.


class Refused(Exception):
    """Why we do not take the file; its text is a `Fault` of `app.media.faults`."""


class Reel(Record):
    """An open film or sound: its pictures, its sound, and its cover."""

    container: InputContainer
    pictures: VideoStream | None
    sound: AudioStream | None
    cover: VideoStream | None

    @property
    def seconds_max(self) -> int:
        """How long it may be."""
        return 60 * (SOUND_MINUTES_MAX if self.pictures is None else FILM_MINUTES_MAX)

    @property
    def claimed_seconds(self) -> Fraction | None:
        """How long it says it is; None if it says nothing that makes sense."""
        duration = self.container.duration
        return None if duration is None or duration <= 0 else Fraction(duration, TIME_BASE)

    @property
    def begins_at(self) -> Fraction:
        """The time of its beginning, in seconds by its own clock."""
        return Fraction(self.container.start_time or 0, TIME_BASE)


@contextmanager
def open_reel(path: Path, reader: str) -> Iterator[Reel]:
    """Open a file by its one reader. Raises: Refused; av.FFmpegError if it is damaged."""
    assert reader in READERS
    with path.open("rb") as file, _opened(file, reader) as container:
        if len(container.streams) > STREAMS_MAX:
            raise Refused("damaged")
        pictures = [s for s in container.streams.video if not _is_cover(s)]
        covers = [s for s in container.streams.video if _is_cover(s)]
        reel = Reel(
            container=container,
            pictures=pictures[0] if pictures else None,
            sound=container.streams.audio[0] if container.streams.audio else None,
            cover=covers[0] if covers else None,
        )
        _check(reel)
        yield reel


def _opened(file: BinaryIO, reader: str) -> InputContainer:
    # Read through a file object, with no protocol allowed: a second file cannot be opened.
    return av.open(
        file,
        "r",
        format=reader,
        metadata_errors="ignore",
        options={
            "protocol_whitelist": "none",
            "format_whitelist": reader,
            "codec_whitelist": ",".join(sorted(PICTURE_CODECS | SOUND_CODECS)),
            "max_streams": str(STREAMS_MAX),
        },
    )


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _check(reel: Reel) -> None:
    """Raise Refused unless we can read what is in it, within the limits."""
    if reel.pictures is None and reel.sound is None:
        raise Refused("damaged")
    if reel.claimed_seconds is not None and reel.claimed_seconds > reel.seconds_max:
        raise Refused("too_long")
    if reel.sound is not None:
        _check_codec(reel.sound, SOUND_CODECS)
    if reel.pictures is not None:
        _check_codec(reel.pictures, PICTURE_CODECS)
        check_size(reel.pictures.width, reel.pictures.height)
        if (reel.pictures.average_rate or 0) > FRAME_RATE_MAX:
            raise Refused("too_fast")
        reel.pictures.codec_context.options = {"max_pixels": str(FILM_PIXELS_MAX)}
        reel.pictures.thread_type = "NONE"


def _check_codec(stream: VideoStream | AudioStream, known: frozenset[str]) -> None:
    if stream.codec_context is None:
        raise Refused("damaged")
    if stream.codec_context.name not in known:
        raise Refused("unknown_codec")


def check_size(width: int, height: int) -> None:
    """Raise Refused unless pictures of this size are within the limits."""
    if width <= 0 or height <= 0:
        raise Refused("damaged")
    if max(width, height) > FILM_SIDE_MAX or width * height > FILM_PIXELS_MAX:
        raise Refused("too_large")


def shown_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Return how large a frame is shown, before it is turned upright: dots need not be square."""
    check_size(frame.width, frame.height)
    dot = stream.sample_aspect_ratio or Fraction(1)
    if dot <= 0 or not Fraction(1, SHAPE_MAX) <= dot <= SHAPE_MAX:
        dot = Fraction(1)
    return max(1, round(frame.width * dot)), frame.height


def cover_of(reel: Reel) -> bytes | None:
    """Return the picture that a sound brings along, as it stands in the file."""
    if reel.cover is None:
        return None
    for packet in reel.container.demux(reel.cover):
        if 0 < packet.size <= COVER_BYTES_MAX:
            return bytes(packet)
    return None
