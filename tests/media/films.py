"""Films and sounds for tests, made here and now: each takes a few milliseconds, and is kept."""

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from tests.media.pictures import picture_file, scene

SIZE = (64, 48)
SAMPLES = 1_024  # In one frame of sound.
NOTES = {"title": "SecretTitle", "artist": "Private", "location": "+52.5+013.4/"}
QUARTER_RIGHT = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, SIZE[1] << 16, 0, 1 << 30)


@cache
def film_file(
    kind: str = "mp4",
    codec: str = "libx264",
    *,
    frames: int = 10,
    rate: int = 10,
    size: tuple[int, int] = SIZE,
    sound: str | None = "aac",
    shift: float = 0,
) -> bytes:
    """Return a film of `frames` pictures, red in its upper left corner, with a soft hum.

    `shift` moves the pictures after the first one by so many seconds.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as sink:
        sink.metadata.update(NOTES)
        pictures: Any = sink.add_stream(codec, rate=rate)
        pictures.width, pictures.height = size
        pictures.pix_fmt = "yuv420p"
        pictures.codec_context.time_base = Fraction(1, 1_000)
        hum: Any = None if sound is None else sink.add_stream(sound, rate=48_000)
        if hum is not None:
            hum.layout = "mono"
        for number in range(frames):
            frame: VideoFrame = VideoFrame.from_image(scene(size))  # type: ignore[no-untyped-call]
            late = shift if number else 0
            frame.pts, frame.time_base = round((number / rate + late) * 1_000), Fraction(1, 1_000)
            sink.mux(pictures.encode(frame))
        sink.mux(pictures.encode(None))
        if hum is not None:
            for samples in _hum(frames / rate, "mono"):
                sink.mux(hum.encode(samples))
            sink.mux(hum.encode(None))
    return file.getvalue()


@cache
def sound_file(
    kind: str = "mp3",
    codec: str = "libmp3lame",
    *,
    seconds: float = 0.5,
    layout: str = "mono",
    cover: bool = False,
) -> bytes:
    """Return a sound, with the picture of its sleeve if `cover` says so."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as sink:
        sink.metadata.update(NOTES)
        hum: Any = sink.add_stream(codec, rate=48_000)
        hum.layout = layout
        for frame in _hum(seconds, layout):
            sink.mux(hum.encode(frame))
        sink.mux(hum.encode(None))
    return _with_cover(file.getvalue()) if cover else file.getvalue()


def _hum(seconds: float, layout: str) -> Iterator[AudioFrame]:
    for number in range(max(2, round(seconds * 48_000 / SAMPLES))):
        frame = AudioFrame("flt", layout, SAMPLES)
        frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
        frame.pts = number * SAMPLES
        wave = (0.2 if n // 55 % 2 else -0.2 for n in range(frame.planes[0].buffer_size // 4))
        frame.planes[0].update(b"".join(struct.pack("<f", value) for value in wave))
        yield frame


def _with_cover(mp3: bytes) -> bytes:
    """Return the MP3 behind a tag (ID3v2.3) that holds a picture and a name."""
    sleeve = picture_file("JPEG", (120, 120))
    picture = b"\0image/jpeg\0\x03\0" + sleeve
    parts = ((b"APIC", picture), (b"TPE1", b"\0Private"))
    body = b"".join(name + struct.pack(">IH", len(data), 0) + data for name, data in parts)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    start = mp3.index(b"\xff\xfb")
    return b"ID3\x03\0\0" + size + body + mp3[start:]


def on_its_side(film: bytes) -> bytes:
    """Return an MP4 that says it was taken with the camera turned to the right."""
    at = film.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    return film[:at] + QUARTER_RIGHT + film[at + len(QUARTER_RIGHT) :]


def frames_of(film: bytes) -> list[tuple[float, Image.Image]]:
    """Return the pictures of a film and when each is shown."""
    with av.open(io.BytesIO(film), "r") as source:
        frames: Iterator[Any] = source.decode(video=0)
        return [(frame.time, frame.to_image()) for frame in frames]
