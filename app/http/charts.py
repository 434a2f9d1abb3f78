"""The geometry of charts, in whole units of their drawing; templates draw them. Pure."""

from collections.abc import Sequence
from typing import Final

from app.core.records import Record

WIDTH: Final = 620
GAP: Final = 2
LETTER_MIN: Final = 34  # A narrower segment has no room for its letter.


class Segment(Record):
    """A piece of a bar."""

    x: int
    width: int
    has_room: bool


class Column(Record):
    """A column that stands on a line, or hangs from it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Where its label is centred."""
        return self.x + self.width // 2


def stack(counts: Sequence[int], *, width: int = WIDTH) -> list[Segment]:
    """Divide `width` between the counts, with gaps, largest remainder first.

    A count of zero has no width; a small one is at least seen.
    """
    shown = sum(1 for count in counts if count)
    total = sum(counts)
    if not total:
        return [Segment(0, 0, has_room=False) for _ in counts]
    room = width - GAP * (shown - 1)
    widths = _apportion(counts, room)
    segments, x = [], 0
    for count, wide in zip(counts, widths, strict=True):
        segments.append(Segment(x, wide, has_room=wide >= LETTER_MIN))
        x += wide + (GAP if count else 0)
    return segments


def _apportion(counts: Sequence[int], room: int) -> list[int]:
    total = sum(counts)
    widths = [max(1, count * room // total) if count else 0 for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(counts[i] * room % total))
    spare = room - sum(widths)
    while spare != 0:
        step = 1 if spare > 0 else -1
        candidates = by_remainder if spare > 0 else sorted(by_remainder, key=lambda i: -widths[i])
        for i in candidates:
            if spare and counts[i] and widths[i] + step > 0:
                widths[i] += step
                spare -= step
    return widths


def tick(part: int, *, of: int, width: int = WIDTH) -> int:
    """Return where a threshold of `part` stands on a bar of `of`."""
    return 0 if of == 0 else min(width, (2 * part * width + of) // (2 * of))


def columns(
    values: Sequence[int],
    *,
    left: int = 0,
    width: int = WIDTH,
    height: int,
    top: int = 0,
    highest: int | None = None,
    share_percent: int = 60,
) -> list[Column]:
    """Return columns of `values` over a ground at `top + height`; each takes its share of a slot.

    `highest` is the value that is `height` tall; the largest one unless given.
    """
    scale = max([highest or 0, *values, 1])
    slot = width // max(len(values), 1)
    wide = slot * share_percent // 100
    made = []
    for number, value in enumerate(values):
        tall = max(0, value) * height // scale
        x = left + number * slot + (slot - wide) // 2
        made.append(Column(x, top + height - tall, wide, tall))
    return made


def line(
    values: Sequence[int],
    *,
    left: int = 0,
    width: int = WIDTH,
    height: int,
    top: int = 0,
    highest: int | None = None,
) -> str:
    """Return the points of a line through `values`, left to right, zero at the bottom."""
    scale = max([highest or 0, *values, 1])
    steps = max(len(values) - 1, 1)
    return " ".join(
        f"{left + number * width // steps},{top + height - max(0, value) * height // scale}"
        for number, value in enumerate(values)
    )


def round_up(value: int) -> int:
    """Return the next number that reads well on an axis: 1, 2 or 5 and zeros."""
    base = 1
    while True:
        for factor in (1, 2, 5):
            if factor * base >= value:
                return factor * base
        base *= 10
