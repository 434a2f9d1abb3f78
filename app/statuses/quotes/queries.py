"""How quotes stand for a reader, and who quotes a post."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, bindparam, exists, literal, select
from sqlalchemy.orm import Session

from app.core.orm import BigInt, UtcDateTime
from app.core.records import Record
from app.statuses.models import Status
from app.statuses.quotes.models import Quote
from app.statuses.quotes.rules import QuoteSight, QuoteState, sight_of
from app.statuses.visible import blocks, statuses, unmuted, visible_to

ME = bindparam("me", type_=BigInt)
NOW = bindparam("now", type_=UtcDateTime())

quotes = cast(Table, Quote.__table__)
QUOTED = statuses.alias("q")


class QuoteView(Record):
    """A quote as it stands for one reader."""

    quoted_id: int
    sight: QuoteSight

    @property
    def shown_id(self) -> int | None:
        """The quoted post, if the reader gets to see it."""
        return self.quoted_id if self.sight is QuoteSight.ACCEPTED else None


def quotes_of(
    connection: Connection, status_ids: Collection[int], *, me: int | None, now: datetime | None
) -> Mapping[int, QuoteView]:
    """Return how posts quote others, by their ids, in one statement; none if there are no ids.

    A visitor, who mutes nobody, needs no `now`.
    """
    if not status_ids:
        return {}
    keys: dict[str, Any] = {"ids": list(status_ids)}
    if me is not None:
        keys |= {"me": me, "now": now}
    rows = connection.execute(_standing(is_visitor=me is None), keys)
    return {row.status_id: QuoteView(row.quoted_id, _sight(row)) for row in rows}


def _sight(row: Any) -> QuoteSight:
    return sight_of(
        row.state,
        is_deleted=row.deleted_at is not None,
        is_seen=row.is_seen,
        blocks=row.blocks,
        mutes=row.mutes,
    )


def quoters_of(session: Session, status_id: int) -> Sequence[int]:
    """Return the authors of the posts that quote a post, once each."""
    quoting = select(Status.account_id).join(Quote, Quote.status_id == Status.id)
    accepted = (Quote.quoted_id == status_id, Quote.state == QuoteState.ACCEPTED)
    standing = quoting.where(*accepted, Status.deleted_at.is_(None)).distinct()
    return session.scalars(standing.order_by(Status.account_id)).all()


@cache
def _standing(*, is_visitor: bool) -> Select[Any]:
    """Return the statement of quotes; built once, when the first is asked for."""
    me = None if is_visitor else ME
    hard = exists().where(blocks.c.account_id == ME, blocks.c.target_id == QUOTED.c.account_id)
    return (
        select(
            quotes.c.status_id,
            quotes.c.quoted_id,
            quotes.c.state,
            QUOTED.c.deleted_at,
            visible_to(me, QUOTED).label("is_seen"),
            (literal(False) if is_visitor else hard).label("blocks"),
            (literal(False) if me is None else ~unmuted(me, NOW, QUOTED.c.account_id)).label(
                "mutes"
            ),
        )
        .join(QUOTED, QUOTED.c.id == quotes.c.quoted_id)
        .where(quotes.c.status_id.in_(bindparam("ids", type_=BigInt, expanding=True)))
    )
