"""Pictures that people choose for themselves: one plain thing on a plain ground."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image

from app.demo.pictures.canvas import PALETTES, Canvas, down_to, mix, ridge

GROUNDS = ("#DCE9DF", "#F6E3C5", "#DDE6F0", "#F3DAD3", "#E7DFF0", "#F4EDC9", "#D5E8E8", "#E9E4DA")
PAINTS = ("#1B6B50", "#0F5C8C", "#A32A1D", "#7A5200", "#7B2D8B", "#B45309", "#2F3B52", "#44633B")
SIDE = 400


def avatar(dice: Random) -> tuple[Image.Image, str]:
    """Return a square picture, and what it shows."""
    ground, paint = dice.choice(GROUNDS), dice.choice(PAINTS)
    canvas = Canvas((SIDE, SIDE), ground)
    word = dice.choice(sorted(THINGS))
    THINGS[word](canvas, paint, ground)
    return canvas.finished(dice, grain=0.03), f"A drawing of {word}."


def header(dice: Random) -> tuple[Image.Image, str]:
    """Return a wide picture for the top of a profile: hills of one hour."""
    palette = dice.choice(PALETTES)
    canvas = Canvas((1500, 500), palette.sky[1])
    canvas.shade(palette.sky[0], palette.sky[1], below=canvas.height * 0.8)
    x = canvas.width * dice.uniform(0.15, 0.85)
    canvas.glow(x, 150, 300, palette.light, strength=0.5)
    canvas.disc(x, 150, dice.uniform(26, 48), palette.light)
    for number, colour in enumerate(palette.layers):
        outline = ridge(dice, canvas.width, 270 + 52 * number, 110 - 14 * number)
        canvas.shape(down_to(outline, canvas.height), colour)
    return canvas.finished(dice), f"Hills behind hills {palette.hour}."


def _leaf(canvas: Canvas, paint: str, ground: str) -> None:
    side = [math.pi * n / 30 for n in range(31)]
    right = [(200 + 105 * math.sin(a), 70 + 250 * a / math.pi) for a in side]
    left = [(200 - 105 * math.sin(a), 70 + 250 * a / math.pi) for a in reversed(side)]
    canvas.shape([*right, *left], paint)
    canvas.line([(200, 110), (200, 365)], mix(paint, ground, 0.55), thick=7)
    for y in (165, 215, 265):
        for way in (-1, 1):
            canvas.line(
                [(200, y + 28), (200 + way * 62, y - 12)], mix(paint, ground, 0.55), thick=5
            )


def _fish(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.shape([(305, 200), (375, 130), (362, 200), (375, 270)], mix(paint, ground, 0.25))
    canvas.disc(190, 200, 138, paint, flat=0.56)
    canvas.shape([(170, 128), (235, 84), (245, 138)], mix(paint, ground, 0.25))
    for x in (190, 230, 270):
        canvas.arc(x, 200, 42, (115, 245), mix(paint, ground, 0.5), thick=6)
    canvas.disc(108, 182, 15, ground)
    canvas.disc(105, 183, 7, "#1E2329")


def _moon(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.disc(190, 205, 128, paint)
    canvas.disc(244, 176, 112, ground)
    for x, y, size in ((288, 118, 9), (330, 208, 6), (262, 252, 7), (318, 292, 10)):
        canvas.disc(x, y, size, paint)


def _pear(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.disc(200, 258, 98, paint)
    canvas.disc(200, 152, 54, paint)
    canvas.shape([(147, 160), (253, 160), (294, 236), (106, 236)], paint)
    canvas.line([(200, 104), (214, 58)], mix(paint, "#1E2329", 0.5), thick=11)
    canvas.disc(258, 78, 34, mix(paint, ground, 0.4), flat=0.5)
    canvas.disc(158, 240, 18, mix(paint, ground, 0.6), flat=1.7)


def _mushroom(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.box(162, 200, 76, 150, mix(ground, "#FFFFFF", 0.6), round_=26)
    dome = [
        (200 + 142 * math.cos(math.pi * n / 30), 225 - 148 * math.sin(math.pi * n / 30))
        for n in range(31)
    ]
    canvas.shape(dome, paint)
    for x, y, size in ((150, 165, 20), (222, 128, 24), (268, 190, 16), (196, 195, 11)):
        canvas.disc(x, y, size, mix(ground, "#FFFFFF", 0.6))


def _house(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.box(262, 92, 34, 90, mix(paint, "#1E2329", 0.35))
    canvas.box(104, 188, 192, 150, paint)
    canvas.shape([(76, 196), (200, 84), (324, 196)], mix(paint, "#1E2329", 0.35))
    for x in (132, 222):
        canvas.box(x, 220, 46, 46, "#F2C766", round_=4)
    canvas.box(176, 274, 48, 64, mix(ground, "#FFFFFF", 0.4), round_=5)


def _boat(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.shape([(206, 70), (206, 248), (322, 248)], paint)
    canvas.shape([(190, 104), (190, 248), (104, 248)], mix(paint, ground, 0.35))
    canvas.shape([(74, 266), (330, 266), (286, 322), (120, 322)], mix(paint, "#1E2329", 0.4))
    for y in (340, 358):
        canvas.line([(60 + y - 340, y), (340 - y + 340, y)], mix(paint, ground, 0.5), thick=6)


def _cat(canvas: Canvas, paint: str, ground: str) -> None:
    for way in (-1, 1):
        canvas.shape([(200 + way * 112, 192), (200 + way * 104, 76), (200 + way * 26, 130)], paint)
    canvas.disc(200, 222, 122, paint, flat=0.9)
    for way in (-1, 1):
        canvas.disc(200 + way * 48, 208, 20, "#F2E6B8", flat=0.8)
        canvas.disc(200 + way * 48, 208, 7, "#1E2329", flat=2)
        for y in (-12, 6, 24):
            canvas.line(
                [(200 + way * 40, 262), (200 + way * 128, 256 + y)],
                mix(paint, ground, 0.7),
                thick=4,
            )
    canvas.shape([(184, 246), (216, 246), (200, 264)], mix(paint, ground, 0.7))


def _bird(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.shape([(92, 240), (32, 300), (140, 286)], mix(paint, "#1E2329", 0.3))
    canvas.disc(186, 236, 106, paint, flat=0.78)
    canvas.disc(262, 158, 62, paint)
    canvas.shape([(316, 146), (372, 166), (314, 178)], "#E2A33B")
    canvas.disc(278, 146, 11, ground)
    canvas.disc(280, 146, 5, "#1E2329")
    canvas.disc(158, 236, 62, mix(paint, ground, 0.35), flat=0.6)
    for x in (168, 208):
        canvas.line([(x, 312), (x + 6, 362)], mix(paint, "#1E2329", 0.5), thick=7)


def _cup(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.arc(272, 232, 52, (270, 90), paint, thick=22)
    canvas.box(104, 168, 172, 152, paint, round_=34)
    canvas.box(104, 216, 172, 22, mix(paint, ground, 0.5))
    canvas.disc(190, 334, 124, mix(paint, ground, 0.3), flat=0.1)
    for x in (158, 190, 222):
        points = [(x + 10 * math.sin(n / 2), 146 - 9 * n) for n in range(9)]
        canvas.line(points, mix(paint, ground, 0.5), thick=8)


def _sun(canvas: Canvas, paint: str, ground: str) -> None:
    for ray in range(12):
        angle = math.tau * ray / 12
        ends = [(200 + r * math.cos(angle), 200 + r * math.sin(angle)) for r in (116, 160)]
        canvas.line(ends, mix(paint, ground, 0.25), thick=15)
    canvas.disc(200, 200, 88, paint)


def _kettle(canvas: Canvas, paint: str, ground: str) -> None:
    canvas.arc(200, 180, 92, (190, 350), mix(paint, "#1E2329", 0.4), thick=16)
    canvas.shape([(292, 212), (368, 168), (352, 146), (280, 180)], paint)
    canvas.disc(200, 246, 116, paint, flat=0.76)
    canvas.box(128, 322, 144, 20, mix(paint, "#1E2329", 0.4), round_=8)
    canvas.disc(200, 156, 17, mix(paint, "#1E2329", 0.4))
    canvas.disc(150, 226, 15, mix(paint, ground, 0.6), flat=1.8)


THINGS: dict[str, Callable[[Canvas, str, str], None]] = {
    "a bird": _bird,
    "a boat": _boat,
    "a cat": _cat,
    "a cup of tea": _cup,
    "a fish": _fish,
    "a house": _house,
    "a kettle": _kettle,
    "a leaf": _leaf,
    "a mushroom": _mushroom,
    "a new moon": _moon,
    "a pear": _pear,
    "the sun": _sun,
}
