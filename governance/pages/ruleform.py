"""A rule set as a form: each field is named by its path in the rule set, such as "days.voting"."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import Words, say
from governance.queries.proposal import demands_of
from governance.roll import sizes
from governance.rules import BadRule, DecisionType, RuleSet, lint
from governance.shown.words import type_word
from governance.views import Demands, ProposalView
from governance.wording import doubt_sentence

NUMBERS: Final = (
    "quorum.floor",
    "blocks.needed",
    "seconders.count",
    "enacting.approvals",
    "days.deliberation",
    "days.frozen",
    "days.voting",
    "days.challenge",
    "days.notice",
    "days.window",
    "days.support",
)
TEXTS: Final = (
    "threshold.share",
    "threshold.of",
    "quorum.share",
    "quorum.of",
    "quorum.counts",
    "quorum.missed",
    "quorum.second_share",
    "blocks.override",
    "seconders.share",
)
TICKS: Final = ("threshold.strict",)
OFFICES: Final = ("enacting.office", "enacting.approved_by")
LISTS: Final = ("methods", "secrecy", "reasons")

Values = Mapping[str, Sequence[str]]


def values_of(rule: RuleSet) -> dict[str, Any]:
    """Return a rule set as the values of the form."""
    dumped = rule.dump()
    values: dict[str, Any] = {_list(path): dumped[path] for path in LISTS}
    for path in (*NUMBERS, *TEXTS, *TICKS, *OFFICES):
        group, _, name = path.partition(".")
        values[path] = dumped[group][name]
    return values


def read_rule(values: Values) -> RuleSet:
    """Return the rule set that was filled in.

    Raises: Invalid, naming the field.
    """
    data: dict[str, Any] = {path: list(values.get(_list(path), ())) for path in LISTS}
    for path in (*NUMBERS, *TEXTS, *TICKS, *OFFICES):
        group, _, name = path.partition(".")
        data.setdefault(group, {})[name] = _value(path, _last(values, path))
    try:
        return RuleSet.load(data)
    except BadRule as fault:
        path, _, reason = str(fault).partition(": ")
        text = say("It {reason}.", reason=reason)
        field = _list(path) if path in LISTS else path
        raise Invalid(say("Something is to mend."), **{field: text}) from None


class RuleChanged(Record):
    """A rule set as a proposal would have it, in sentences, with the linter's doubts."""

    name: Words
    demands: Demands
    doubts: Sequence[Words]


def rules_changed(session: Session, view: ProposalView, *, now: datetime) -> list[RuleChanged]:
    """Return the rule sets that a proposal would set."""
    eligible, active = sizes(session, at=now)
    found = []
    for effect in view.effects:
        for kind, dumped in effect.payload.get("rules", {}).items():
            rule = RuleSet.load(dumped)
            demands = demands_of(rule, None, eligible=eligible, active=active)
            doubts = [doubt_sentence(doubt) for doubt in lint(rule)]
            found.append(RuleChanged(type_word(DecisionType(kind)), demands, doubts))
    return found


def _list(path: str) -> str:
    """Return the field of a list: the proposal has a secrecy of its own in the same form."""
    return f"rule.{path}"


def _last(values: Values, path: str) -> str:
    sent = values.get(path)
    return sent[-1].strip() if sent else ""


def _value(path: str, sent: str) -> Any:
    if path in NUMBERS:
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 7 else sent
    if path in TICKS:
        return bool(sent)
    if path in OFFICES:
        return sent or None
    return sent
