"""Notices one by one. Source: mastodon-api.md 4.6, 5.2."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.deps import SessionDep, kernel_of
from app.mastodon.answers import json, nothing
from app.mastodon.entities.notification import (
    kinds_of,
    notification_values,
    people_and_posts,
)
from app.mastodon.paging import limit_of, link, span_of
from app.mastodon.params import Params, ParamsDep, params_of
from app.mastodon.parts import people_by_id, posts_by_id
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import NoticeKeeper, OwnNotices
from app.members.actor import Actor
from app.notifications import rows
from app.notifications.grouping import GroupKey
from app.notifications.kinds import NoticeKind
from app.notifications.push.names import NAMES
from app.notifications.rows import NoticeRow, Wanted

router = mastodon_router()
base: Final = "/api/v1/notifications"
USUAL, MOST = 40, 80
COUNT_USUAL, COUNT_MOST = 100, 1_000


@router.get(base)
async def get_notices(request: Request, actor: OwnNotices) -> Response:
    """Show what others did that concerns the member, newest first."""
    wanted, params = await wanted_by(request, actor), await params_of(request)
    span = span_of(params, usual=USUAL, most=MOST)

    def read(hot: Connection) -> Response:
        found = rows.notice_rows(hot, wanted, **span.keys, from_below=span.from_below)
        answer = json(shown(hot, request.app.state.renderer, wanted, found))
        return link(answer, request, found, key_of, span=span)

    return await (await kernel_of(request)).db.hot(read)


@router.get(f"{base}/unread_count")
async def count_unread(request: Request, actor: OwnNotices) -> Response:
    """Count what came after what was read last, up to a limit."""
    wanted, params = await wanted_by(request, actor), await params_of(request)
    limit = limit_of(params, usual=COUNT_USUAL, most=COUNT_MOST)

    def read(hot: Connection) -> Response:
        return json({"count": len(rows.unread_rows(hot, wanted, limit=limit))})

    return await (await kernel_of(request)).db.hot(read)


@router.get(f"{base}/{{notice_id:int}}")
async def get_notice(notice_id: int, request: Request, actor: OwnNotices) -> Response:
    """Show one notice."""
    kernel = await kernel_of(request)
    wanted = Wanted(actor.account_id, kernel.clock.now(), frozenset(NAMES), with_held=True)

    def read(hot: Connection) -> Response:
        found = rows.notice_row(hot, wanted, notice_id)
        return json(shown(hot, request.app.state.renderer, wanted, [found])[0])

    return await kernel.db.hot(read)


@router.post(f"{base}/clear")
def clear(actor: NoticeKeeper, session: SessionDep) -> Response:
    """Forget everything that apps show; what the co-op says stays on its own pages."""
    rows.clear(session, actor, frozenset(NAMES))
    return nothing()


@router.post(f"{base}/{{notice_id:int}}/dismiss")
def dismiss(notice_id: int, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Forget one notice."""
    rows.dismiss(session, actor, GroupKey(NoticeKind.MENTION, id=notice_id))
    return nothing()


@router.post(f"{base}/dismiss")
def dismiss_named(params: ParamsDep, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Forget one notice, as older apps ask for it."""
    notice_id = params.id("id")
    if notice_id is None:
        raise Invalid(say("Say which notice."))
    rows.dismiss(session, actor, GroupKey(NoticeKind.MENTION, id=notice_id))
    return nothing()


async def wanted_by(request: Request, actor: Actor) -> Wanted:
    """Return which notices the request asks for."""
    params, kernel = await params_of(request), await kernel_of(request)
    return Wanted(
        actor.account_id,
        kernel.clock.now(),
        kinds_of(_types(params, "types"), _types(params, "exclude_types")),
        sender_id=params.id("account_id"),
        with_held=bool(params.flag("include_filtered")),
    )


def shown(
    hot: Connection, renderer: Renderer, wanted: Wanted, found: list[NoticeRow]
) -> list[dict[str, Any]]:
    """Return notices with who caused them and what they are about."""
    people_ids, post_ids = people_and_posts(found)
    people = people_by_id(renderer, hot, people_ids)
    me = wanted.account_id
    posts = posts_by_id(renderer, hot, post_ids, viewer_id=me, now=wanted.now)
    return [
        notification_values(
            row, account=people[row.from_account_id], status=posts.get(row.status_id or 0)
        )
        for row in found
    ]


def key_of(row: NoticeRow) -> int:
    """Return by what notices are paged."""
    return row.id


def _types(params: Params, name: str) -> frozenset[str]:
    return frozenset(params.texts(name))
