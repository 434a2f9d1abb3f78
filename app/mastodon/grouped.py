"""Notices in groups: ten people who like a post are one line. Source: mastodon-api.md 4.6, 5.2."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.http.deps import SessionDep, kernel_of
from app.mastodon.answers import json, listed, nothing
from app.mastodon.entities.account import load_accounts
from app.mastodon.entities.notification import (
    KIND_OF,
    group_values,
    partial_values,
    people_and_posts,
    read_key,
)
from app.mastodon.notifications import (
    COUNT_MOST,
    COUNT_USUAL,
    MOST,
    USUAL,
    clear,
    key_of,
    wanted_by,
)
from app.mastodon.paging import limit_of, link, span_of
from app.mastodon.params import Params, params_of
from app.mastodon.parts import people_by_id, posts_by_id
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import NoticeKeeper, OwnNotices
from app.members.actor import Actor
from app.notifications import rows
from app.notifications.grouping import GROUPED
from app.notifications.kinds import NoticeKind
from app.notifications.push.names import NAMES
from app.notifications.rows import Group, Wanted

router = mastodon_router()
base: Final = "/api/v2/notifications"
group: Final = f"{base}/{{group_key}}"


@router.get(base)
async def get_groups(request: Request, actor: OwnNotices) -> Response:
    """Show what concerns the member, what is alike in one group, newest first."""
    wanted, params = await wanted_by(request, actor), await params_of(request)
    span, grouped = span_of(params, usual=USUAL, most=MOST), grouped_by(params)
    is_partial = params.text("expand_accounts") == "partial_avatars"

    def read(hot: Connection) -> Response:
        page = rows.notice_groups(
            hot, wanted, grouped=grouped, **span.keys, from_below=span.from_below
        )
        answer = json(_results(hot, request, wanted, page.groups, is_partial=is_partial))
        return link(answer, request, page.read, key_of, span=span)

    return await (await kernel_of(request)).db.hot(read)


@router.get(f"{base}/unread_count")
async def count_unread(request: Request, actor: OwnNotices) -> Response:
    """Count the groups of what came after what was read last, up to a limit."""
    wanted, params = await wanted_by(request, actor), await params_of(request)
    grouped = grouped_by(params)
    limit = limit_of(params, usual=COUNT_USUAL, most=COUNT_MOST)

    def read(hot: Connection) -> Response:
        unread = rows.unread_rows(hot, wanted, limit=rows.UNREAD_MAX)
        return json({"count": min(len({row.key(grouped) for row in unread}), limit)})

    return await (await kernel_of(request)).db.hot(read)


@router.post(f"{base}/clear")
def clear_all(actor: NoticeKeeper, session: SessionDep) -> Response:
    """Forget everything that apps show."""
    return clear(actor, session)


@router.get(group)
async def get_group(group_key: str, request: Request, actor: OwnNotices) -> Response:
    """Show one group, whole."""
    wanted, key = await _anything(request, actor), read_key(group_key)

    def read(hot: Connection) -> Response:
        return json(_results(hot, request, wanted, [rows.notice_group(hot, wanted, key)]))

    return await (await kernel_of(request)).db.hot(read)


@router.get(f"{group}/accounts")
async def get_people(group_key: str, request: Request, actor: OwnNotices) -> Response:
    """List who caused the notices of a group."""
    wanted, key = await _anything(request, actor), read_key(group_key)
    renderer: Renderer = request.app.state.renderer

    def read(hot: Connection) -> Response:
        return listed(renderer.accounts(hot, rows.people_in_group(hot, wanted, key)))

    return await (await kernel_of(request)).db.hot(read)


@router.post(f"{group}/dismiss")
def dismiss(group_key: str, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Forget a group."""
    rows.dismiss(session, actor, read_key(group_key))
    return nothing()


def grouped_by(params: Params) -> Collection[NoticeKind]:
    """Return which kinds the app wants in groups: all that can be, unless it says so."""
    if "grouped_types" not in params:
        return GROUPED
    return frozenset(KIND_OF[name] for name in params.texts("grouped_types") if name in KIND_OF)


async def _anything(request: Request, actor: Actor) -> Wanted:
    now = (await kernel_of(request)).clock.now()
    return Wanted(actor.account_id, now, frozenset(NAMES), with_held=True)


def _results(
    hot: Connection,
    request: Request,
    wanted: Wanted,
    groups: Sequence[Group],
    *,
    is_partial: bool = False,
) -> dict[str, Any]:
    renderer: Renderer = request.app.state.renderer
    newest = [group.newest for group in groups]
    people, posts = people_and_posts(newest, groups)
    whole = [row.from_account_id for row in newest] if is_partial else people
    partial: dict[str, Any] = {}
    if is_partial:
        others = load_accounts(hot, [id_ for id_ in people if id_ not in whole])
        partial["partial_accounts"] = [
            partial_values(row, renderer.urls) for row in others.values()
        ]
    shown = posts_by_id(renderer, hot, posts, viewer_id=wanted.account_id, now=wanted.now)
    return {
        "accounts": list(people_by_id(renderer, hot, whole).values()),
        **partial,
        "statuses": list(shown.values()),
        "notification_groups": [group_values(group) for group in groups],
    }
