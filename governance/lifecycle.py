"""The life of a proposal as data: its states, what follows what, who may act when, and the dates.

Only time, ballots and the rule set move a proposal past its freeze; nobody has a button for
"passed". Source: governance research 7.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from governance.rules import Days


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SEEKING_SUPPORT = "seeking_support"
    DELIBERATION = "deliberation"
    NOTICE = "notice"
    VOTING = "voting"
    CLOSED = "closed"
    PASSED = "passed"
    REJECTED = "rejected"
    QUORUM_MISSED = "quorum_missed"
    TIED = "tied"
    BLOCKED = "blocked"
    CHALLENGEABLE = "challengeable"
    RATIFIED = "ratified"
    QUEUED = "queued"
    ENACTED = "enacted"
    FAILED_ENACTMENT = "failed_enactment"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What people do to a proposal."""

    EDIT = "edit"
    SUBMIT = "submit"
    SECOND = "second"
    COMMENT = "comment"
    WITHDRAW = "withdraw"
    VOTE = "vote"
    CHALLENGE = "challenge"


FOLLOWS: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SEEKING_SUPPORT, State.DELIBERATION, State.WITHDRAWN}),
    State.SEEKING_SUPPORT: frozenset({State.DELIBERATION, State.WITHDRAWN}),
    State.DELIBERATION: frozenset({State.NOTICE, State.WITHDRAWN}),
    State.NOTICE: frozenset({State.VOTING, State.WITHDRAWN}),
    State.VOTING: frozenset({State.CLOSED, State.WITHDRAWN}),
    State.CLOSED: frozenset(
        {State.PASSED, State.REJECTED, State.QUORUM_MISSED, State.TIED, State.BLOCKED}
    ),
    State.PASSED: frozenset({State.CHALLENGEABLE}),
    State.CHALLENGEABLE: frozenset({State.RATIFIED, State.VOIDED}),
    State.RATIFIED: frozenset({State.QUEUED, State.SUPERSEDED}),
    State.QUEUED: frozenset({State.ENACTED, State.FAILED_ENACTMENT, State.EXPIRED}),
    State.ENACTED: frozenset({State.SUPERSEDED}),
    State.REJECTED: frozenset(),
    State.QUORUM_MISSED: frozenset(),
    State.TIED: frozenset(),
    State.BLOCKED: frozenset(),
    State.FAILED_ENACTMENT: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.VOIDED: frozenset(),
    State.SUPERSEDED: frozenset(),
}

EDITABLE = frozenset({State.DRAFT, State.SEEKING_SUPPORT, State.DELIBERATION})
FROZEN = frozenset(State) - EDITABLE - {State.WITHDRAWN}
DISCUSSED = frozenset({State.SEEKING_SUPPORT, State.DELIBERATION, State.NOTICE, State.VOTING})
DECIDED = frozenset(State) - EDITABLE - {State.NOTICE, State.VOTING, State.WITHDRAWN}
# What is ratified and has an order is queued at once: without one, nothing is left to do.
UNDER_WAY = DISCUSSED | {State.CHALLENGEABLE, State.QUEUED}

ALLOWED: Mapping[Act, frozenset[State]] = {
    Act.EDIT: EDITABLE,
    Act.SUBMIT: frozenset({State.DRAFT}),
    Act.SECOND: frozenset({State.SEEKING_SUPPORT}),
    Act.COMMENT: DISCUSSED,
    Act.WITHDRAW: frozenset(s for s, after in FOLLOWS.items() if State.WITHDRAWN in after),
    Act.VOTE: frozenset({State.VOTING}),
    Act.CHALLENGE: frozenset({State.CHALLENGEABLE}),
}


def allows(state: State, act: Act) -> bool:
    """Return whether a proposal in `state` can be acted on so. (Times are asked separately.)"""
    return state in ALLOWED[act]


def may_follow(state: State, after: State) -> bool:
    """Return whether `after` may come next."""
    return after in FOLLOWS[state]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The moments of a proposal. Voting is open while opens_at <= now < closes_at."""

    freezes_at: datetime
    opens_at: datetime
    closes_at: datetime


def timetable(days: Days, *, begins_at: datetime) -> Timetable:
    """Return when a proposal whose deliberation begins at `begins_at` freezes, opens, closes."""
    opens_at = begins_at + timedelta(days=days.deliberation)
    return Timetable(
        freezes_at=opens_at - timedelta(days=days.frozen),
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=days.voting),
    )


def extension(*, opens_at: datetime, closes_at: datetime) -> datetime:
    """Return the close of a vote that is prolonged once, by half of its period."""
    return closes_at + (closes_at - opens_at) / 2


def reminder_at(*, opens_at: datetime, closes_at: datetime) -> datetime:
    """Return when those who have not voted are reminded: 48 hours before, at the earliest half."""
    return max(closes_at - timedelta(hours=48), opens_at + (closes_at - opens_at) / 2)


def after_outage(closes_at: datetime, *, began: datetime, ended: datetime) -> datetime:
    """Return the close of a vote after the site was away, moved by the length of an outage.

    Only outages of more than an hour that touch the last 24 hours of a vote move its close.
    Source: governance research 7.7.
    """
    away = ended - began
    touches = began < closes_at and ended > closes_at - timedelta(hours=24)
    return closes_at + away if touches and away > timedelta(hours=1) else closes_at
