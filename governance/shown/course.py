"""The way of a proposal as a line of stages: what is over, where it stands, what comes. Pure."""

from datetime import datetime, timedelta
from typing import Final

from app.core.records import Record
from app.core.words import Words, say
from governance.lifecycle import State
from governance.rules import Days
from governance.shown.spans import Bar, bar, left

BEFORE_VOTING: Final = frozenset(
    {State.DRAFT, State.SEEKING_SUPPORT, State.DELIBERATION, State.NOTICE}
)
FAILED: Final = frozenset(
    {State.REJECTED, State.QUORUM_MISSED, State.TIED, State.BLOCKED, State.VOIDED}
)
UNDONE: Final = frozenset({State.FAILED_ENACTMENT, State.EXPIRED})
IN_FORCE: Final = frozenset({State.ENACTED, State.SUPERSEDED})


class Course(Record):
    """What a proposal's stages follow from. Moments that are not known yet are None."""

    state: State
    days: Days
    needs_support: bool
    has_effects: bool
    support_until: datetime | None = None
    begins_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    challenge_until: datetime | None = None
    effective_at: datetime | None = None


class Stage(Record):
    """One stage: "done", "now" or "ahead"; its dates, or how many days it will take."""

    title: Words
    state: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    days: int | None = None
    note: Words | None = None
    bar: Bar | None = None
    left: Words | None = None


def stages(course: Course, *, now: datetime) -> list[Stage]:
    """Return the stages of a proposal, first to last."""
    if course.state is State.WITHDRAWN:
        return [*_reached(course), Stage(say("Withdrawn"), "now")]
    way = [_support(course)] if course.needs_support else []
    way += [_discussion(course, now), _voting(course, now), _result(course, now)]
    return way if course.state in FAILED else [*way, _in_force(course, now)]


def _reached(course: Course) -> list[Stage]:
    reached = []
    if course.begins_at is not None:
        reached.append(Stage(say("Discussion"), "done", course.begins_at))
    return reached


def _support(course: Course) -> Stage:
    title = say("Support")
    if course.begins_at is not None:
        return Stage(title, "done", note=say("found"))
    if course.state is State.SEEKING_SUPPORT:
        return Stage(title, "now", ends_at=course.support_until)
    return Stage(title, "ahead", note=say("at most {days} days", days=course.days.support))


def _discussion(course: Course, now: datetime) -> Stage:
    title = say("Discussion")
    if course.begins_at is None or course.opens_at is None:
        return Stage(title, "ahead", days=course.days.deliberation)
    here = course.state in BEFORE_VOTING
    note = say("the text is sealed") if course.state is State.NOTICE else None
    return _stretch(title, course.begins_at, course.opens_at, here=here, now=now, note=note)


def _voting(course: Course, now: datetime) -> Stage:
    title = say("Voting")
    if course.opens_at is None or course.closes_at is None:
        return Stage(title, "ahead", days=course.days.voting)
    if course.state in BEFORE_VOTING:
        return Stage(title, "ahead", course.opens_at, course.closes_at)
    here = course.state is State.VOTING
    return _stretch(title, course.opens_at, course.closes_at, here=here, now=now)


def _result(course: Course, now: datetime) -> Stage:
    title, at = say("Result"), course.closes_at
    if course.state in BEFORE_VOTING or course.state is State.VOTING:
        return Stage(title, "ahead", ends_at=at)
    if course.state is not State.CHALLENGEABLE or course.challenge_until is None or at is None:
        return Stage(title, "done", ends_at=at)
    until = course.challenge_until
    note = say("can be challenged")
    return Stage(
        title,
        "now",
        at,
        until,
        note=note,
        bar=bar(at, until, now=now),
        left=left(until, now=now),
    )


def _in_force(course: Course, now: datetime) -> Stage:
    title = say("In force") if course.has_effects else say("Settled")
    if course.state in UNDONE:
        return Stage(title, "now", note=say("was not carried out"))
    at = course.effective_at or _expected(course)
    if course.state in IN_FORCE:
        is_ahead = at is not None and at > now
        return Stage(title, "now" if is_ahead else "done", ends_at=at)
    if course.state is State.RATIFIED and not course.has_effects:
        return Stage(title, "done", ends_at=course.challenge_until)
    if course.state in (State.RATIFIED, State.QUEUED):
        return Stage(title, "now", note=say("waits to be carried out"))
    return Stage(title, "ahead", ends_at=at, note=say("if it passes"))


def _expected(course: Course) -> datetime | None:
    """Return the earliest moment at which it can hold."""
    if course.closes_at is None:
        return None
    settled = course.challenge_until or course.closes_at + timedelta(days=course.days.challenge)
    return settled + timedelta(days=course.days.notice)


def _stretch(
    title: Words,
    starts_at: datetime,
    ends_at: datetime,
    *,
    here: bool,
    now: datetime,
    note: Words | None = None,
) -> Stage:
    if not here:
        return Stage(title, "done", starts_at, ends_at)
    return Stage(
        title,
        "now",
        starts_at,
        ends_at,
        note=note,
        bar=bar(starts_at, ends_at, now=now),
        left=left(ends_at, now=now),
    )
