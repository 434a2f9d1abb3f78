"""Papers that a treasurer keeps: pages of a bank statement, and bills. Plainly no bank's."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = (620, 400)
LINES_MAX: Final = 11


def draw_paper(heading: str, lines: Sequence[str]) -> bytes:
    """Draw a page with a heading and at most LINES_MAX lines, as a PNG."""
    page = Image.new("RGB", SIZE, "#fdfcf8")
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, SIZE[0], 54), fill="#dfe8e4")
    pen.text((28, 16), heading, fill="#22332c", font=ImageFont.load_default(20))
    small = ImageFont.load_default(15)
    for number, line in enumerate(lines[:LINES_MAX]):
        pen.text((28, 76 + 27 * number), line, fill="#33403b", font=small)
    pen.text((28, SIZE[1] - 24), "A sample. No bank ever saw it.", fill="#7d8782", font=small)
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()
