"""Who of some members finds a post in a timeline: one statement for all of them.

Streams ask it about each post that appears, changes or goes. They ask the very statements that
show the timelines, so nobody is told by a stream what a page would hide from them.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Select, bindparam, func, select

from app.core.orm import BigInt
from app.statuses.lean import LeanPost, lean, unpacked
from app.statuses.views import AUTHOR, BOOSTER, PEOPLE, POST, ROW
from app.statuses.visible import Value, accounts, statuses, visible_to
from app.timelines.queries import Timeline, list_feed, status_tags, tags

AT_ONCE: Final = 500

VIEWER = accounts.alias("viewer")
VIEWERS = bindparam("viewers", type_=BigInt, expanding=True)
ONE = bindparam("one", type_=BigInt)


def seen_by(
    connection: Connection,
    timeline: Timeline,
    viewer_ids: Collection[int],
    status_id: int,
    **parameters: Any,
) -> Iterator[tuple[int, LeanPost]]:
    """Yield each of the members who finds the post in the timeline, with it as they stand to it.

    `parameters` are those of the timeline's statement, such as `now`.
    """
    for row in _rows(connection, _seen(timeline), viewer_ids, status_id, parameters):
        yield row[-1], unpacked(row[0])


def missed_by(
    connection: Connection,
    timeline: Timeline,
    viewer_ids: Collection[int],
    status_id: int,
    **parameters: Any,
) -> Iterator[int]:
    """Yield each of the members who found the post in the timeline before it was deleted."""
    for row in _rows(connection, _missed(timeline), viewer_ids, status_id, parameters):
        yield row[-1]


def tags_of(connection: Connection, status_id: int) -> frozenset[str]:
    """Return the tags of a post, in their one spelling."""
    named = select(tags.c.name).join(status_tags, status_tags.c.tag_id == tags.c.id)
    return frozenset(connection.scalars(named.where(status_tags.c.status_id == status_id)))


def lists_with(connection: Connection, status_id: int, among: Collection[int]) -> frozenset[int]:
    """Return those of the lists in which a post was put."""
    if not among:
        return frozenset()
    holding = (list_feed.c.status_id == status_id, list_feed.c.list_id.in_(among))
    return frozenset(connection.scalars(select(list_feed.c.list_id).where(*holding)))


def _rows(
    connection: Connection,
    statement: Select[Any],
    viewer_ids: Collection[int],
    status_id: int,
    parameters: dict[str, Any],
) -> Iterator[Sequence[Any]]:
    left = iter(viewer_ids)
    while some := list(islice(left, AT_ONCE)):
        yield from connection.execute(statement, {"one": status_id, "viewers": some, **parameters})


@cache
def _seen(timeline: Timeline) -> Select[Any]:
    return _for_all(*timeline.build(lean, VIEWER.c.id))


@cache
def _missed(timeline: Timeline) -> Select[Any]:
    return _for_all(*timeline.build(_traces, VIEWER.c.id))


def _for_all(statement: Select[Any], key: Value) -> Select[Any]:
    row = statuses.alias()
    shown = select(func.coalesce(row.c.reblog_of_id, row.c.id)).where(row.c.id == ONE)
    # Said of the post as well as of the row: else PostgreSQL looks at all posts for each viewer.
    one = (key == ONE, POST.c.id == shown.scalar_subquery(), VIEWER.c.id.in_(VIEWERS))
    return statement.where(*one).add_columns(VIEWER.c.id.label("viewer_id"))


def _traces(
    me: Value | None, source: FromClause | None = None, *, key: Value | None = None
) -> Select[Any]:
    """Return the statement of what `me` could see if nothing had been deleted: its ids alone."""
    joined = (
        (ROW if source is None else source)
        .join(POST, POST.c.id == func.coalesce(ROW.c.reblog_of_id, ROW.c.id))
        .join(AUTHOR, AUTHOR.c.id == POST.c.account_id)
        .outerjoin(BOOSTER, (BOOSTER.c.id == ROW.c.account_id) & ROW.c.reblog_of_id.is_not(None))
    )
    could_see = visible_to(me, ROW, original=POST, people=PEOPLE, even_gone=True)
    return select(ROW.c.id if key is None else key).select_from(joined).where(could_see)
