"""Rule sets: what a type of decision demands. Pure, exact, nothing but the standard library.

Shares are fractions: two thirds is Fraction(2, 3), never 66.67. Denominators, strictness and the
weight of a block are data, because members have argued over each of them where they were prose.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any, Self, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

DAYS_MAX = 400
PEOPLE_MAX = 1000
APPROVALS_MAX = 5
# A fraction in plain figures and nothing else: "66.67", 0.5 and "1e9" are how shares go wrong.
_SHARE = re.compile("[0-9]{1,6}(/[1-9][0-9]{0,5})?")
OFFICES = ("admin", "treasurer", "moderator", "facilitator", "secretary")


class BadRule(ValueError):
    """A rule set that cannot be read; the text begins with the path of the wrong value."""


class DecisionType(StrEnum):
    """What a decision is about; each type has its rule set."""

    POLICY = "policy"
    SPENDING = "spending"
    BUDGET = "budget"
    DUES = "dues"
    TERMS = "terms"
    CODE_OF_CONDUCT = "code-of-conduct"
    PRIVACY = "privacy"
    BYLAWS = "bylaws"
    CONSTITUTION = "constitution"
    DOMAIN = "domain"
    ELECTION = "election"
    RECALL = "recall"
    APPEAL = "appeal"
    EMERGENCY = "emergency"
    STATEMENT = "statement"


class Method(StrEnum):
    """How ballots become an outcome."""

    MAJORITY = "majority"
    CONSENSUS = "consensus"


class Secrecy(StrEnum):
    """Who sees choices: everyone at once, everyone after the close, or choices without names."""

    OPEN = "open"
    SEALED = "sealed"
    SECRET = "secret"  # noqa: S105 (a word, not a password)


class Choice(StrEnum):
    """What a yes/no ballot says. Abstaining counts as taking part, not as yes or no."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    BLOCK = "block"


class Base(StrEnum):
    """What a share is a share of."""

    DECISIVE = "decisive"  # Yes and no; a block counts as no.
    CAST = "cast"  # Decisive, and those who abstained.
    ACTIVE = "active"
    ELIGIBLE = "eligible"


class QuorumCounts(StrEnum):
    """What fills a quorum: taking part, or saying yes (which makes staying home pointless)."""

    PARTICIPATION = "participation"
    APPROVAL = "approval"


class QuorumMissed(StrEnum):
    """What happens when too few took part."""

    FAIL = "fail"
    EXTEND_ONCE = "extend_once"
    SECOND_CALL = "second_call"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The share that yes must reach, or exceed if strict: then an even split fails."""

    share: Fraction
    of: Base = Base.DECISIVE
    strict: bool = False

    def needed(self, base: int) -> int:
        """Return the least number of yes that passes."""
        exact = self.share * base
        return floor(exact) + 1 if self.strict else ceil(exact)


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must take part (or say yes), and what happens when they do not."""

    share: Fraction = Fraction(0)
    floor: int = 0
    of: Base = Base.ACTIVE
    counts: QuorumCounts = QuorumCounts.PARTICIPATION
    missed: QuorumMissed = QuorumMissed.EXTEND_ONCE
    second_share: Fraction = Fraction(0)  # Replaces the share in a second call.

    def needed(self, base: int, *, second: bool = False) -> int:
        """Return the least number that fills the quorum; `second`: after it was missed once."""
        return max(ceil(self.share_of(second=second) * base), self.floor)

    def share_of(self, *, second: bool) -> Fraction:
        """Return the share that applies; only a second call has one of its own."""
        lowered = second and self.missed is QuorumMissed.SECOND_CALL
        return self.second_share if lowered else self.share

    @property
    def gives_more_time(self) -> bool:
        """Whether missing it prolongs the vote once."""
        return self.missed in (QuorumMissed.EXTEND_ONCE, QuorumMissed.SECOND_CALL)


@dataclass(frozen=True, slots=True)
class Blocks:
    """How many blocks stop a proposal, and the share of yes that overrides them."""

    override: Fraction = Fraction(9, 10)
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Seconders:
    """How many others must support a proposal: a number, or a share of the members if more."""

    count: int = 1
    share: Fraction = Fraction(0)

    def needed(self, members: int) -> int:
        """Return how many are needed in a co-op of so many members with a vote."""
        return max(self.count, ceil(self.share * members))


@dataclass(frozen=True, slots=True)
class Enacting:
    """Who carries a decision out: a holder of `office`, after `approvals` by other people.

    Approvals come from holders of `approved_by`, or of any office if None. Without an office,
    there is nothing to carry out.
    """

    office: str | None = "admin"
    approvals: int = 0
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The periods of a proposal, in days.

    The text stands still for the `frozen` last days of the deliberation; `notice` lies between
    the ratification and the effect.
    """

    deliberation: int = 4
    frozen: int = 1
    voting: int = 7
    challenge: int = 7
    notice: int = 0
    window: int = 60
    support: int = 30  # As long as a proposal may look for seconders.


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What one type of decision demands. The first method and secrecy are the usual ones."""

    threshold: Threshold
    quorum: Quorum = field(default_factory=Quorum)
    methods: tuple[Method, ...] = (Method.MAJORITY,)
    secrecy: tuple[Secrecy, ...] = (Secrecy.SEALED, Secrecy.OPEN, Secrecy.SECRET)
    blocks: Blocks = field(default_factory=Blocks)
    reasons: tuple[Choice, ...] = (Choice.BLOCK,)
    seconders: Seconders = field(default_factory=Seconders)
    days: Days = field(default_factory=Days)
    enacting: Enacting = field(default_factory=Enacting)

    def dump(self) -> dict[str, Any]:
        """Return the rule set as JSON; shares as text, such as "2/3"."""
        return {name: _dump(getattr(self, name)) for name in _FIELDS[RuleSet]}

    @classmethod
    def load(cls, data: Any) -> Self:
        """Return the rule set that was dumped.

        Raises: BadRule for anything missing, unknown, of another kind or out of bounds.
        """
        rule = cls(**_read(data, _FIELDS[RuleSet], ""))
        _check(rule)
        return rule


def stricter(old: RuleSet, new: RuleSet) -> RuleSet:
    """Return a rule set at least as strict as both: what changing the rules themselves needs.

    Periods, methods and who enacts stay as in `old`.
    Source: governance research 7.4, constitution rule sets.
    """
    bases = list(Base)
    threshold = Threshold(
        share=max(old.threshold.share, new.threshold.share),
        of=max(old.threshold.of, new.threshold.of, key=bases.index),
        strict=old.threshold.strict or new.threshold.strict,
    )
    approval = QuorumCounts.APPROVAL in (old.quorum.counts, new.quorum.counts)
    quorum = Quorum(
        share=max(old.quorum.share, new.quorum.share),
        floor=max(old.quorum.floor, new.quorum.floor),
        of=max(old.quorum.of, new.quorum.of, key=bases.index),
        counts=QuorumCounts.APPROVAL if approval else QuorumCounts.PARTICIPATION,
        missed=old.quorum.missed,
        second_share=max(old.quorum.second_share, new.quorum.second_share),
    )
    return RuleSet(
        threshold=threshold,
        quorum=quorum,
        methods=old.methods,
        secrecy=old.secrecy,
        blocks=Blocks(
            override=max(old.blocks.override, new.blocks.override),
            needed=min(old.blocks.needed, new.blocks.needed),
        ),
        reasons=old.reasons,
        seconders=old.seconders,
        days=old.days,
        enacting=old.enacting,
    )


class Doubt(StrEnum):
    """What the linter warns of: lawful, and known to hurt."""

    QUORUM_OUT_OF_REACH = "quorum_out_of_reach"
    BLOCK_CANNOT_BE_OVERRIDDEN = "block_cannot_be_overridden"
    VOTE_TOO_SHORT = "vote_too_short"
    QUORUM_ABOVE_USUAL_TURNOUT = "quorum_above_usual_turnout"


def lint(rule: RuleSet, *, usual_turnout: Fraction | None = None) -> tuple[Doubt, ...]:
    """Return the doubts about a rule set; `usual_turnout` is last year's median, if known.

    Source: governance research 7.4.
    """
    share = rule.quorum.share
    found = {
        Doubt.QUORUM_OUT_OF_REACH: rule.quorum.of is Base.ELIGIBLE and share > Fraction(33, 100),
        Doubt.BLOCK_CANNOT_BE_OVERRIDDEN: (
            Method.CONSENSUS in rule.methods and rule.blocks.override == 1
        ),
        Doubt.VOTE_TOO_SHORT: rule.days.voting < 3,
        Doubt.QUORUM_ABOVE_USUAL_TURNOUT: usual_turnout is not None and share > usual_turnout,
    }
    return tuple(doubt for doubt, holds in found.items() if holds)


def _dump(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if fields := _FIELDS.get(type(value)):
        return {name: _dump(getattr(value, name)) for name in fields}
    return str(value) if isinstance(value, StrEnum) else value


Reader = Callable[[Any, str], Any]


def _read(data: Any, fields: Mapping[str, Reader], path: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise BadRule(f"{path or 'rule'}: must be an object")
    for name in data:
        if name not in fields:
            raise BadRule(f"{path}{name}: is unknown")
    for name in fields:
        if name not in data:
            raise BadRule(f"{path}{name}: is missing")
    return {name: read(data[name], f"{path}{name}") for name, read in fields.items()}


def _share(data: Any, path: str) -> Fraction:
    if not isinstance(data, str) or not _SHARE.fullmatch(data):
        raise BadRule(f"{path}: must be a fraction such as 2/3")
    share = Fraction(data)
    if share > 1:
        raise BadRule(f"{path}: must not exceed 1")
    return share


def _number(least: int, most: int) -> Reader:
    def read(data: Any, path: str) -> int:
        if type(data) is not int or not least <= data <= most:
            raise BadRule(f"{path}: must be a whole number from {least} to {most}")
        return data

    return read


def _bool(data: Any, path: str) -> bool:
    if type(data) is not bool:
        raise BadRule(f"{path}: must be true or false")
    return data


def _one_of(kind: type[E]) -> Callable[[Any, str], E]:
    def read(data: Any, path: str) -> E:
        if not isinstance(data, str) or data not in {member.value for member in kind}:
            raise BadRule(f"{path}: must be one of {', '.join(kind)}")
        return kind(data)

    return read


def _some_of(kind: type[E], *, least: int = 1) -> Reader:
    read_one = _one_of(kind)

    def read(data: Any, path: str) -> tuple[E, ...]:
        if not isinstance(data, list | tuple):
            raise BadRule(f"{path}: must be a list")
        items = tuple(read_one(item, path) for item in data)
        if len(items) < least or len(set(items)) != len(items):
            raise BadRule(f"{path}: must name at least {least}, each once")
        return items

    return read


def _office(data: Any, path: str) -> str | None:
    if data is not None and data not in OFFICES:
        raise BadRule(f"{path}: must be an office or null")
    return data if data is None else str(data)


def _object(kind: Callable[..., T], fields: Mapping[str, Reader]) -> Callable[[Any, str], T]:
    return lambda data, path: kind(**_read(data, fields, f"{path}."))


def _check(rule: RuleSet) -> None:
    if rule.threshold.strict and rule.threshold.share == 1:
        raise BadRule("threshold.strict: more than all is impossible")
    if rule.quorum.of not in (Base.ACTIVE, Base.ELIGIBLE):
        raise BadRule("quorum.of: must be active or eligible")
    if rule.days.frozen > rule.days.deliberation:
        raise BadRule("days.frozen: must not exceed the deliberation")
    if rule.enacting.office is None and rule.enacting.approvals:
        raise BadRule("enacting.approvals: nothing is carried out, so nothing is approved")


_day = _number(0, DAYS_MAX)
_people = _number(0, PEOPLE_MAX)

_FIELDS: dict[type, Mapping[str, Reader]] = {
    Threshold: {"share": _share, "of": _one_of(Base), "strict": _bool},
    Quorum: {
        "share": _share,
        "floor": _people,
        "of": _one_of(Base),
        "counts": _one_of(QuorumCounts),
        "missed": _one_of(QuorumMissed),
        "second_share": _share,
    },
    Blocks: {"override": _share, "needed": _number(1, PEOPLE_MAX)},
    Seconders: {"count": _people, "share": _share},
    Enacting: {
        "office": _office,
        "approvals": _number(0, APPROVALS_MAX),
        "approved_by": _office,
    },
    Days: {
        "deliberation": _day,
        "frozen": _day,
        "voting": _number(1, DAYS_MAX),
        "challenge": _day,
        "notice": _day,
        "window": _number(1, DAYS_MAX),
        "support": _number(1, DAYS_MAX),
    },
}
_FIELDS[RuleSet] = {
    "threshold": _object(Threshold, _FIELDS[Threshold]),
    "quorum": _object(Quorum, _FIELDS[Quorum]),
    "methods": _some_of(Method),
    "secrecy": _some_of(Secrecy),
    "blocks": _object(Blocks, _FIELDS[Blocks]),
    "reasons": _some_of(Choice, least=0),
    "seconders": _object(Seconders, _FIELDS[Seconders]),
    "days": _object(Days, _FIELDS[Days]),
    "enacting": _object(Enacting, _FIELDS[Enacting]),
}
