"""Pictures of papers, drawn anew without what they know of the place they were taken at."""

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

PIXELS_MAX: Final = 40_000_000
SIDE_MAX: Final = 2400  # Enough to read the smallest print of an A4 page.


def redraw(data: bytes) -> tuple[bytes, str]:
    """Return the picture as it may be kept, and its type.

    Raises: OverflowError for too many pixels, ValueError for what is no picture.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise OverflowError
            media_type = "image/png" if picture.format == "PNG" else "image/jpeg"
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("no picture that can be read") from error
    drawn.thumbnail((SIDE_MAX, SIDE_MAX))
    out = io.BytesIO()
    drawn.save(out, "PNG" if media_type == "image/png" else "JPEG")
    return out.getvalue(), media_type
