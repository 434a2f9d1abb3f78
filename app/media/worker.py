"""Redraws one picture, in a folder and a process of its own, locked in.

This process sees a stranger's file; the service that started it never does. It reads `source`,
writes `original`, `preview` and `result.json`, and what it says is checked by whoever asked.
What it draws is new: no byte of the source gets through, no place, no name, no thumbnail.
"""

import io
import json
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import blurhash
from PIL import Image, ImageCms, ImageFile, ImageOps, ImageSequence

from app.media import confine

PIXELS_MAX = 33_177_600
SHOWN_PIXELS_MAX = 8_294_400
PREVIEW_PIXELS_MAX = 230_400
SIDE_MAX = 3_840
PREVIEW_SIDE_MAX = 640
EMOJI_SIDE_MAX = 128
EMOJI_FRAMES_MAX = 100
FRAMES_MAX = 300
FRAME_PIXELS_MAX = 60_000_000  # Of all frames together.
FRAME_MS = 20, 10_000
FILM_SIDE_MAX = 1_920
FILM_PIXELS_MAX = 2_073_600
BLURHASH_SIDE = 48
ORIENTATION = 0x0112

COVERS = {"avatar": (400, 400), "header": (1_500, 500)}
# What we draw for what we got: the same, or what every browser of the last ten years can show.
DRAWN = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP"}
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "JPEG": {"quality": 85, "progressive": True, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 84, "method": 4},
}
DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    MemoryError,
    RuntimeError,
    AssertionError,
    struct.error,
)


class TooLarge(Exception):
    """The picture has more pixels than we draw."""


def draw(folder: Path, *, source_format: str, kind: str, as_film: bool) -> dict[str, Any]:
    """Redraw `source` as `original` and, for the picture of a post, `preview`.

    With `as_film`, of a GIF that moves only the preview is drawn: the rest is written later.
    """
    with Image.open(folder / "source", formats=[source_format]) as source:
        if source.width * source.height > PIXELS_MAX:
            raise TooLarge
        if kind in COVERS:
            return _draw_cover(folder, source, COVERS[kind])
        if kind == "emoji":
            return _draw_emoji(folder, source)
        if as_film and source_format == "GIF" and getattr(source, "is_animated", False):
            return _draw_beginning(folder, source)
        if source_format == "GIF" and _is_short_animation(source):
            return _draw_animation(folder, source)
        return _draw_still(folder, source, source_format)


def _draw_still(folder: Path, source: ImageFile.ImageFile, source_format: str) -> dict[str, Any]:
    picture = _upright(source, fit(source.size, SIDE_MAX, SHOWN_PIXELS_MAX))
    drawn = DRAWN[source_format]
    if drawn == "JPEG":
        picture = _on_white(picture)
    _save(picture, folder / "original", drawn)
    return _with_preview(folder, picture, drawn)


def _draw_beginning(folder: Path, source: ImageFile.ImageFile) -> dict[str, Any]:
    """Draw the preview of a picture that moves, and say how large it is as a film."""
    first = _upright(source, film_size(source.size))
    return {"format": "GIF", "size": film_size(source.size)} | draw_preview(folder, first)


def _draw_cover(
    folder: Path, source: ImageFile.ImageFile, size: tuple[int, int]
) -> dict[str, Any]:
    """Draw the middle of a picture in the shape of `size`, smaller if it is small."""
    enough = max(size) / min(source.size)  # For both sides, whichever way it is turned.
    picture = _upright(source, _scaled(source.size, min(1, enough)))
    scale = min(1, picture.width / size[0], picture.height / size[1])
    shape = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    cover = ImageOps.fit(picture, shape, Image.Resampling.LANCZOS)
    _save(cover, folder / "original", "WEBP")
    return _result("WEBP", cover.size, cover)


def _draw_animation(folder: Path, source: ImageFile.ImageFile) -> dict[str, Any]:
    first = _upright(source, fit(source.size, SIDE_MAX, SHOWN_PIXELS_MAX))
    frames = _frames(source, first.size)
    next(frames).save(
        folder / "original", "GIF", save_all=True, append_images=frames, loop=0, disposal=2
    )
    return _with_preview(folder, first, "GIF")


def _draw_emoji(folder: Path, source: ImageFile.ImageFile) -> dict[str, Any]:
    """Draw a picture as small as a letter, moving if it moves, and a still one beside it."""
    count = getattr(source, "n_frames", 1)
    if count > EMOJI_FRAMES_MAX or count * source.width * source.height > FRAME_PIXELS_MAX:
        raise TooLarge
    still = _upright(source, fit(source.size, EMOJI_SIDE_MAX, SHOWN_PIXELS_MAX))
    if count > 1:
        frames = _frames(source, still.size)
        next(frames).save(
            folder / "original", "WEBP", save_all=True, append_images=frames, loop=0, method=4
        )
    else:
        _save(still, folder / "original", "WEBP")
    _save(still, folder / "preview", "WEBP")
    return _result("WEBP", still.size, still) | {"preview_size": still.size}


def _frames(source: ImageFile.ImageFile, size: tuple[int, int]) -> Iterator[Image.Image]:
    for frame in ImageSequence.Iterator(source):
        milliseconds = frame.info.get("duration", FRAME_MS[0])
        picture = frame.convert("RGBA")
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        picture.info = {"duration": min(max(int(milliseconds), FRAME_MS[0]), FRAME_MS[1])}
        yield picture


def _is_short_animation(source: ImageFile.ImageFile) -> bool:
    count = getattr(source, "n_frames", 1)
    return 1 < count <= FRAMES_MAX and count * source.width * source.height <= FRAME_PIXELS_MAX


def _with_preview(folder: Path, picture: Image.Image, drawn: str) -> dict[str, Any]:
    return {"format": drawn, "size": picture.size} | draw_preview(folder, picture)


def draw_preview(folder: Path, picture: Image.Image) -> dict[str, Any]:
    """Draw the picture smaller as `preview`; return its size and its blurhash."""
    size = fit(picture.size, PREVIEW_SIDE_MAX, PREVIEW_PIXELS_MAX)
    preview = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    _save(preview, folder / "preview", "WEBP")
    return {"preview_size": preview.size, "blurhash": _blurred(preview)}


def _result(drawn: str, size: Sequence[int], small: Image.Image) -> dict[str, Any]:
    return {"format": drawn, "size": size, "blurhash": _blurred(small)}


def _blurred(small: Image.Image) -> str:
    tiny = _on_white(small.copy())
    tiny.thumbnail((BLURHASH_SIDE, BLURHASH_SIDE))
    return str(blurhash.encode(tiny, 4, 4))


def upright(source: ImageFile.ImageFile) -> Image.Image:
    """Return the picture upright, in plain colours, and no larger than we show it."""
    if source.width * source.height > PIXELS_MAX:
        raise TooLarge
    return _upright(source, fit(source.size, SIDE_MAX, SHOWN_PIXELS_MAX))


def _upright(source: ImageFile.ImageFile, size: tuple[int, int]) -> Image.Image:
    """Return the picture in `size`, then upright, in plain colours, and without its history."""
    orientation = _orientation(source)
    profile = source.info.get("icc_profile")
    source.draft("RGB", size)  # JPEG can be decoded smaller, which saves memory.
    picture = _plain(source)
    if picture.width > size[0] or picture.height > size[1]:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _turned(_in_srgb(picture.copy(), profile), orientation)


def _plain(source: Image.Image) -> Image.Image:
    """Return the picture as RGB, RGBA or L."""
    source.load()
    if source.mode in ("RGB", "RGBA", "L") and "transparency" not in source.info:
        return source
    if source.mode.startswith("I"):  # 16 bits of grey.
        return source.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    has_holes = source.mode in ("LA", "La", "PA", "RGBa") or "transparency" in source.info
    return source.convert("RGBA" if has_holes else "RGB")


def fit(size: tuple[int, int], side: int, pixels: int) -> tuple[int, int]:
    """Return `size`, made smaller until it keeps to both bounds."""
    area = size[0] * size[1]
    return _scaled(size, min(1, side / max(size), (pixels / area) ** 0.5))


def film_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return how large a film of that size is written: in even numbers, as its codec wants."""
    width, height = fit(size, FILM_SIDE_MAX, FILM_PIXELS_MAX)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours of the web; a profile that makes no sense is ignored."""
    if profile and picture.mode in ("RGB", "RGBA"):
        with suppress(*DAMAGED, ImageCms.PyCMSError):
            from_profile = ImageCms.getOpenProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, from_profile, srgb)
            return changed if changed is not None else picture
    return picture


def _orientation(source: Image.Image) -> int:
    with suppress(*DAMAGED):
        return int(source.getexif().get(ORIENTATION, 1))
    return 1


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    ways = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    way = ways.get(orientation)
    return picture if way is None else picture.transpose(way)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture if picture.mode in ("RGB", "L") else picture.convert("RGB")


def _save(picture: Image.Image, path: Path, drawn: str) -> None:
    picture.info = {}
    picture.save(path, drawn, exif=b"", icc_profile=None, **SETTINGS[drawn])


def main(job: str) -> int:
    """Lock the room, do the job, and say what came out or why not."""
    folder = Path.cwd()
    Image.init()
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    warnings.simplefilter("ignore")
    confine.limit_resources(confine.DRAWING)
    confine.leave_network()
    confine.keep_to_folder(folder)
    result: Mapping[str, Any]
    try:
        result = draw(folder, **json.loads(job))
    except (TooLarge, Image.DecompressionBombError):
        result = {"fault": "too_large"}
    except DAMAGED:
        result = {"fault": "damaged"}
    (folder / "result.json").write_text(json.dumps(result))
    return 0
