"""Notices as a page shows them: by day, and what is alike in one line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from app.core.words import Words
from app.notifications.kinds import ABOUT_ONE_POST, NoticeKind
from app.statuses.author import Author


@dataclass(frozen=True, slots=True)
class Told:
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


@dataclass(frozen=True, slots=True)
class Day:
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
