"""Scenes indoors: a table, shelves, a window in the rain, cloth from the loom, a bicycle."""

import itertools
import math
from collections.abc import Sequence
from random import Random

from PIL import Image

from app.demo.pictures.canvas import PALETTES, Canvas, Palette, mix, rgb
from app.demo.pictures.outdoors import Scene, count_of

THREAD = 4
CLOTHS = (
    ("#1B6B50", "#F1EFE9", "#E2A33B", "#A32A1D"),
    ("#0F5C8C", "#F6EBD8", "#D9572B", "#1E2329"),
    ("#7B2D8B", "#F4E3EE", "#E9BE63", "#3A5072"),
    ("#7A5200", "#FBFAF7", "#0B6E4F", "#B4573E"),
)
CLOTH_WORDS = (
    "green, white, ochre and red",
    "blue, cream, orange and black",
    "purple, rose, gold and grey",
    "brown, white, green and brick",
)


def table(dice: Random) -> Scene:
    """Fruit, a bowl and a cup on a table, and the light from one side."""
    palette = dice.choice([p for p in PALETTES if not p.is_night])
    canvas = Canvas((1100, 800), palette.sky[1])
    canvas.shade(
        mix(palette.layers[0], palette.light, 0.4), mix(palette.layers[1], palette.light, 0.3)
    )
    edge = canvas.height * 0.58
    wood = mix("#8A5A34", palette.layers[3], 0.25)
    canvas.box(0, edge, canvas.width, canvas.height, wood)
    for plank in range(1, 4):
        y = edge + (canvas.height - edge) * (plank / 4) ** 1.3
        canvas.line([(0, y), (canvas.width, y)], mix(wood, palette.ink, 0.25), thick=2)
    things = [dice.choice(("pear", "apple", "lemon")) for _ in range(dice.randrange(2, 5))]
    _jug(canvas, 300, edge + 60, palette)
    _bowl(canvas, 760, edge + 110, palette)
    for number, thing in enumerate(things):
        x = 440 + 130 * number + dice.uniform(-18, 18)
        _fruit(canvas, thing, (x, edge + 150 + dice.uniform(-14, 40)), wood, palette)
    fruit = (count_of(things.count(kind), kind, f"{kind}s") for kind in sorted(set(things)))
    words = f"A table with a jug, a bowl and {' and '.join(fruit)}, in the light of a room "
    return canvas.finished(dice), f"{words}{palette.hour}."


def _shadow(
    canvas: Canvas, x: float, y: float, size: float, ground: str, palette: Palette
) -> None:
    canvas.disc(x + size * 0.35, y, size, mix(ground, palette.ink, 0.35), flat=0.2)


def _jug(canvas: Canvas, x: float, y: float, palette: Palette) -> None:
    tone, dark = mix(palette.accent, palette.light, 0.15), mix(palette.accent, palette.ink, 0.3)
    _shadow(canvas, x, y, 120, mix("#8A5A34", palette.layers[3], 0.25), palette)
    canvas.arc(x + 92, y - 150, 58, (250, 110), dark, thick=20)
    canvas.disc(x, y - 95, 108, tone)
    canvas.box(x - 58, y - 285, 116, 140, tone, round_=20)
    canvas.shape(
        [(x - 70, y - 290), (x + 66, y - 290), (x + 56, y - 262), (x - 58, y - 262)], dark
    )
    canvas.disc(x - 42, y - 125, 20, mix(tone, palette.light, 0.6), flat=1.9)


def _bowl(canvas: Canvas, x: float, y: float, palette: Palette) -> None:
    tone = mix(palette.layers[2], palette.light, 0.5)
    _shadow(canvas, x, y - 4, 150, mix("#8A5A34", palette.layers[3], 0.25), palette)
    half = [math.pi * n / 24 for n in range(25)]
    canvas.shape([(x + 165 * math.cos(a), y - 110 + 112 * math.sin(a)) for a in half], tone)
    canvas.disc(x, y - 110, 165, mix(tone, palette.ink, 0.35), flat=0.18)
    canvas.disc(x, y - 106, 142, mix(palette.accent, palette.light, 0.45), flat=0.15)


def _fruit(
    canvas: Canvas, kind: str, at: tuple[float, float], ground: str, palette: Palette
) -> None:
    x, y = at
    skin = {"pear": "#B7B94C", "apple": "#C0392B", "lemon": "#F0CE45"}[kind]
    skin = mix(skin, palette.light, 0.12)
    _shadow(canvas, x, y, 52, ground, palette)
    if kind == "lemon":
        canvas.disc(x, y - 36, 54, skin, flat=0.72)
        canvas.disc(x + 50, y - 36, 12, skin, flat=0.7)
    else:
        canvas.disc(x, y - 48, 50, skin)
        if kind == "pear":
            canvas.shape(
                [(x - 46, y - 60), (x - 17, y - 140), (x + 17, y - 140), (x + 46, y - 60)], skin
            )
            canvas.disc(x, y - 136, 19, skin)
        top = y - (150 if kind == "pear" else 92)
        canvas.line([(x, top + 6), (x + 8, top - 18)], palette.ink, thick=5)
    canvas.disc(x - 18, y - 62, 11, mix(skin, "#FFFFFF", 0.55), flat=1.3)


def shelves(dice: Random) -> Scene:
    """Books on shelves, some leaning, and a plant or a lamp between them."""
    palette = dice.choice(PALETTES)
    wall = mix(palette.sky[1], palette.light, 0.3)
    canvas = Canvas((1000, 900), wall)
    board = mix("#6B4A2F", palette.ink, 0.2)
    covers = (
        *palette.layers[1:],
        palette.accent,
        mix(palette.accent, palette.light, 0.4),
        palette.light,
    )
    plants = 0
    for shelf in range(3):
        floor = 290 + 285 * shelf
        x = 40.0
        while x < canvas.width - 90:
            kind = dice.random()
            if kind < 0.1:
                _plant_pot(canvas, dice, x + 48, floor, palette)
                plants, x = plants + 1, x + 105
            elif kind < 0.2:
                x += dice.uniform(30, 90)
            else:
                width, height = dice.uniform(20, 48), dice.uniform(140, 235)
                _book(canvas, dice, (x, floor, width, height), dice.choice(covers), palette)
                x += width + 2
        canvas.box(20, floor, canvas.width - 40, 16, board)
    green = f" and {count_of(plants, 'potted plant', 'potted plants')}" if plants else ""
    words = f"Three wooden shelves with books{green}, in the colours of an hour "
    return canvas.finished(dice), f"{words}{palette.hour}."


def _book(
    canvas: Canvas,
    dice: Random,
    box: tuple[float, float, float, float],
    cover: str,
    palette: Palette,
) -> None:
    x, floor, width, height = box
    band = mix(cover, palette.light if cover != palette.light else palette.ink, 0.6)
    canvas.box(x, floor - height, width, height, cover, round_=3)
    for y in dice.choice(((0.12, 0.16), (0.1, 0.86), (0.2,), (0.8, 0.84, 0.88))):
        canvas.box(x + 3, floor - height * (1 - y), width - 6, 5, band)


def _plant_pot(canvas: Canvas, dice: Random, x: float, floor: float, palette: Palette) -> None:
    leaf = mix("#3F7D54", palette.layers[3], 0.25)
    for _ in range(11):
        angle, reach = dice.uniform(math.pi * 1.08, math.pi * 1.92), dice.uniform(50, 110)
        tip = x + math.cos(angle) * reach * 0.6, floor - 58 + math.sin(angle) * reach
        canvas.line([(x, floor - 52), tip], mix(leaf, palette.ink, 0.2), thick=4)
        canvas.disc(
            *tip, dice.uniform(11, 18), mix(leaf, palette.light, dice.uniform(0, 0.3)), flat=1.4
        )
    canvas.shape(
        [(x - 34, floor - 62), (x + 34, floor - 62), (x + 25, floor), (x - 25, floor)],
        palette.accent,
    )


def window(dice: Random) -> Scene:
    """A window with rain on it, hills behind, and something on the sill."""
    palette = dice.choice(PALETTES)
    wall = mix(palette.layers[-2], palette.ink, 0.25)
    canvas = Canvas((900, 1000), wall)
    frame = mix(palette.light, palette.layers[0], 0.15)
    left, top, width, height = 130, 90, 640, 700
    canvas.box(left - 22, top - 22, width + 44, height + 44, frame, round_=6)
    sky = mix(palette.sky[0], palette.sky[1], 0.4)
    canvas.box(left, top, width, height, sky)
    for layer in range(3):
        base, colour = top + height * (0.6 + 0.14 * layer), palette.layers[layer]
        bumps = [
            (left + width * n / 40, base - 46 * math.sin(n / 6 + layer * 2 + dice.random() / 4))
            for n in range(41)
        ]
        canvas.shape([*bumps, (left + width, top + height), (left, top + height)], colour)
    drops = dice.randrange(60, 160)
    for _ in range(drops):
        x, y = dice.uniform(left + 8, left + width - 8), dice.uniform(top + 8, top + height - 60)
        canvas.line(
            [(x, y), (x - 4, y + dice.uniform(14, 46))], mix(sky, palette.light, 0.7), thick=2
        )
    canvas.box(left + width / 2 - 11, top, 22, height, frame)
    canvas.box(left, top + height * 0.42, width, 22, frame)
    sill = top + height + 22
    canvas.box(left - 70, sill, width + 140, 34, mix(frame, palette.ink, 0.12), round_=4)
    _plant_pot(canvas, dice, left + 110, sill, palette)
    cups = dice.randrange(1, 3)
    for cup in range(cups):
        _cup(canvas, left + 420 + cup * 120, sill, palette)
    tea = "a steaming cup" if cups == 1 else "two steaming cups"
    words = f"Rain on a window {palette.hour}. Hills behind the glass; a potted plant and {tea} "
    return canvas.finished(dice), f"{words}on the sill."


def _cup(canvas: Canvas, x: float, floor: float, palette: Palette) -> None:
    canvas.arc(x + 38, floor - 38, 20, (270, 90), palette.light, thick=9)
    canvas.box(x - 38, floor - 70, 76, 70, palette.light, round_=14)
    canvas.box(x - 38, floor - 48, 76, 10, palette.accent)
    for wisp in (-12, 12):
        points = [(x + wisp + 7 * math.sin(n / 2), floor - 82 - 8 * n) for n in range(9)]
        canvas.line(points, mix(palette.light, palette.layers[1], 0.35), thick=4)


def cloth(dice: Random) -> Scene:
    """Cloth as it comes from the loom: stripes or checks."""
    number = dice.randrange(len(CLOTHS))
    colours = CLOTHS[number]
    canvas = Canvas((1000, 800), colours[1])
    stripes = [(dice.choice(colours), dice.choice((8, 16, 24, 40, 64))) for _ in range(9)]
    is_checked = dice.random() < 0.5
    length = sum(width for _, width in stripes)
    threads = Image.new("RGB", (canvas.width // THREAD, canvas.height // THREAD))
    for x, y in itertools.product(range(threads.width), range(threads.height)):
        warp = _at(stripes, x * THREAD % length)
        weft = _at(stripes, y * THREAD % length) if is_checked else colours[1]
        is_over = (x + y) % 2 == 0
        tone = warp if is_over else mix(warp, weft, 0.75 if is_checked else 0.25)
        threads.putpixel((x, y), rgb(tone if is_over else mix(tone, "#000000", 0.07)))
    canvas.image.paste(threads.resize(canvas.image.size, Image.Resampling.NEAREST))
    pattern = "checked" if is_checked else "striped"
    words = f"A piece of {pattern} cloth, so close that the threads show: {CLOTH_WORDS[number]}."
    return canvas.finished(dice), words


def _at(stripes: Sequence[tuple[str, int]], place: int) -> str:
    for colour, width in stripes:
        if place < width:
            return colour
        place -= width
    return stripes[-1][0]


def bicycle(dice: Random) -> Scene:
    """A bicycle leaning against a wall."""
    palette = dice.choice([p for p in PALETTES if not p.is_night])
    wall = mix(palette.layers[0], palette.light, 0.45)
    canvas = Canvas((1100, 800), wall)
    for row, brick in itertools.product(range(9), range(9)):
        left = brick * 140 - (row % 2) * 70
        tone = mix(wall, palette.layers[1], dice.uniform(0.05, 0.3))
        canvas.box(left + 3, row * 70 + 3, 134, 64, tone, round_=3)
    canvas.box(0, 630, canvas.width, 170, mix(palette.layers[2], palette.ink, 0.2))
    paint = dice.choice((palette.accent, palette.layers[-1], "#1B6B50"))
    word = {palette.accent: "bright", palette.layers[-1]: "dark"}.get(paint, "green")
    back, front, y = 330.0, 760.0, 540.0
    for x in (back, front):
        canvas.disc(x + 16, y + 138, 120, mix(palette.layers[2], palette.ink, 0.4), flat=0.1)
        canvas.arc(x, y, 142, (0, 360), palette.ink, thick=13)
        for spoke in range(12):
            angle = math.tau * spoke / 12
            canvas.line(
                [(x, y), (x + 130 * math.cos(angle), y + 130 * math.sin(angle))],
                mix(wall, palette.ink, 0.5),
                thick=1.5,
            )
        canvas.disc(x, y, 13, palette.ink)
    crank, seat, head = (520.0, y + 8), (455.0, 335.0), (705.0, 330.0)
    for a, b in (
        ((back, y), crank),
        (crank, seat),
        ((back, y), (465.0, 365.0)),
        ((470.0, 375.0), head),
        (crank, (712.0, 365.0)),
        (head, (front, y)),
    ):
        canvas.line([a, b], paint, thick=13)
    canvas.line([seat, (448, 305)], palette.ink, thick=9)
    canvas.box(398, 290, 112, 20, palette.ink, round_=10)
    canvas.line([head, (696, 280), (640, 268)], palette.ink, thick=10)
    canvas.disc(*crank, 34, palette.ink)
    canvas.disc(*crank, 22, wall)
    has_basket = dice.random() < 0.6
    if has_basket:
        canvas.shape(
            [(735, 290), (865, 290), (845, 385), (752, 385)], mix("#B98A52", palette.light, 0.2)
        )
        for flower in range(6):
            canvas.disc(
                755 + flower * 19,
                278 - 10 * (flower % 3),
                15,
                dice.choice((palette.light, palette.accent, "#F0B429")),
            )
    load = "with flowers in its basket" if has_basket else "without anything to carry"
    return canvas.finished(dice), f"A {word} bicycle leaning against a brick wall, {load}."
