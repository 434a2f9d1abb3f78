"""From numbers to an outcome, with the working that members are shown. Pure and exact.

Source: governance research 4.1: the four numbers, thresholds by cross-multiplication, quorum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from governance.counting.yesno import Tally
from governance.rules import Base, Blocks, Method, Quorum, QuorumCounts, RuleSet, Threshold


class Outcome(StrEnum):
    """How a vote ended."""

    PASSED = "passed"
    REJECTED = "rejected"
    QUORUM_MISSED = "quorum_missed"
    TIED = "tied"
    BLOCKED = "blocked"


class Demand(StrEnum):
    """What a yes/no vote must meet, in the order in which it is asked."""

    QUORUM = "quorum"
    THRESHOLD = "threshold"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working: so many were needed, so many were reached.

    `share` of `base`, which were `base_count`, gives `needed`, or the quorum's floor does.
    """

    demand: Demand
    holds: bool
    needed: int
    reached: int
    share: Fraction
    base: Base
    base_count: int

    def dump(self) -> dict[str, Any]:
        """Return the step as JSON."""
        return {
            "demand": self.demand.value,
            "holds": self.holds,
            "needed": self.needed,
            "reached": self.reached,
            "share": str(self.share),
            "base": self.base.value,
            "base_count": self.base_count,
        }

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """Return the step that was dumped."""
        return cls(
            demand=Demand(data["demand"]),
            holds=data["holds"],
            needed=data["needed"],
            reached=data["reached"],
            share=Fraction(data["share"]),
            base=Base(data["base"]),
            base_count=data["base_count"],
        )


@dataclass(frozen=True, slots=True)
class Roll:
    """How many could vote when voting opened, and how many of them were active."""

    eligible: int
    active: int

    def __post_init__(self) -> None:
        assert 0 <= self.active <= self.eligible


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, the four numbers, the counts, and each step of the working."""

    outcome: Outcome
    roll: Roll
    tally: Tally
    steps: tuple[Step, ...]

    def dump(self) -> dict[str, Any]:
        """Return all of it as JSON: what is stored, published and compared byte for byte."""
        return {
            "outcome": self.outcome.value,
            "eligible": self.roll.eligible,
            "active": self.roll.active,
            "cast": self.tally.cast,
            "decisive": self.tally.decisive,
            "counts": self.tally.dump(),
            "steps": [step.dump() for step in self.steps],
        }


def decide(
    rule: RuleSet, method: Method, *, tally: Tally, roll: Roll, second: bool = False
) -> Decision:
    """Return the decision on `tally` under `rule`; without a single yes, nothing passes.

    `second` says that this is the count after the quorum was missed once. An even split fails
    where the threshold is strict; yes/no questions are never tied.
    """
    assert tally.cast <= roll.eligible
    steps = [quorum_step(rule.quorum, tally=tally, roll=roll, second=second)]
    steps.append(_threshold_step(rule.threshold, tally, roll))
    if method is Method.CONSENSUS:
        steps.append(_block_step(rule.blocks, tally))
    return Decision(_outcome(steps, tally), roll, tally, tuple(steps))


def quorum_step(quorum: Quorum, *, tally: Tally, roll: Roll, second: bool = False) -> Step:
    """Return the step that asks whether enough took part, or said yes."""
    base = _size(quorum.of, tally, roll)
    needed = quorum.needed(base, second=second)
    reached = tally.yes if quorum.counts is QuorumCounts.APPROVAL else tally.cast
    share = quorum.share_of(second=second)
    return Step(Demand.QUORUM, reached >= needed, needed, reached, share, quorum.of, base)


def _threshold_step(threshold: Threshold, tally: Tally, roll: Roll) -> Step:
    base = _size(threshold.of, tally, roll)
    needed = max(threshold.needed(base), 1)
    return Step(
        Demand.THRESHOLD,
        tally.yes >= needed,
        needed,
        tally.yes,
        threshold.share,
        threshold.of,
        base,
    )


def _block_step(blocks: Blocks, tally: Tally) -> Step:
    # Too few blocks stop nothing; enough of them are overridden by an overwhelming yes.
    stopped = tally.block >= blocks.needed
    needed = Threshold(blocks.override).needed(tally.decisive) if stopped else 0
    return Step(
        Demand.BLOCKS,
        tally.yes >= needed,
        needed,
        tally.yes,
        blocks.override,
        Base.DECISIVE,
        tally.decisive,
    )


def _size(base: Base, tally: Tally, roll: Roll) -> int:
    return {
        Base.DECISIVE: tally.decisive,
        Base.CAST: tally.cast,
        Base.ACTIVE: roll.active,
        Base.ELIGIBLE: roll.eligible,
    }[base]


def _outcome(steps: list[Step], tally: Tally) -> Outcome:
    failed = next((step.demand for step in steps if not step.holds), None)
    if failed is None:
        return Outcome.PASSED if tally.yes else Outcome.REJECTED
    return {
        Demand.QUORUM: Outcome.QUORUM_MISSED,
        Demand.THRESHOLD: Outcome.REJECTED,
        Demand.BLOCKS: Outcome.BLOCKED,
    }[failed]
