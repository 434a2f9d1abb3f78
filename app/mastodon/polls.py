"""Polls: how they stand, and voting in them. Source: mastodon-api.md 1.11, 4.3."""

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.deps import KernelDep, SessionDep, kernel_of
from app.mastodon.answers import json
from app.mastodon.entities.poll import poll_values
from app.mastodon.params import ParamsDep
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Author, ReaderOfPosts, RendererDep
from app.statuses.lean import lean_posts
from app.statuses.polls.queries import PollView, polls_of
from app.statuses.polls.service import vote

router = mastodon_router()
one = "/api/v1/polls/{poll_id:int}"


@router.get(one)
async def get_poll(poll_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show how a poll stands, to whoever may see its post."""
    kernel = await kernel_of(request)
    viewer_id, now = None if actor is None else actor.account_id, kernel.clock.now()
    renderer: Renderer = request.app.state.renderer
    poll, book = await kernel.db.hot(
        lambda hot: (_poll(hot, viewer_id, poll_id), renderer.book(hot))
    )
    return json(poll_values(poll, renderer.urls, book, now=now, is_member=actor is not None))


@router.post(f"{one}/votes")
def post_votes(
    poll_id: int,
    params: ParamsDep,
    actor: Author,
    session: SessionDep,
    kernel: KernelDep,
    renderer: RendererDep,
) -> Response:
    """Choose answers, for good."""
    now = kernel.clock.now()
    vote(session, actor, poll_id, params.ids("choices"), now=now)
    connection = session.connection()
    poll, book = _poll(connection, actor.account_id, poll_id), renderer.book(connection)
    return json(poll_values(poll, renderer.urls, book, now=now, is_member=True))


def _poll(connection: Connection, viewer_id: int | None, poll_id: int) -> PollView:
    found = polls_of(connection, [poll_id], me=viewer_id).get(poll_id)
    if found is None or not lean_posts(connection, viewer_id, [found.status_id]):
        raise NotFound(say("There is no such post."))
    return found
