"""Scenes out of doors: hills and the river, roofs, a wood, boats, allotments."""

import math
from random import Random

from PIL import Image

from app.demo.pictures.canvas import PALETTES, Canvas, Palette, down_to, mix, ridge

Scene = tuple[Image.Image, str]

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def count_of(number: int, one: str, many: str) -> str:
    """Return a small number with its noun, in words."""
    word = NUMBERS[number] if number < len(NUMBERS) else "many"
    return f"{word} {one if number == 1 else many}"


def _sky(
    canvas: Canvas, dice: Random, palette: Palette, *, horizon: float, free: float = 0.7
) -> str:
    """Paint the sky; return what stands in its upper part, `free` of what comes before it."""
    canvas.shade(palette.sky[0], palette.sky[1], below=horizon)
    if palette.is_night:
        for _ in range(140):
            x, y = dice.uniform(0, canvas.width), horizon * dice.random() ** 1.4
            canvas.disc(x, y, dice.uniform(0.5, 1.6), mix(palette.sky[0], palette.light, 0.8))
    x = canvas.width * dice.uniform(0.15, 0.85)
    y = horizon * dice.uniform(0.22, free)
    radius = canvas.height * dice.uniform(0.035, 0.075)
    canvas.glow(x, y, radius * 6, palette.light, strength=0.5)
    canvas.disc(x, y, radius, palette.light)
    if palette.is_night and dice.random() < 0.6:
        canvas.disc(
            x + radius * 0.45, y - radius * 0.2, radius * 0.95, mix(*palette.sky, y / horizon)
        )
        return "a thin moon and stars"
    return "a full moon and stars" if palette.is_night else "a pale sun"


def _birds(canvas: Canvas, dice: Random, palette: Palette, *, horizon: float) -> int:
    number = dice.randrange(6)
    left, top = canvas.width * dice.uniform(0.1, 0.7), horizon * dice.uniform(0.15, 0.5)
    for _ in range(number):
        x, y = left + dice.uniform(0, 160), top + dice.uniform(0, 70)
        span = dice.uniform(8, 15)
        canvas.arc(x - span, y, span, (200, 340), palette.ink, thick=2)
        canvas.arc(x + span, y, span, (200, 340), palette.ink, thick=2)
    return number


def _tree(canvas: Canvas, dice: Random, x: float, y: float, size: float, colour: str) -> None:
    if dice.random() < 0.5:
        canvas.line([(x, y), (x, y - size * 0.5)], colour, thick=size * 0.07)
        canvas.disc(x, y - size * 0.72, size * 0.3, colour, flat=1.25)
        return
    for step in range(3):
        top, half = y - size * (0.45 + 0.3 * step), size * (0.3 - 0.07 * step)
        bottom = top + size * 0.45
        canvas.shape([(x, top), (x + half, bottom), (x - half, bottom)], colour)


def river(dice: Random) -> Scene:
    """Hills behind each other, and the river before them, or a path."""
    palette = dice.choice(PALETTES)
    canvas = Canvas((1200, 800), palette.sky[1])
    horizon = canvas.height * dice.uniform(0.55, 0.68)
    light = _sky(canvas, dice, palette, horizon=horizon)
    birds = 0 if palette.is_night else _birds(canvas, dice, palette, horizon=horizon)
    layers = palette.layers[: dice.randrange(3, 5)]
    for number, colour in enumerate(layers):
        depth = number / len(layers)
        base = horizon * (0.72 + 0.26 * depth)
        outline = ridge(dice, canvas.width, base, canvas.height * (0.15 - 0.07 * depth))
        canvas.shape(down_to(outline, horizon + 2), colour)
    bank = mix(palette.layers[-1], palette.layers[-2], 0.3)
    trees = dice.randrange(4, 12)
    for _ in range(trees):
        size = canvas.height * dice.uniform(0.06, 0.14)
        _tree(canvas, dice, dice.uniform(0, canvas.width), horizon + 4, size, bank)
    canvas.box(0, horizon - 3, canvas.width, 6, bank)
    canvas.mirror(horizon + 3, tint=mix(palette.sky[0], palette.layers[2], 0.4), share=0.42)
    canvas.ripple(dice, horizon + 8, mix(palette.sky[1], palette.light, 0.5), count=70)
    words = (
        f"The river {palette.hour}: {count_of(len(layers), 'line', 'lines')} of hills and some "
        f"trees, mirrored in still water. Above them {light}"
    )
    flock = f" and {count_of(birds, 'bird', 'birds')}." if birds else "."
    return canvas.finished(dice), words + flock


def roofs(dice: Random) -> Scene:
    """Houses shoulder to shoulder, some windows lit."""
    palette = dice.choice([p for p in PALETTES if p.hour != "in fog"])
    canvas = Canvas((1200, 900), palette.sky[1])
    light = _sky(canvas, dice, palette, horizon=canvas.height * 0.75, free=0.26)
    lit = smoke = 0
    for row, base in enumerate((0.62, 0.78, 1.0)):
        x = -dice.uniform(0, 60)
        while x < canvas.width:
            width = dice.uniform(90, 170) * (0.8 + row * 0.18)
            top = canvas.height * (base - dice.uniform(0.2, 0.34))
            wall = mix(
                palette.layers[row + 1],
                dice.choice((palette.accent, palette.light)),
                dice.uniform(0.05, 0.3),
            )
            more, chimney = _house(
                canvas, dice, palette, (x, top, width, canvas.height - top), wall
            )
            lit, smoke, x = lit + more, smoke + chimney, x + width
    windows = (
        "Many windows are lit" if lit > 60 else "A few windows are lit" if lit else "It is quiet"
    )
    fires = ", and here and there smoke rises" if smoke else ""
    words = (
        f"Roofs of the old town {palette.hour}: three rows of narrow houses, and {light} in the "
        f"sky. {windows}{fires}."
    )
    return canvas.finished(dice), words


def _house(
    canvas: Canvas,
    dice: Random,
    palette: Palette,
    box: tuple[float, float, float, float],
    wall: str,
) -> tuple[int, int]:
    """Draw a house; return how many of its windows are lit, and of its chimneys smoke."""
    x, y, width, height = box
    roof = mix(wall, palette.ink, 0.45)
    peak = width * dice.uniform(0.35, 0.6)
    smokes = int(dice.random() < 0.18)
    chimney = x + width * 0.68
    canvas.box(chimney, y - peak * 0.85, width * 0.1, peak * 0.7, roof)
    for puff in range(6 * smokes):
        grey = mix(palette.sky[1], palette.light, 0.5)
        canvas.disc(
            chimney + width * 0.05 + 9 * math.sin(puff * 1.3),
            y - peak - 14 * puff,
            7 + puff * 2,
            grey,
        )
    canvas.box(x, y, width, height, wall)
    canvas.shape([(x - 5, y), (x + width / 2, y - peak), (x + width + 5, y)], roof)
    lit = 0
    chance = 0.55 if palette.is_night else 0.3 if palette.hour == "at dusk" else 0.0
    columns = 3 if width > 120 else 2
    for row in range(7):
        for column in range(columns):
            wide = width / (columns * 2 + 1)
            is_lit = dice.random() < chance
            glass = palette.accent if is_lit else mix(wall, palette.ink, 0.3)
            canvas.box(x + wide * (1 + 2 * column), y + 24 + row * 58, wide, 34, glass, round_=2)
            lit += is_lit
    return lit, smokes


def wood(dice: Random) -> Scene:
    """Trunks in rows, paler the farther they are, and mushrooms if one looks."""
    palette = dice.choice([p for p in PALETTES if not p.is_night])
    canvas = Canvas((900, 1100), palette.sky[1])
    canvas.shade(mix(palette.sky[0], palette.layers[0], 0.5), palette.light)
    canvas.glow(canvas.width * dice.uniform(0.3, 0.7), canvas.height * 0.4, 500, palette.light)
    for number, colour in enumerate(palette.layers):
        base = canvas.height * (0.62 + 0.085 * number)
        thick = 8 + number * number * 5
        for _ in range(13 - 2 * number):
            x = dice.uniform(-20, canvas.width + 20)
            lean = dice.uniform(-14, 14)
            canvas.shape(
                [
                    (x - thick / 2, base + 30),
                    (x + thick / 2, base + 30),
                    (x + lean + thick * 0.36, -5),
                    (x + lean - thick * 0.36, -5),
                ],
                colour,
            )
            for _ in range(2):
                y = dice.uniform(0.05, 0.5) * canvas.height
                way = dice.choice((-1, 1))
                canvas.line(
                    [(x + lean / 2, y), (x + lean / 2 + way * thick * 2.4, y - thick * 1.6)],
                    colour,
                    thick=max(2, thick * 0.2),
                )
        canvas.shape(down_to(ridge(dice, canvas.width, base, 34, calm=1.4), canvas.height), colour)
    mushrooms = dice.randrange(1, 7)
    for _ in range(mushrooms):
        x, y, size = (
            dice.uniform(60, canvas.width - 60),
            canvas.height * dice.uniform(0.93, 0.975),
            dice.uniform(14, 26),
        )
        canvas.box(x - size * 0.22, y - size, size * 0.44, size * 1.3, palette.light, round_=6)
        canvas.shape(
            [
                (
                    x + size * math.cos(math.pi * n / 16),
                    y - size - size * 0.8 * math.sin(math.pi * n / 16),
                )
                for n in range(17)
            ],
            palette.accent,
        )
    ground = count_of(mushrooms, "mushroom", "mushrooms").capitalize()
    words = (
        f"Bare trunks in the wood {palette.hour}, row behind row, the farthest almost as pale as "
        f"the air. {ground} in the foreground."
    )
    return canvas.finished(dice), words


def boats(dice: Random) -> Scene:
    """Boats on quiet water, each with its reflection."""
    palette = dice.choice(PALETTES)
    canvas = Canvas((1200, 800), palette.sky[1])
    horizon = canvas.height * 0.46
    _sky(canvas, dice, palette, horizon=horizon)
    outline = ridge(dice, canvas.width, horizon - 10, 70)
    canvas.shape(down_to(outline, horizon), palette.layers[1])
    canvas.shade(
        mix(palette.sky[1], palette.layers[1], 0.5),
        mix(palette.layers[2], palette.sky[0], 0.4),
        above=horizon,
    )
    canvas.ripple(dice, horizon + 4, mix(palette.sky[1], palette.light, 0.4), count=90)
    number = dice.randrange(1, 5)
    for boat in range(number):
        place = 0.2 + 0.65 * boat / number + dice.uniform(0, 0.1)
        x = canvas.width * (0.12 + (dice.random() + boat * 1.7) % number / number * 0.76)
        y, size = horizon + (canvas.height - horizon) * place, 30 + 90 * place
        hull = dice.choice((palette.accent, palette.ink, palette.layers[-1]))
        _boat(canvas, x, y, size, hull, mast=palette.ink, sail=palette.light)
    fleet = count_of(number, "sailing boat", "sailing boats").capitalize()
    return canvas.finished(dice), f"{fleet} on quiet water {palette.hour}, a low shore behind."


def _boat(
    canvas: Canvas, x: float, y: float, size: float, hull: str, *, mast: str, sail: str
) -> None:
    for way, share in ((1.0, 0.0), (-0.75, 0.55)):  # The boat, and what the water makes of it.
        tone = mix(hull, sail, share * 0.5)
        canvas.line([(x, y), (x, y - way * size * 1.5)], mix(mast, sail, share), thick=3)
        canvas.shape(
            [
                (x + 5, y - way * size * 1.45),
                (x + 5, y - way * size * 0.25),
                (x + size * 0.75, y - way * size * 0.25),
            ],
            mix(sail, hull, share * 0.4),
        )
        canvas.shape(
            [
                (x - 6, y - way * size * 1.2),
                (x - 6, y - way * size * 0.25),
                (x - size * 0.5, y - way * size * 0.25),
            ],
            mix(sail, hull, 0.15 + share * 0.4),
        )
        canvas.shape(
            [
                (x - size * 0.8, y - way * size * 0.18),
                (x + size * 0.9, y - way * size * 0.18),
                (x + size * 0.55, y + way * size * 0.12),
                (x - size * 0.55, y + way * size * 0.12),
            ],
            tone,
        )


def allotments(dice: Random) -> Scene:
    """Beds from above: rows of round and pointed leaves, and paths between."""
    palette = dice.choice([p for p in PALETTES if not p.is_night and p.hour != "in winter"])
    earth = mix("#5B4636", palette.layers[-1], 0.35)
    canvas = Canvas((1000, 1000), mix("#CDBE9F", palette.light, 0.3))
    crops = dice.sample(
        (
            ("cabbages", "#6E9A6B"),
            ("lettuce", "#9CBF5B"),
            ("beetroot", "#8B2F4E"),
            ("pumpkins", "#DD8A2E"),
            ("leeks", "#4E8A77"),
            ("marigolds", "#F0B429"),
        ),
        4,
    )
    for number, (name, colour) in enumerate(crops):
        x, y = 40 + 475 * (number % 2), 40 + 475 * (number // 2)
        canvas.box(x, y, 445, 445, earth, round_=14)
        for row in range(5):
            for column in range(5):
                at = (
                    x + 58 + 82 * column + dice.uniform(-7, 7),
                    y + 58 + 82 * row + dice.uniform(-7, 7),
                )
                _plant(canvas, dice, at, colour, leaves=5 if name in ("leeks", "beetroot") else 9)
    *some, last = (name for name, _ in crops)
    words = f"Four garden beds from above, with paths between: {', '.join(some)} and {last}."
    return canvas.finished(dice), words


def _plant(
    canvas: Canvas, dice: Random, at: tuple[float, float], colour: str, *, leaves: int
) -> None:
    x, y = at
    turn, size = dice.uniform(0, math.tau), dice.uniform(21, 29)
    for leaf in range(leaves):
        angle = turn + math.tau * leaf / leaves
        tone = mix(colour, "#FFFFFF", 0.16 * (leaf % 3) / 2)
        canvas.disc(
            x + math.cos(angle) * size * 0.55, y + math.sin(angle) * size * 0.55, size * 0.55, tone
        )
    canvas.disc(x, y, size * 0.42, mix(colour, "#FFFFFF", 0.35))
