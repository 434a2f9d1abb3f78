"""Answering with posts, and with lists of accounts, whoever asks."""

from collections.abc import Callable
from typing import Any, TypeAlias

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.deps import kernel_of
from app.mastodon.answers import listed, raw
from app.mastodon.paging import link, span_of
from app.mastodon.params import params_of
from app.mastodon.render import Renderer
from app.members.actor import Actor
from app.relationships.lists import Edge, Listing, read_edges
from app.statuses.lean import lean_posts

ACCOUNTS_USUAL, ACCOUNTS_MOST = 40, 80

Finish: TypeAlias = Callable[[bytes, Any], bytes]


def post_in(
    connection: Connection, request: Request, actor: Actor | None, status_id: int
) -> bytes:
    """Return one post as the actor sees it, rendered and kept. Raises: NotFound."""
    return _post(connection, request, request.app.state.renderer, actor, status_id)


def written(session: Session, request: Request, actor: Actor, status_id: int) -> Response:
    """Answer with a post that this transaction has changed. Raises: NotFound."""
    session.flush()
    renderer: Renderer = request.app.state.renderer
    return raw(_post(session.connection(), request, renderer.fresh(), actor, status_id))


def _post(
    connection: Connection,
    request: Request,
    renderer: Renderer,
    actor: Actor | None,
    status_id: int,
) -> bytes:
    viewer_id = None if actor is None else actor.account_id
    rows = lean_posts(connection, viewer_id, [status_id])
    if not rows:
        raise NotFound(say("There is no such post."))
    now = request.app.state.kernel.clock.now()
    return renderer.posts(connection, rows, viewer_id=viewer_id, now=now)[0]


async def check_seen(request: Request, actor: Actor | None, status_id: int) -> int:
    """Return the author of a post that the reader may see. Raises: NotFound."""
    viewer_id = None if actor is None else actor.account_id
    kernel = await kernel_of(request)
    rows = await kernel.db.hot(lambda hot: lean_posts(hot, viewer_id, [status_id]))
    if not rows:
        raise NotFound(say("There is no such post."))
    return rows[0].author_id


async def people_of(
    request: Request,
    listing: Listing,
    *,
    who: int,
    actor: Actor | None,
    finish: Finish | None = None,
    **parameters: Any,
) -> Response:
    """Answer with the page of a list of accounts that is asked for.

    `finish` adds to each account what the list alone knows of it.
    """
    kernel, params = await kernel_of(request), await params_of(request)
    renderer: Renderer = request.app.state.renderer
    viewer_id = None if actor is None else actor.account_id
    span = span_of(params, usual=ACCOUNTS_USUAL, most=ACCOUNTS_MOST)
    bounds: dict[str, Any] = {**span.keys, "from_below": span.from_below, **parameters}

    def read(hot: Connection) -> Response:
        edges = read_edges(hot, listing, who=who, viewer_id=viewer_id, **bounds)
        people = renderer.accounts(hot, [edge.account_id for edge in edges])
        if finish is not None:
            people = [finish(a, edge.until) for a, edge in zip(people, edges, strict=True)]
        return link(
            listed(people), request, edges, edge_key, span=span, ends=True, prev="since_id"
        )

    return await kernel.db.hot(read)


def edge_key(edge: Edge) -> int:
    """Return by what a list of accounts is paged."""
    return edge.key
