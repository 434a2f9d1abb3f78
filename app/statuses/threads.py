"""A talk around one post: what it answers, and what answers it, in the order of reading."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CTE, Connection, Select, bindparam, literal, select

from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.words import say
from app.statuses.views import ME, ROW, PostView, read, shown, wanted
from app.statuses.visible import Value, statuses

ABOVE_MAX = 40
DEPTH_MAX = 20
BELOW_MAX = 200

FOCUS = bindparam("focus", type_=BigInt)


@dataclass(frozen=True, slots=True)
class Thread:
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
    found = read(connection, below, **parameters)
    lower = in_reading_order(post, found[:BELOW_MAX])
    return Thread(upper[:-1], post, lower, is_cut=len(found) > BELOW_MAX)


def in_reading_order(post: PostView, answers: Sequence[PostView]) -> tuple[PostView, ...]:
    """Put each answer below what it answers: the author's own first, then by time.

    An answer to something that is not shown stands where that would have stood: at the top.
    """
    shown_ids = {answer.id for answer in answers} | {post.id}
    by_answered: dict[int, list[PostView]] = defaultdict(list)
    for answer in answers:
        place = answer.in_reply_to_id if answer.in_reply_to_id in shown_ids else post.id
        by_answered[place or post.id].append(answer)
    ordered: list[PostView] = []
    waiting = [post]
    while waiting:
        current = waiting.pop()
        ordered.append(current)
        author_id = current.author.id
        waiting += sorted(
            by_answered[current.id], key=lambda a: (a.author.id != author_id, a.id), reverse=True
        )
    return tuple(ordered[1:])


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


def _above(me: Value | None) -> Select[Any]:
    up = _upwards()
    rows = shown(me, up.join(ROW, ROW.c.id == up.c.id))
    return rows.where((up.c.depth == 0) | wanted(me)).order_by(up.c.depth.desc())


def _below(me: Value | None) -> Select[Any]:
    down = _downwards()
    rows = shown(me, down.join(ROW, ROW.c.id == down.c.id))
    return rows.where(wanted(me)).order_by(ROW.c.id).limit(BELOW_MAX + 1)


@cache
def _statements(*, is_visitor: bool) -> tuple[Select[Any], Select[Any]]:
    """Return what reads above and below a post; built once, when the first talk is read."""
    me = None if is_visitor else ME
    return _above(me), _below(me)
