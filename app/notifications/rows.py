"""Notices as programs read them: rows by page, and groups of rows that are shown as one.

Each page costs one statement, and one more if there are groups on it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.prepared import Among, Prepared
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor
from app.notifications.grouping import GROUPED, GroupKey, group_key
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.notifications.queries import CAUSED, NEWEST, notices, wanted_by_me
from app.statuses.markers import Reading, read_marker

SAMPLE = 8  # How many of the people in a group are shown.
ROWS_PER_GROUP = 4  # A page of groups looks at this many rows for each group asked for.
PEOPLE_MAX = 200
UNREAD_MAX = 1_000

BEFORE = bindparam("before", type_=BigInt)
AFTER = bindparam("after", type_=BigInt)
LIMIT = bindparam("limit", type_=BigInt)
SENDER = bindparam("sender", type_=BigInt)
COLUMNS = ("id", "kind", "created_at", "span", "from_account_id", "status_id", "held")


class NoticeRow(NamedTuple):
    """A notice that somebody caused."""

    id: int
    kind: NoticeKind
    created_at: datetime
    span: int
    from_account_id: int
    status_id: int | None
    held: bool

    def key(self, grouped: Collection[NoticeKind] = GROUPED) -> GroupKey:
        """Return under which key it is shown."""
        about = {"id_": self.id, "status_id": self.status_id, "span": self.span}
        return group_key(self.kind, **about, grouped=grouped)  # type: ignore[arg-type]


class Wanted(Record):
    """Which notices are asked for, by whom, and at which moment."""

    account_id: int
    now: datetime
    kinds: Collection[NoticeKind]
    sender_id: int | None = None
    with_held: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of a statement."""
        sender = {} if self.sender_id is None else {"sender": self.sender_id}
        return {"me": self.account_id, "now": self.now, "kinds": list(self.kinds), **sender}


class Group(Record):
    """Notices that are shown as one: all that there are, and which of them stand on the page."""

    key: GroupKey
    count: int
    account_ids: Sequence[int]
    on_page: Sequence[NoticeRow]

    @property
    def newest(self) -> NoticeRow:
        """The newest notice of the group on the page."""
        return self.on_page[0]


class Groups(Record):
    """A page of groups; `read` are the rows that were looked at, by which one goes on."""

    groups: Sequence[Group]
    read: Sequence[NoticeRow]


def notice_rows(
    connection: Connection,
    wanted: Wanted,
    *,
    before: int = NEWEST,
    after: int = 0,
    limit: int = 40,
    from_below: bool = False,
) -> list[NoticeRow]:
    """Return the notices whose ids lie between the two, newest first.

    `from_below`: those right above `after`, and not the newest below `before`.
    """
    statement = _page(
        with_held=wanted.with_held,
        of_one=wanted.sender_id is not None,
        from_below=from_below,
    )
    keys = {"before": before, "after": after, "limit": limit}
    rows = statement.rows(connection, {**wanted.parameters, **keys})
    found = [NoticeRow._make(row) for row in rows]
    return found[::-1] if from_below else found


def notice_row(connection: Connection, wanted: Wanted, notice_id: int) -> NoticeRow:
    """Return one notice, held or not. Raises: NotFound, also for that of somebody else."""
    found = notice_rows(connection, wanted, before=notice_id + 1, after=notice_id - 1, limit=1)
    if not found:
        raise NotFound(say("There is no such notice."))
    return found[0]


def unread_rows(connection: Connection, wanted: Wanted, *, limit: int) -> list[NoticeRow]:
    """Return the notices that came after what was read last, at most `limit`."""
    marker = read_marker(connection, wanted.account_id, Reading.NOTIFICATIONS)
    after = 0 if marker is None else marker.last_read_id
    return notice_rows(connection, wanted, after=after, limit=min(limit, UNREAD_MAX))


def notice_groups(
    connection: Connection,
    wanted: Wanted,
    *,
    grouped: Collection[NoticeKind] = GROUPED,
    before: int = NEWEST,
    after: int = 0,
    limit: int = 40,
    from_below: bool = False,
) -> Groups:
    """Return a page of at most `limit` groups, each at its newest notice on the page."""
    rows = notice_rows(
        connection,
        wanted,
        before=before,
        after=after,
        limit=limit * ROWS_PER_GROUP,
        from_below=from_below,
    )
    read = _first_groups(rows[::-1] if from_below else rows, grouped, limit=limit)
    read = read[::-1] if from_below else read
    return Groups(_gathered(connection, wanted, read, grouped), read)


def notice_group(connection: Connection, wanted: Wanted, key: GroupKey) -> Group:
    """Return one group, whole. Raises: NotFound."""
    rows = _rows_of(connection, wanted, key, limit=PEOPLE_MAX)
    if not rows:
        raise NotFound(say("There is no such notice."))
    return _gathered(connection, wanted, rows, GROUPED if key.id is None else ())[0]


def people_in_group(connection: Connection, wanted: Wanted, key: GroupKey) -> Sequence[int]:
    """Return who caused the notices of a group, the latest first. Raises: NotFound."""
    rows = _rows_of(connection, wanted, key, limit=PEOPLE_MAX)
    if not rows:
        raise NotFound(say("There is no such notice."))
    return tuple(dict.fromkeys(row.from_account_id for row in rows))


def dismiss(session: Session, actor: Actor, key: GroupKey) -> None:
    """Forget the notices of a group; nothing happens if there are none."""
    mine = notices.c.account_id == actor.account_id
    session.execute(delete(notices).where(mine, *_conditions(key)))


def clear(session: Session, actor: Actor, kinds: Collection[NoticeKind]) -> None:
    """Forget all of an account's notices of some kinds, except those that are held."""
    mine = (Notice.account_id == actor.account_id, ~Notice.held, Notice.kind.in_(kinds))
    session.execute(delete(Notice).where(*mine))


def _first_groups(
    rows: Sequence[NoticeRow], grouped: Collection[NoticeKind], *, limit: int
) -> list[NoticeRow]:
    """Return the rows up to, and without, the first one that would begin a group too many."""
    keys: set[GroupKey] = set()
    for n, row in enumerate(rows):
        keys.add(row.key(grouped))
        if len(keys) > limit:
            return list(rows[:n])
    return list(rows)


def _gathered(
    connection: Connection,
    wanted: Wanted,
    rows: Sequence[NoticeRow],
    grouped: Collection[NoticeKind],
) -> list[Group]:
    on_page: dict[GroupKey, list[NoticeRow]] = defaultdict(list)
    for row in rows:
        on_page[row.key(grouped)].append(row)
    samples = _samples(connection, wanted, [key for key in on_page if key.id is None])
    groups = []
    for key, mine in on_page.items():
        count, people = samples.get(key) or (len(mine), [row.from_account_id for row in mine])
        groups.append(Group(key, count, people, mine))
    return groups


def _samples(
    connection: Connection, wanted: Wanted, keys: Sequence[GroupKey]
) -> Mapping[GroupKey, tuple[int, list[int]]]:
    """Return how many notices each group has, and who caused the latest of them."""
    if not keys:
        return {}
    spans = {key.span for key in keys}
    posts = {key.status_id for key in keys if key.status_id is not None}
    parameters = {**wanted.parameters, "spans": list(spans), "posts": list(posts)}
    statement = _sample(with_held=wanted.with_held, of_one=wanted.sender_id is not None)
    found: dict[GroupKey, tuple[int, list[int]]] = {}
    for kind, status_id, span, account_id, count in statement.rows(connection, parameters):
        _, people = found.setdefault(GroupKey(kind, status_id, span), (count, []))
        if account_id not in people:
            people.append(account_id)
    return found


def _rows_of(
    connection: Connection, wanted: Wanted, key: GroupKey, *, limit: int
) -> list[NoticeRow]:
    statement = _selected(with_held=True, of_one=False).where(*_conditions(key))
    newest = statement.order_by(notices.c.id.desc()).limit(limit)
    return [NoticeRow._make(row) for row in connection.execute(newest, wanted.parameters)]


def _conditions(key: GroupKey) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a notice is of a group."""
    if key.id is not None:
        return (notices.c.id == key.id,)
    about = notices.c.status_id
    is_about = about.is_(None) if key.status_id is None else about == key.status_id
    return (notices.c.kind == key.kind, notices.c.span == key.span, is_about)


def _selected(*, with_held: bool, of_one: bool) -> Select[Any]:
    conditions = [*wanted_by_me(), Among(notices.c.kind, "kinds", of=Text)]
    if not with_held:
        conditions.append(~notices.c.held)
    if of_one:
        conditions.append(notices.c.from_account_id == SENDER)
    columns = (notices.c[name] for name in COLUMNS)
    return select(*columns).select_from(CAUSED).where(*conditions)


@cache
def _page(*, with_held: bool, of_one: bool, from_below: bool) -> Prepared:
    rows = _selected(with_held=with_held, of_one=of_one)
    between = rows.where(notices.c.id < BEFORE, notices.c.id > AFTER)
    key = notices.c.id
    return Prepared(between.order_by(key if from_below else key.desc()).limit(LIMIT))


@cache
def _sample(*, with_held: bool, of_one: bool) -> Prepared:
    group = (notices.c.kind, notices.c.status_id, notices.c.span)
    latest_first = notices.c.id.desc()
    nth = func.row_number().over(partition_by=group, order_by=latest_first)
    rows = (
        _selected(with_held=with_held, of_one=of_one)
        .where(
            Among(notices.c.span, "spans"),
            or_(notices.c.status_id.is_(None), Among(notices.c.status_id, "posts")),
        )
        .add_columns(nth.label("nth"), func.count().over(partition_by=group).label("n"))
        .subquery()
    )
    columns = (rows.c.kind, rows.c.status_id, rows.c.span, rows.c.from_account_id, rows.c.n)
    first = select(*columns).where(rows.c.nth <= SAMPLE)
    return Prepared(first.order_by(rows.c.id.desc()))
