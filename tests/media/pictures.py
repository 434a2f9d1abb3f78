"""Files for tests, made here and now."""

import io
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def scene(size: tuple[int, int] = (320, 200)) -> Image.Image:
    """Return a picture whose four corners differ, so that one sees which way it lies."""
    picture = Image.new("RGB", size, "gray")
    width, height = size
    half = (width // 2, height // 2)
    for colour, at in (
        ("red", (0, 0)),
        ("lime", (half[0], 0)),
        ("blue", (0, half[1])),
        ("white", half),
    ):
        picture.paste(colour, (*at, at[0] + half[0], at[1] + half[1]))
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def picture_file(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **options: Any) -> bytes:
    """Return a file of the kind."""
    return encoded(scene(size), kind, **options)


def located(kind: str, *, orientation: int = 1) -> bytes:
    """Return a file that tells where, with what and by whom it was taken, in every way it can."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCam"
    exif[ExifTags.Base.Artist] = "Ada Private"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E"})
    options: dict[str, Any] = {"exif": exif}
    if kind in ("JPEG", "WEBP", "PNG", "AVIF"):
        options["xmp"] = b"<x:xmpmeta>SecretPlace</x:xmpmeta>"
    if kind in ("JPEG", "GIF"):
        options["comment"] = b"SecretComment"
    return encoded(scene(), kind, **options)


def animation(frames: int, size: tuple[int, int] = (40, 30), *, milliseconds: int = 100) -> bytes:
    """Return a GIF that moves."""
    pictures = [Image.new("RGB", size, (n * 7 % 256, 40, 90)) for n in range(frames)]
    return encoded(
        pictures[0],
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=milliseconds,
        comment=b"SecretComment",
    )


def empty_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be so large."""
    row = zlib.compress(b"\0" * 100)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", row), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
