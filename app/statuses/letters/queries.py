"""Reading one's letters: a page of talks, the one with the latest letter first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, bindparam, select

from app.core.orm import BigInt
from app.core.records import Record
from app.statuses.author import Author
from app.statuses.letters.models import Correspondence
from app.statuses.views import ME, NOW, author_columns
from app.statuses.visible import accounts, mentions, statuses, unmuted, visible_to

correspondences = cast(Table, Correspondence.__table__)


class Talk(Record):
    """A talk in letters: with whom, and its latest letter."""

    id: int
    last_status_id: int
    unread: bool
    people: tuple[Author, ...]


def talks_of(
    connection: Connection,
    account_id: int,
    *,
    now: datetime,
    before: int,
    after: int = 0,
    limit: int,
    from_below: bool = False,
) -> Sequence[Talk]:
    """Return talks by their latest letters, newest first.

    These lie between `after` and `before`; `from_below` takes those next to `after`. Talks whose
    latest letter the account may not see any more are left out.
    """
    keys = {"me": account_id, "now": now, "before": before, "after": after, "limit": limit}
    rows = connection.execute(OLDEST if from_below else NEWEST, keys).all()
    return _talks(connection, account_id, rows[::-1] if from_below else rows)


def talk_of(connection: Connection, account_id: int, correspondence_id: int) -> Talk | None:
    """Return one talk of the account."""
    rows = connection.execute(ONE, {"me": account_id, "one": correspondence_id}).all()
    return next(iter(_talks(connection, account_id, rows)), None)


def has_unread(connection: Connection, account_id: int, conversation_id: int) -> bool:
    """Return whether the account has not read the letters of a conversation."""
    row = connection.execute(UNREAD, {"me": account_id, "conversation": conversation_id}).first()
    return row is not None


def _talks(connection: Connection, account_id: int, rows: Sequence[Any]) -> Sequence[Talk]:
    people = _people(connection, {row.last_status_id for row in rows})
    return [
        Talk(
            row.id, row.last_status_id, row.unread, _others(people[row.last_status_id], account_id)
        )
        for row in rows
    ]


def _others(people: Sequence[Author], account_id: int) -> tuple[Author, ...]:
    """Return everybody but the reader, who stands there only if they wrote to themselves."""
    others = tuple(person for person in people if person.id != account_id)
    return others or tuple(people[:1])


def _people(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[Author]]:
    """Return the author of each letter, then whom it names, each once."""
    found: dict[int, dict[int, Author]] = {id_: {} for id_ in ids}
    if ids:
        for statement in (AUTHORS, NAMED):
            for status_id, *person in connection.execute(statement, {"ids": list(ids)}):
                found[status_id].setdefault(person[0], Author(*person))
    return {id_: tuple(people.values()) for id_, people in found.items()}


def _mine() -> Select[Any]:
    rows = select(correspondences.c.id, correspondences.c.last_status_id, correspondences.c.unread)
    rows = rows.join(statuses, statuses.c.id == correspondences.c.last_status_id)
    return rows.where(correspondences.c.account_id == ME, visible_to(ME))


def _page() -> Select[Any]:
    key = correspondences.c.last_status_id
    within = (
        key < bindparam("before", type_=BigInt),
        key > bindparam("after", type_=BigInt),
        unmuted(ME, NOW, statuses.c.account_id),
    )
    return _mine().where(*within).limit(bindparam("limit", type_=BigInt))


_IDS = bindparam("ids", type_=BigInt, expanding=True)
NEWEST = _page().order_by(correspondences.c.last_status_id.desc())
OLDEST = _page().order_by(correspondences.c.last_status_id)
UNREAD = select(correspondences.c.id).where(
    correspondences.c.account_id == ME,
    correspondences.c.conversation_id == bindparam("conversation", type_=BigInt),
    correspondences.c.unread,
)
ONE = _mine().where(correspondences.c.id == bindparam("one", type_=BigInt))
AUTHORS = (
    select(statuses.c.id, *author_columns(accounts))
    .join(accounts, accounts.c.id == statuses.c.account_id)
    .where(statuses.c.id.in_(_IDS))
)
NAMED = (
    select(mentions.c.status_id, *author_columns(accounts))
    .join(accounts, accounts.c.id == mentions.c.account_id)
    .where(mentions.c.status_id.in_(_IDS))
    .order_by(mentions.c.status_id, mentions.c.account_id)
)
