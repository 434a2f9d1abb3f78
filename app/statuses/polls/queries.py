"""Reading polls: single rows, and plain values for lists without any ORM object."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, bindparam, exists, literal, select
from sqlalchemy.orm import Session

from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.records import Record
from app.statuses.polls.models import Poll, PollOption, PollVote
from app.statuses.polls.rules import Asking

polls = cast(Table, Poll.__table__)
options = cast(Table, PollOption.__table__)
votes = cast(Table, PollVote.__table__)


class OptionView(Record):
    """An answer, how many chose it, and whether the reader did."""

    title: str
    votes: int
    is_mine: bool


class PollView(Record):
    """A poll as it stands for one reader."""

    id: int
    status_id: int
    expires_at: datetime | None
    multiple: bool
    hide_totals: bool
    voters_count: int
    options: tuple[OptionView, ...]

    @property
    def own_votes(self) -> tuple[int, ...]:
        """The reader's choices, counted from 0."""
        return tuple(n for n, option in enumerate(self.options) if option.is_mine)

    @property
    def votes_count(self) -> int:
        """How many choices there are: with several answers, more than voters."""
        return sum(option.votes for option in self.options)

    def has_ended(self, now: datetime) -> bool:
        """Return whether nobody can vote any more."""
        return self.expires_at is not None and self.expires_at <= now

    def hides_totals(self, now: datetime) -> bool:
        """Return whether how the answers stand is kept back until the end."""
        return self.hide_totals and not self.has_ended(now)


def polls_of(
    connection: Connection, poll_ids: Collection[int], *, me: int | None
) -> Mapping[int, PollView]:
    """Return polls by id as the account `me`, or a visitor, sees them, in one statement."""
    if not poll_ids:
        return {}
    ids = {"poll_ids": list(poll_ids)}
    if me is None:
        rows = connection.execute(OF_VISITOR, ids)
    else:
        rows = connection.execute(OF_MEMBER, ids | {"me": me})
    found: dict[int, tuple[Sequence[Any], list[OptionView]]] = {}
    for row in rows:
        found.setdefault(row[0], (row[:6], []))[1].append(OptionView(*row[6:]))
    return {id_: PollView(*[*values, tuple(rest)]) for id_, (values, rest) in found.items()}


def poll_of(session: Session, status_id: int, *, for_update: bool = False) -> Poll | None:
    """Return the poll of a post."""
    poll = select(Poll).where(Poll.status_id == status_id)
    if for_update:
        poll = poll.with_for_update().execution_options(populate_existing=True)
    return session.scalar(poll)


def options_of(session: Session, poll_id: int) -> Sequence[PollOption]:
    """Return the answers of a poll, in their order."""
    rows = select(PollOption).where(PollOption.poll_id == poll_id)
    return session.scalars(rows.order_by(PollOption.position)).all()


def asked_in(session: Session, status_id: int) -> Asking | None:
    """Return the poll of a post as its author wrote it, without its end."""
    poll = poll_of(session, status_id)
    if poll is None:
        return None
    titles = tuple(option.title for option in options_of(session, poll.id))
    return Asking(titles, None, poll.multiple, poll.hide_totals)


def _shown(*, is_visitor: bool) -> Select[Any]:
    mine = exists().where(
        votes.c.poll_id == options.c.poll_id,
        votes.c.position == options.c.position,
        votes.c.account_id == bindparam("me", type_=BigInt),
    )
    return (
        select(
            polls.c.id,
            polls.c.status_id,
            polls.c.expires_at,
            polls.c.multiple,
            polls.c.hide_totals,
            polls.c.voters_count,
            options.c.title,
            options.c.votes_count,
            literal(False) if is_visitor else mine,
        )
        .join(options, options.c.poll_id == polls.c.id)
        .where(polls.c.id.in_(bindparam("poll_ids", type_=BigInt, expanding=True)))
        .order_by(polls.c.id, options.c.position)
    )


OF_MEMBER = _shown(is_visitor=False)
OF_VISITOR = _shown(is_visitor=True)


_TITLES = Prepared(
    select(options.c.title)
    .join(polls, polls.c.id == options.c.poll_id)
    .where(polls.c.status_id == bindparam("status_id", type_=BigInt))
    .order_by(options.c.position)
)


def titles_of(connection: Connection, status_id: int) -> Sequence[str]:
    """Return what the poll of a post offers as answers, in order; nothing if it has none."""
    return [title for (title,) in _TITLES.rows(connection, {"status_id": status_id})]
