"""A talk around one post: what it answers, and what answers it, in the order of reading."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import CTE, Connection, Select, bindparam, literal, select

from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.records import Record
from app.core.words import say
from app.statuses.lean import LeanPost, lean, read_lean
from app.statuses.views import ME, ROW, PostView, read, shown, wanted
from app.statuses.visible import Value, statuses

ABOVE_MAX = 40
DEPTH_MAX = 20
BELOW_MAX = 200  # On a page.
VISITOR_BELOW_MAX = 60
MEMBER_BELOW_MAX = 4_096

FOCUS = bindparam("focus", type_=BigInt)
LIMIT = bindparam("limit", type_=BigInt)

# Makes the statement of a list of posts: `shown`, or `lean`, its twin.
Sight: TypeAlias = Callable[..., Select[Any]]


class Thread(Record):
    """A post with what stands above and below it; `is_cut` if there is more below."""

    above: tuple[PostView, ...]
    post: PostView
    below: tuple[PostView, ...]
    is_cut: bool


def read_thread(
    connection: Connection, viewer_id: int | None, status_id: int, *, now: datetime
) -> Thread:
    """Return the talk around a post as the viewer may see it, in four statements.

    Raises: NotFound, the same for a post that is not there and for one that is not shown.
    """
    parameters: dict[str, Any] = {"focus": status_id}
    if viewer_id is not None:
        parameters |= {"me": viewer_id, "now": now}
    above, below = _statements(is_visitor=viewer_id is None)
    upper = read(connection, above, **parameters)
    if not upper or upper[-1].row_id != status_id or upper[-1].booster is not None:
        raise NotFound(say("There is no such post."))
    post = upper[-1]
    found = read(connection, below, limit=BELOW_MAX + 1, **parameters)
    lower = in_reading_order(post, found[:BELOW_MAX])
    return Thread(upper[:-1], post, lower, is_cut=len(found) > BELOW_MAX)


class Talk(Record):
    """What stands above and below a post, for programs."""

    above: Sequence[LeanPost]
    below: Sequence[LeanPost]


def read_talk(
    connection: Connection, viewer_id: int | None, status_id: int, *, now: datetime
) -> Talk:
    """Return the talk around a post as the viewer may see it, in two statements.

    Raises: NotFound, the same for a post that is not there and for one that is not shown.
    """
    parameters: dict[str, Any] = {"focus": status_id}
    if viewer_id is not None:
        parameters |= {"me": viewer_id, "now": now}
    above, below = _lean_statements(is_visitor=viewer_id is None)
    upper = read_lean(connection, above, **parameters)
    if not upper or upper[-1].row_id != status_id:
        raise NotFound(say("There is no such post."))
    most = VISITOR_BELOW_MAX if viewer_id is None else MEMBER_BELOW_MAX
    found = read_lean(connection, below, limit=most, **parameters)
    ordered = _ordered(upper[-1], found)
    return Talk(upper[:-1], ordered)


def _ordered(post: LeanPost, answers: Sequence[LeanPost]) -> Sequence[LeanPost]:
    """Put each answer below what it answers, as `in_reading_order` does."""
    authors = {answer.id: answer.author_id for answer in (*answers, post)}
    by_id = {answer.id: answer for answer in answers}
    ids = reading_order(post.id, {a.id: a.in_reply_to_id for a in answers}, authors)
    return [by_id[status_id] for status_id in ids]


def in_reading_order(post: PostView, answers: Sequence[PostView]) -> tuple[PostView, ...]:
    """Put each answer below what it answers: the author's own first, then by time."""
    authors = {answer.id: answer.author.id for answer in (*answers, post)}
    by_id = {answer.id: answer for answer in answers}
    ids = reading_order(post.id, {a.id: a.in_reply_to_id for a in answers}, authors)
    return tuple(by_id[status_id] for status_id in ids)


def reading_order(
    post_id: int, answered_by: Mapping[int, int | None], authors: Mapping[int, int]
) -> Sequence[int]:
    """Return the ids of answers as they are read: each below what it answers, its author's first.

    `answered_by` says what each answers. An answer to something that is not shown stands where
    that would have stood: at the top.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for id_, answered in answered_by.items():
        below[answered if answered in authors and answered is not None else post_id].append(id_)
    ordered: list[int] = []
    waiting = [post_id]
    while waiting:
        current = waiting.pop()
        ordered.append(current)
        author_id = authors[current]
        waiting += sorted(
            below[current], key=lambda id_: (authors[id_] != author_id, id_), reverse=True
        )
    return ordered[1:]


def _upwards() -> CTE:
    start = select(statuses.c.id, statuses.c.in_reply_to_id, literal(0).label("depth"))
    up = start.where(statuses.c.id == FOCUS).cte("up", recursive=True)
    above = select(statuses.c.id, statuses.c.in_reply_to_id, up.c.depth + 1)
    above = above.join(up, statuses.c.id == up.c.in_reply_to_id)
    return up.union_all(above.where(up.c.depth < ABOVE_MAX))


def _downwards() -> CTE:
    start = select(statuses.c.id, literal(1).label("depth"))
    down = start.where(statuses.c.in_reply_to_id == FOCUS).cte("down", recursive=True)
    below = select(statuses.c.id, down.c.depth + 1)
    below = below.join(down, statuses.c.in_reply_to_id == down.c.id)
    return down.union_all(below.where(down.c.depth < DEPTH_MAX))


def _above(sight: Sight, me: Value | None) -> Select[Any]:
    up = _upwards()
    # Not a join: SQLite would read all accounts for a filter of those that the walk may meet.
    found = ROW.c.id.in_(select(up.c.id))
    depth = select(up.c.depth).where(up.c.id == ROW.c.id).scalar_subquery()
    return sight(me).where(found, (ROW.c.id == FOCUS) | wanted(me)).order_by(depth.desc())


def _below(sight: Sight, me: Value | None) -> Select[Any]:
    down = _downwards()
    # Not a join: SQLite would read all posts for a filter of those that the walk may have found.
    found = ROW.c.id.in_(select(down.c.id))
    return sight(me).where(found, wanted(me)).order_by(ROW.c.id).limit(LIMIT)


@cache
def _statements(*, is_visitor: bool) -> tuple[Select[Any], Select[Any]]:
    """Return what reads above and below a post; built once, when the first talk is read."""
    me = None if is_visitor else ME
    return _above(shown, me), _below(shown, me)


@cache
def _lean_statements(*, is_visitor: bool) -> tuple[Prepared, Prepared]:
    me = None if is_visitor else ME
    above, below = _above(lean, me), _below(lean, me)
    return Prepared(above, converts=False), Prepared(below, converts=False)
