"""Paper and paint: colours that go together, shapes drawn large and brought down smooth."""

import math
from collections.abc import Sequence
from random import Random
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.core.records import Record

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

FINE = 2  # Everything is drawn twice as large, so that edges come out smooth.


class Palette(Record):
    """Colours of one hour: the sky from top to bottom, layers from far to near, and accents."""

    hour: str
    sky: tuple[str, str]
    layers: tuple[str, ...]
    light: str
    accent: str
    ink: str
    is_night: bool = False


PALETTES = (
    Palette(
        "at dawn",
        ("#8FA7C4", "#F6D5B8"),
        ("#B9AFC0", "#93899F", "#6C6A84", "#474E67", "#2C3448"),
        "#FFF1DA",
        "#E0805A",
        "#232A3B",
    ),
    Palette(
        "on a clear morning",
        ("#7FB4D6", "#EAF3EE"),
        ("#A9C7BF", "#7EAA99", "#548A74", "#2F6B55", "#1B4A3C"),
        "#FFF8E1",
        "#E2A33B",
        "#17342C",
    ),
    Palette(
        "at noon in summer",
        ("#5FA8D3", "#D8ECF0"),
        ("#C3CFA0", "#A3B86C", "#7E9C4B", "#5C7F3B", "#3C5E2E"),
        "#FFFBEA",
        "#D9572B",
        "#27401F",
    ),
    Palette(
        "in autumn",
        ("#C9C3B4", "#F2E3C6"),
        ("#D8B98A", "#C7935A", "#A86A3B", "#7C4A2F", "#4D3026"),
        "#FFF3D6",
        "#A32A1D",
        "#3A241D",
    ),
    Palette(
        "at dusk",
        ("#3E4A78", "#E79A7B"),
        ("#B57A86", "#8A5F7D", "#644D70", "#43395A", "#272741"),
        "#FFE3B8",
        "#F2B95C",
        "#1C1C33",
    ),
    Palette(
        "by night",
        ("#101A33", "#3A5072"),
        ("#33476A", "#293C5B", "#20304B", "#17243A", "#0F1828"),
        "#F5EBCB",
        "#E9BE63",
        "#0A111E",
        is_night=True,
    ),
    Palette(
        "in fog",
        ("#CBD3D3", "#E9ECE8"),
        ("#C2CBCA", "#A5B2B1", "#839493", "#5F7373", "#3F5254"),
        "#FAFAF5",
        "#B4573E",
        "#2C3B3D",
    ),
    Palette(
        "in winter",
        ("#A9BED1", "#F1F2F3"),
        ("#DCE3E9", "#BFCBD6", "#98AABA", "#6B8195", "#44586B"),
        "#FFFFFF",
        "#B33A32",
        "#2B3947",
    ),
)


def rgb(colour: str) -> Colour:
    """Return "#RRGGBB" as numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """Return a colour between the two: `share` 0 is the one, 1 the other."""
    parts = (round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
    return "#" + "".join(f"{part:02X}" for part in parts)


class Canvas:
    """A sheet of paper, measured in the pixels of the finished picture."""

    def __init__(self, size: tuple[int, int], ground: str) -> None:
        self.width, self.height = size
        self.image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), ground)
        self._draw = ImageDraw.Draw(self.image)

    def shade(
        self, top: str, bottom: str, *, above: float = 0, below: float | None = None
    ) -> None:
        """Wash the stretch between two heights from one colour into another."""
        y0, y1 = int(above * FINE), int((self.height if below is None else below) * FINE)
        if y1 > y0:
            size = (self.image.width, y1 - y0)
            mask = Image.linear_gradient("L").resize(size)
            wash = Image.composite(
                Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask
            )
            self.image.paste(wash, (0, y0))

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """Fill the outline."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str, *, flat: float = 1) -> None:
        """Fill a circle, or an ellipse whose height is `flat` times its width."""
        r = radius * FINE
        cx, cy = x * FINE, y * FINE
        self._draw.ellipse((cx - r, cy - r * flat, cx + r, cy + r * flat), fill=colour)

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, *, round_: float = 0
    ) -> None:
        """Fill a rectangle, with round corners if asked."""
        if width <= 0 or height <= 0:
            return
        corners = (x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE)
        radius = min(round_, width / 2, height / 2) * FINE
        self._draw.rounded_rectangle(corners, radius=radius, fill=colour)

    def line(self, points: Sequence[Point], colour: str, *, thick: float = 2) -> None:
        """Draw a line with round ends through the points."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=max(1, round(thick * FINE)), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, thick / 2, colour)

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        angles: tuple[float, float],
        colour: str,
        *,
        thick: float = 2,
    ) -> None:
        """Draw part of a circle; angles are degrees clockwise from the right."""
        r = radius * FINE
        corners = (x * FINE - r, y * FINE - r, x * FINE + r, y * FINE + r)
        self._draw.arc(corners, *angles, fill=colour, width=max(1, round(thick * FINE)))

    def glow(
        self, x: float, y: float, radius: float, colour: str, *, strength: float = 0.6
    ) -> None:
        """Let light of the colour spread from a point."""
        small = (max(1, self.image.width // 8), max(1, self.image.height // 8))
        mask = Image.new("L", small, 0)
        r, cx, cy = radius * FINE / 8, x * FINE / 8, y * FINE / 8
        box = (cx - r / 2, cy - r / 2, cx + r / 2, cy + r / 2)
        ImageDraw.Draw(mask).ellipse(box, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(r / 3)).resize(self.image.size)
        self.image.paste(Image.new("RGB", self.image.size, colour), mask=mask)

    def mirror(self, height: float, *, tint: str, share: float) -> None:
        """Let everything below `height` reflect what is above it, mixed with a tint."""
        y = round(height * FINE)
        depth = min(y, self.image.height - y)
        above = self.image.crop((0, y - depth, self.image.width, y))
        flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        flipped = flipped.filter(ImageFilter.GaussianBlur(2 * FINE))
        tinted = Image.blend(flipped, Image.new("RGB", flipped.size, tint), share)
        self.image.paste(tinted, (0, y))

    def ripple(self, dice: Random, above: float, colour: str, *, count: int) -> None:
        """Lay short strokes on the water, longer the nearer they are."""
        for _ in range(count):
            y = above + (self.height - above) * dice.random() ** 0.8
            depth = (y - above) / (self.height - above)
            length = self.width * (0.01 + 0.07 * depth) * dice.uniform(0.5, 1.5)
            x = dice.uniform(-length, self.width)
            self.line([(x, y), (x + length, y)], colour, thick=0.6 + 2.2 * depth)

    def finished(self, dice: Random, *, grain: float = 0.05) -> Image.Image:
        """Return the picture in its size, with the grain of paper."""
        picture = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        noise = Image.frombytes("L", picture.size, dice.randbytes(self.width * self.height))
        noise = noise.filter(ImageFilter.GaussianBlur(0.7))
        paper = Image.merge("RGB", (noise, noise, noise))
        return Image.blend(picture, ImageChops.soft_light(picture, paper), grain * 6)


def ridge(
    dice: Random, width: float, base: float, height: float, *, calm: float = 1
) -> list[Point]:
    """Return the outline of hills: a sum of waves, each shorter and lower than the one before."""
    waves = [
        (height / 2**n, (n + 1) * dice.uniform(1.1, 2.3) * calm, dice.uniform(0, math.tau))
        for n in range(4)
    ]
    steps = 120
    return [
        (
            width * step / steps,
            base - sum(a * math.sin(f * math.tau * step / steps + p) for a, f, p in waves) / 2,
        )
        for step in range(steps + 1)
    ]


def down_to(points: Sequence[Point], bottom: float) -> list[Point]:
    """Close an outline at the bottom."""
    return [*points, (points[-1][0], bottom), (points[0][0], bottom)]
