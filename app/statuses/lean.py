"""Posts as programs get them: only keys, versions, counts and marks; the rest is kept rendered.

The twin of `app.statuses.views`, for the client API. A row comes as one text, which is taken apart
only if it was not met lately: most are the same for many readers, and again and again. Moments are
in the ids.
Source: performance.md A4.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, FromClause, Select, bindparam, func, literal, select

from app.core.orm import BigInt
from app.core.prepared import Among, Packed, Prepared
from app.emojis.book import emojis_rev
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.views import AUTHOR, BOOSTER, ME, PEOPLE, POST, ROW, marks, quiet_for, quotable
from app.statuses.visible import Value, accounts, visible_to

ROWS_KEPT: Final = 8_192  # About a kilobyte each.


class LeanPost(NamedTuple):
    """A post, or its boost by `booster_id`, as one reader stands to it; `key` is paged by."""

    key: int
    row_id: int
    id: int
    rev: int
    author_id: int
    author_rev: int
    author_posts: int
    author_newest_id: int | None
    booster_id: int | None
    booster_rev: int | None
    booster_posts: int | None
    booster_newest_id: int | None
    in_reply_to_id: int | None
    poll_id: int | None
    quoted_id: int | None
    quote_policy: QuotePolicy
    replies_count: int
    reblogs_count: int
    favourites_count: int
    favourited: bool
    boosted: bool
    bookmarked: bool
    is_mine: bool
    is_quiet: bool  # The viewer wants to hear nothing more of the talk.
    is_pinned: bool
    may_quote: bool  # The viewer.
    filters_rev: int  # Of the viewer's filters; 0: there are none to ask.
    emojis_rev: int  # Of the co-op's emoji.
    text: str  # All of this as it came: what is equal says the same.


def lean(
    me: Value | None, source: FromClause | None = None, *, key: Value | None = None
) -> Select[Any]:
    """Return the statement of the posts that `me` may see, as `shown` does, each as one text."""
    key = ROW.c.id if key is None else key
    joined = (
        (ROW if source is None else source)
        .join(POST, POST.c.id == func.coalesce(ROW.c.reblog_of_id, ROW.c.id))
        .join(AUTHOR, AUTHOR.c.id == POST.c.account_id)
        .outerjoin(BOOSTER, (BOOSTER.c.id == ROW.c.account_id) & ROW.c.reblog_of_id.is_not(None))
    )
    people = [account.c[name] for account in (AUTHOR, BOOSTER) for name in _ACCOUNT]
    counts = [
        POST.c[name]
        for name in [
            "in_reply_to_id",
            "poll_id",
            "quoted_id",
            "quote_policy",
            "replies_count",
            "reblogs_count",
            "favourites_count",
        ]
    ]
    columns = (key.label("key"), ROW.c.id.label("row_id"), POST.c.id, POST.c.rev)
    is_pinned = POST.c.pinned_at.is_not(None)
    own = (*marks(me), quiet_for(me), is_pinned, quotable(me), _filters_rev(me), emojis_rev())
    statement = select(Packed(*columns, *people, *counts, *own)).select_from(joined)
    return statement.where(visible_to(me, ROW, original=POST, people=PEOPLE))


def _filters_rev(me: Value | None) -> Value:
    """Return the version of the viewer's filters: looked up once for a statement."""
    if me is None:
        return literal(0)
    viewer = accounts.alias()
    return select(viewer.c.filters_rev).where(viewer.c.id == me).scalar_subquery()


_ACCOUNT = ("id", "rev", "statuses_count", "last_status_id")


def read_lean(connection: Connection, prepared: Prepared, **parameters: Any) -> list[LeanPost]:
    """Run a statement made of `lean`."""
    return [unpacked(text) for (text,) in prepared.rows(connection, parameters)]


@lru_cache(maxsize=ROWS_KEPT)
def unpacked(text: str) -> LeanPost:
    """Return the post that the text of a row tells of; its marks may be 1 and 0."""
    return LeanPost._make((*orjson.loads(text), text))


def lean_posts(
    connection: Connection, viewer_id: int | None, status_ids: Sequence[int]
) -> list[LeanPost]:
    """Return those of the posts that the viewer may see, in the order of the ids."""
    me = {} if viewer_id is None else {"me": viewer_id}
    if len(status_ids) == 1:
        return read_lean(connection, _one(is_visitor=viewer_id is None), one=status_ids[0], **me)
    rows = read_lean(connection, _some(is_visitor=viewer_id is None), ids=status_ids, **me)
    by_id = {row.row_id: row for row in rows}
    return [by_id[status_id] for status_id in status_ids if status_id in by_id]


@cache
def _one(*, is_visitor: bool) -> Prepared:
    one = ROW.c.id == bindparam("one", type_=BigInt)
    return Prepared(lean(None if is_visitor else ME).where(one), converts=False)


@cache
def _some(*, is_visitor: bool) -> Prepared:
    some = Among(ROW.c.id, "ids")
    return Prepared(lean(None if is_visitor else ME).where(some), converts=False)
