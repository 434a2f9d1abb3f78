"""Reading notices: one statement for a page of them, one to know whether there are new ones."""

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    bindparam,
    or_,
    select,
)

from app.core.orm import BigInt
from app.core.records import Record
from app.notifications.grouping import Day, Told, by_day
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.notifications.wording import restored
from app.statuses.author import Author
from app.statuses.markers import Marker, Reading
from app.statuses.views import ME, NOW, author_columns
from app.statuses.visible import accounts, mutes, statuses, unblocked, visible_to

PAGE_SIZE = 60
NEWEST = 2**53
QUOTE_LENGTH = 140

BEFORE = bindparam("before", type_=BigInt)
LIMIT = bindparam("limit", type_=BigInt)

notices = cast(Table, Notice.__table__)
markers = cast(Table, Marker.__table__)
ACTOR = accounts.alias("a")
WRITER = accounts.alias("w")
# Notices that somebody caused, with whom they are from and what they are about.
CAUSED = notices.join(ACTOR, ACTOR.c.id == notices.c.from_account_id).outerjoin(
    statuses, statuses.c.id == notices.c.status_id
)


class Notices(Record):
    """One page of notices; `since` is when the reader last read them, `older` the next key."""

    days: tuple[Day, ...]
    since: datetime | None
    newest_id: int | None
    older: int | None


def read_notices(
    connection: Connection,
    account_id: int,
    *,
    now: datetime,
    zone: tzinfo,
    before: int | None = None,
    kinds: Collection[NoticeKind] = tuple(NoticeKind),
) -> Notices:
    """Return a page of an account's notices, newest first."""
    keys = {"before": NEWEST if before is None else before, "limit": PAGE_SIZE + 1}
    parameters = {"me": account_id, "now": now, "kinds": list(kinds), **keys}
    rows = connection.execute(PAGE, parameters).all()
    told = [_told(row) for row in rows[:PAGE_SIZE]]
    return Notices(
        by_day(told, zone=zone),
        since=rows[0].read_at if rows else None,
        newest_id=told[0].id if told else None,
        older=told[-1].id if len(rows) > PAGE_SIZE else None,
    )


def new_since(connection: Connection, account_id: int, *, now: datetime) -> datetime | None:
    """Return since when there are new notices, or None if there are none.

    It is the moment of the last reading; before there was one, that of the first notice.
    """
    row = connection.execute(NEW, {"me": account_id, "now": now}).first()
    return None if row is None else row.read_at or row.created_at


def wanted_by_me() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a notice is for `ME` to see.

    ACTOR and `statuses` are joined by the statement.
    """
    lasts = or_(mutes.c.until.is_(None), mutes.c.until > NOW)
    silent = select(mutes.c.target_id).where(
        mutes.c.account_id == ME, mutes.c.notifications, lasts
    )
    actor = notices.c.from_account_id
    return (
        notices.c.account_id == ME,
        or_(actor.is_(None), ACTOR.c.suspended_at.is_(None) & actor.not_in(silent)),
        unblocked(ME, actor),
        or_(notices.c.status_id.is_(None), visible_to(ME, statuses)),
    )


def _joined() -> FromClause:
    mine = (markers.c.account_id == ME) & (markers.c.name == Reading.NOTIFICATIONS)
    return (
        notices.outerjoin(ACTOR, ACTOR.c.id == notices.c.from_account_id)
        .outerjoin(statuses, statuses.c.id == notices.c.status_id)
        .outerjoin(WRITER, WRITER.c.id == statuses.c.account_id)
        .outerjoin(markers, mine)
    )


def _page() -> Select[Any]:
    kinds = notices.c.kind.in_(bindparam("kinds", expanding=True))
    rows = select(
        notices.c.id,
        notices.c.kind,
        notices.c.created_at,
        notices.c.words,
        notices.c.url,
        notices.c.status_id,
        statuses.c.text,
        statuses.c.spoiler,
        WRITER.c.username.label("writer"),
        markers.c.last_read_id,
        markers.c.updated_at.label("read_at"),
        *author_columns(ACTOR),
    )
    rows = rows.select_from(_joined()).where(
        *wanted_by_me(), ~notices.c.held, kinds, notices.c.id < BEFORE
    )
    return rows.order_by(notices.c.id.desc()).limit(LIMIT)


def _new() -> Select[Any]:
    rows = select(notices.c.created_at, markers.c.updated_at.label("read_at"))
    unread = or_(markers.c.last_read_id.is_(None), notices.c.id > markers.c.last_read_id)
    rows = rows.select_from(_joined()).where(*wanted_by_me(), ~notices.c.held, unread)
    return rows.order_by(notices.c.id).limit(1)


def _told(row: Any) -> Told:
    actor = tuple(row[-6:])
    path = f"/@{row.writer}/{row.status_id}" if row.writer is not None else row.url
    return Told(
        id=row.id,
        kind=row.kind,
        at=row.created_at,
        people=() if actor[0] is None else (Author(*actor),),
        status_id=row.status_id,
        path=path,
        quote=_quote(row.text, row.spoiler),
        words=None if row.words is None else restored(row.words),
        is_new=row.last_read_id is None or row.id > row.last_read_id,
    )


def _quote(text: str | None, spoiler: str | None) -> str:
    words = " ".join((spoiler or text or "").split())
    return words if len(words) <= QUOTE_LENGTH else words[: QUOTE_LENGTH - 1].rstrip() + "…"


PAGE = _page()
NEW = _new()
