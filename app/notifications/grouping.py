"""Which notices are shown as one: on a page by day, to programs by half days. Pure."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from app.core.records import Record, replace
from app.core.words import Words
from app.notifications.kinds import ABOUT_ONE_POST, NoticeKind
from app.statuses.author import Author


class Told(Record):
    """One line: what happened, by whom (the latest first), and what it is about."""

    id: int  # Of the newest notice in it.
    kind: NoticeKind
    at: datetime
    people: tuple[Author, ...] = ()
    status_id: int | None = None
    path: str | None = None  # Of the post, or wherever the notice leads.
    quote: str = ""
    words: Words | None = None
    is_new: bool = False


SPAN = timedelta(hours=12)
# What programs show as one: likes and boosts of a post, and new followers, of the same half day.
GROUPED = frozenset({NoticeKind.FAVOURITE, NoticeKind.BOOST, NoticeKind.FOLLOW})


class GroupKey(NamedTuple):
    """What notices have in common that programs show as one; `id` of one that stands alone."""

    kind: NoticeKind
    status_id: int | None = None
    span: int | None = None
    id: int | None = None


def span_of(at: datetime) -> int:
    """Return the number of the half day, since 1970, that a moment lies in."""
    return int(at.timestamp()) // int(SPAN.total_seconds())


def group_key(
    kind: NoticeKind,
    *,
    id_: int,
    status_id: int | None,
    span: int,
    grouped: Container[NoticeKind] = GROUPED,
) -> GroupKey:
    """Return under which key a notice is shown, if programs group the kinds in `grouped`."""
    if kind not in GROUPED or kind not in grouped:
        return GroupKey(kind, id=id_)
    return GroupKey(kind, status_id, span)


class Day(Record):
    """The lines of one day, newest first."""

    on: date
    told: tuple[Told, ...]


def by_day(notices: Iterable[Told], *, zone: tzinfo) -> tuple[Day, ...]:
    """Group notices, newest first, by day in `zone` and by what they are about."""
    days: dict[date, dict[object, Told]] = {}
    for notice in notices:
        lines = days.setdefault(notice.at.astimezone(zone).date(), {})
        key = _key(notice)
        lines[key] = _joined(lines[key], notice) if key in lines else notice
    return tuple(Day(on, tuple(lines.values())) for on, lines in days.items())


def _key(notice: Told) -> object:
    if notice.kind in ABOUT_ONE_POST:
        return notice.kind, notice.status_id, notice.is_new
    if notice.kind is NoticeKind.FOLLOW:
        return notice.kind, notice.is_new
    return notice.id


def _joined(line: Told, notice: Told) -> Told:
    known = {person.id for person in line.people}
    others: Sequence[Author] = [p for p in notice.people if p.id not in known]
    return replace(line, people=(*line.people, *others))
