"""Yes/no questions: majority, and consensus with blocks.

Source: governance research 4.1 (what counts as decisive) and 4.2 (blocks).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.rules import Choice, Method

CHOICES: Mapping[Method, frozenset[Choice]] = {
    Method.MAJORITY: frozenset({Choice.YES, Choice.NO, Choice.ABSTAIN}),
    Method.CONSENSUS: frozenset(Choice),
}


class Mistake(StrEnum):
    """Why marks on a ballot are not a vote. They are refused, never repaired."""

    NO_CHOICE = "no_choice"
    UNKNOWN_MARK = "unknown_mark"
    UNKNOWN_CHOICE = "unknown_choice"
    NO_REASON = "no_reason"


@dataclass(frozen=True, slots=True)
class Tally:
    """Ballots by choice."""

    yes: int
    no: int
    abstain: int
    block: int = 0

    def __post_init__(self) -> None:
        assert min(self.yes, self.no, self.abstain, self.block) >= 0

    @property
    def decisive(self) -> int:
        """Those who said yes or no; a block is a no."""
        return self.yes + self.no + self.block

    @property
    def cast(self) -> int:
        """All who took part."""
        return self.decisive + self.abstain

    def dump(self) -> dict[str, int]:
        """Return the numbers by choice."""
        return {c.value: getattr(self, c.value) for c in Choice}


def mistake_in(
    marks: Mapping[str, Any], method: Method, *, reason: str, reasons: Iterable[Choice] = ()
) -> Mistake | None:
    """Return what is wrong with a ballot, or None; `reasons` are the choices that need one."""
    if "choice" not in marks:
        return Mistake.NO_CHOICE
    if len(marks) > 1:
        return Mistake.UNKNOWN_MARK
    choice = marks["choice"]
    if not isinstance(choice, str) or choice not in CHOICES[method]:
        return Mistake.UNKNOWN_CHOICE
    if choice in set(reasons) and not reason.strip():
        return Mistake.NO_REASON
    return None


def count(choices: Iterable[str]) -> Tally:
    """Return the tally of valid choices; their order does not matter."""
    counted = Counter(choices)
    tally = Tally(*(counted.pop(c, 0) for c in Choice))
    assert not counted, "a choice that no ballot offers"
    return tally
