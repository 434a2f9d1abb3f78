"""What a benchmark found, and whether it is within its gate."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SLACK = 1.3  # A gate is a target with a third of slack: machines differ, and so do their days.


class Bounds(NamedTuple):
    """A target, if there is one, and what a figure that misses it is held to meanwhile."""

    target: float | None
    holds: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure. Without a target it is information only; `holds` as in `Bounds`."""

    scenario: str
    figure: float
    unit: str
    target: float | None = None
    note: str = ""
    holds: float | None = None

    @property
    def gate(self) -> float | None:
        """The figure from which on the benchmark fails."""
        held = self.target if self.holds is None else self.holds
        return None if held is None else held * SLACK

    @property
    def verdict(self) -> str:
        """How the figure stands to its target and its gate."""
        if self.is_missed:
            return "MISSED"
        if self.target is None:
            return ""
        return "not yet" if self.figure > self.target * SLACK else "ok"

    @property
    def is_missed(self) -> bool:
        """Whether the gate is missed."""
        return self.gate is not None and self.figure > self.gate


def median(figures: Sequence[float]) -> float:
    """Return the middle of the figures, which one slow round does not move."""
    return statistics.median(figures)


def table(readings: Sequence[Reading]) -> str:
    """Return the readings as a table for a terminal."""
    head = ("scenario", "figure", "unit", "target", "gate", "", "note")
    rows = [head, *(_row(reading) for reading in readings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(row, widths) for row in rows)


def _row(reading: Reading) -> tuple[str, ...]:
    return (
        reading.scenario,
        _number(reading.figure),
        reading.unit,
        _number(reading.target),
        _number(reading.gate),
        reading.verdict,
        reading.note,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column in (1, 3, 4) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _number(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
