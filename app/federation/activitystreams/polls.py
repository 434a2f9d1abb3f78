"""Questions with answers to choose from."""

from datetime import datetime
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document

OPTIONS_MAX: Final = 500
OPTION_MAX: Final = 1_000  # Letters.


class Option(Record):
    """An answer, and how many gave it, if that is told."""

    text: str
    votes: int | None


class Poll(Record, kw_only=True):
    """A question. Without `ends_at` it is open until somebody says otherwise."""

    options: tuple[Option, ...]
    is_multiple: bool
    ends_at: datetime | None
    closed_at: datetime | None
    voters: int | None  # Pleroma may not tell.


def read_poll(document: Document, *, now: datetime) -> Poll | None:
    """Return the poll of a Question; None if it has no answers to choose from.

    `closed` may be a time, or a mere yes; Misskey says it where others say `endTime`.
    """
    several = document.inners("anyOf", limit=OPTIONS_MAX)
    given = several or document.inners("oneOf", limit=OPTIONS_MAX)
    options = tuple(option for option in map(_option, given) if option.text)
    if not options:
        return None
    closed = document.time("closed")
    ends_at = document.time("endTime") or closed
    is_over = document.flag("closed") is True
    closed_at = min(ends_at or now, now) if is_over else closed
    if closed_at is not None and closed_at > now:
        closed_at = None  # An end to come.
    return Poll(
        options=options,
        is_multiple=bool(several),
        ends_at=ends_at,
        closed_at=closed_at,
        voters=document.count("votersCount"),
    )


def _option(given: Document) -> Option:
    replies = given.inner("replies")
    votes = replies.count("totalItems") if replies else None
    return Option(given.text("name", limit=OPTION_MAX), votes)
