"""Posts: written, read, answered, and what people do with them. Source: mastodon-api.md 4.3."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotFound
from app.core.words import say
from app.http.deps import KernelDep, SessionDep, kernel_of
from app.http.idempotency import HEADER as KEY_HEADER
from app.http.idempotency import KEY_MAX
from app.mastodon.addressing import tell_unexpected, unexpected
from app.mastodon.answers import json, listed, nothing, raw
from app.mastodon.declined import NoSuchReply
from app.mastodon.entities.card import card_values
from app.mastodon.params import ParamsDep, params_of
from app.mastodon.posts import check_seen, people_of, post_in, written
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.scheduled import read_moment, told
from app.mastodon.tools import Author, Keeper, Liker, ReaderOfPosts, RendererDep
from app.mastodon.writing import StatusShape
from app.members.actor import Actor
from app.members.posting import posting_taste_of
from app.oauth.callers import Caller
from app.statuses import marking
from app.statuses.cards.queries import CardView, cards_of
from app.statuses.lean import lean_posts
from app.statuses.queries import has_bookmarked, has_favourited, original_of
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.marks import (
    bookmark_status,
    favourite_status,
    unbookmark_status,
    unfavourite_status,
)
from app.statuses.service.publish import publish_status
from app.statuses.service.schedule import schedule_status
from app.statuses.threads import read_talk

router = mastodon_router()
base = "/api/v1/statuses"
one = f"{base}/{{status_id:int}}"

MANY_MAX: Final = 20


@router.post(base)
def post_status(
    request: Request, params: ParamsDep, actor: Author, session: SessionDep, kernel: KernelDep
) -> Response:
    """Publish a post; a repeat with the same Idempotency-Key answers with the first one."""
    taste = posting_taste_of(session, actor.member_id)
    writing = params.read(StatusShape).writing(taste)
    if writing.in_reply_to_id is not None:
        _check_answered(session, actor, writing.in_reply_to_id)
    caller: Caller = request.state.caller
    now, at, here = kernel.clock.now(), read_moment(params), kernel.settings.address_domain
    if others := unexpected(session, actor, writing, params, here=here):
        return tell_unexpected(session, request.app.state.renderer, others)
    with_whom: dict[str, Any] = {"key": _key(request), "application_id": caller.application_id}
    if at is not None and at > now:
        waiting = schedule_status(session, actor, writing, at=at, now=now, **with_whom)
        return told(session, waiting, request.app.state.renderer)
    status = publish_status(session, actor, writing, now=now, here=here, **with_whom)
    return written(session, request, actor, status.id)


@router.get(base)
async def get_statuses(request: Request, actor: ReaderOfPosts) -> Response:
    """Show several posts; those that are not there for the reader are left out."""
    kernel, params = await kernel_of(request), await params_of(request)
    ids = list(params.ids("id"))
    if len(ids) > MANY_MAX:
        raise Invalid(say("Ask for at most {count} posts.", count=MANY_MAX))
    viewer_id, now = None if actor is None else actor.account_id, kernel.clock.now()
    renderer: Renderer = request.app.state.renderer

    def read(hot: Connection) -> Response:
        rows = lean_posts(hot, viewer_id, ids)
        return listed(renderer.posts(hot, rows, viewer_id=viewer_id, now=now))

    return await kernel.db.hot(read)


@router.get(one)
async def get_status(status_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show a post."""
    kernel = await kernel_of(request)
    return await kernel.db.hot(lambda hot: raw(post_in(hot, request, actor, status_id)))


@router.get(f"{one}/context")
async def get_context(status_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show what a post answers, and what answers it."""
    kernel = await kernel_of(request)
    viewer_id, now = None if actor is None else actor.account_id, kernel.clock.now()
    renderer: Renderer = request.app.state.renderer

    def read(hot: Connection) -> Response:
        talk = read_talk(hot, viewer_id, status_id, now=now)
        rows = [*talk.above, *talk.below]
        rendered = renderer.posts(hot, rows, viewer_id=viewer_id, now=now)
        above, below = rendered[: len(talk.above)], rendered[len(talk.above) :]
        parts = (b'{"ancestors":[', b",".join(above), b'],"descendants":[', b",".join(below))
        return raw(b"".join((*parts, b"]}")))

    return await kernel.db.hot(read)


@router.get(f"{one}/reblogged_by")
async def get_boosters(status_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show who boosted a post, as far as the reader may see."""
    await check_seen(request, actor, status_id)
    return await people_of(request, marking.boosters, who=status_id, actor=actor)


@router.get(f"{one}/favourited_by")
async def get_likers(status_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show to the author who likes their post; numbers and names are nobody else's business."""
    author_id = await check_seen(request, actor, status_id)
    if actor is None or author_id != actor.account_id:
        return listed([])
    return await people_of(request, marking.favouriters, who=status_id, actor=actor)


@router.get(f"{one}/card")
async def get_card(
    status_id: int,
    actor: ReaderOfPosts,
    kernel: KernelDep,
    renderer: RendererDep,
) -> Response:
    """Answer with what the page says that the post links to, or with nothing."""
    viewer_id = None if actor is None else actor.account_id

    def read(hot: Connection) -> CardView | None:
        rows = lean_posts(hot, viewer_id, [status_id])
        if not rows:
            raise NotFound(say("There is no such post."))
        return cards_of(hot, [rows[0].id]).get(rows[0].id)

    card = await kernel.db.hot(read)
    return nothing() if card is None else json(card_values(card, renderer.urls))


@router.post(f"{one}/translate")
def translate(_actor: ReaderOfPosts) -> Response:
    """Decline: nobody's words are sent to a translator without a decision."""
    raise NotFound(say("There is no such post."))


@router.post(f"{one}/favourite")
def favourite(
    status_id: int, request: Request, actor: Liker, session: SessionDep, kernel: KernelDep
) -> Response:
    """Tell the author that one likes the post."""
    status = favourite_status(session, actor, status_id, now=kernel.clock.now())
    return written(session, request, actor, status.id)


@router.post(f"{one}/unfavourite")
def unfavourite(
    status_id: int, request: Request, actor: Liker, session: SessionDep, kernel: KernelDep
) -> Response:
    """Take that back."""
    was_there = has_favourited(session, actor.account_id, status_id)
    unfavourite_status(session, actor, status_id, now=kernel.clock.now())
    return _as_it_is(session, request, actor, status_id, was_there=was_there)


@router.post(f"{one}/bookmark")
def bookmark(
    status_id: int, request: Request, actor: Keeper, session: SessionDep, kernel: KernelDep
) -> Response:
    """Keep a post for oneself."""
    status = bookmark_status(session, actor, status_id, now=kernel.clock.now())
    return written(session, request, actor, status.id)


@router.post(f"{one}/unbookmark")
def unbookmark(status_id: int, request: Request, actor: Keeper, session: SessionDep) -> Response:
    """Keep a post no longer."""
    was_there = has_bookmarked(session, actor.account_id, status_id)
    unbookmark_status(session, actor, status_id)
    return _as_it_is(session, request, actor, status_id, was_there=was_there)


@router.post(f"{one}/reblog")
def reblog(
    status_id: int, request: Request, actor: Author, session: SessionDep, kernel: KernelDep
) -> Response:
    """Show a post to one's own followers."""
    boost = boost_status(session, actor, status_id, now=kernel.clock.now())
    return written(session, request, actor, boost.id)


@router.post(f"{one}/unreblog")
def unreblog(
    status_id: int, request: Request, actor: Author, session: SessionDep, kernel: KernelDep
) -> Response:
    """Take a boost back."""
    original_id = unboost_status(session, actor, status_id, now=kernel.clock.now())
    was_there = original_id is not None
    return _as_it_is(session, request, actor, original_id or status_id, was_there=was_there)


def _key(request: Request) -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is not None and not 0 < len(key) <= KEY_MAX:
        raise Invalid(say("An Idempotency-Key has 1 to {n} characters.", n=KEY_MAX))
    return key


def _check_answered(session: Session, actor: Actor, status_id: int) -> None:
    try:
        original_of(session, actor.account_id, status_id)
    except NotFound:
        raise NoSuchReply from None


def _as_it_is(
    session: Session, request: Request, actor: Actor, status_id: int, *, was_there: bool
) -> Response:
    """Answer with the post; if it is not shown any more, what was undone stays undone."""
    try:
        return written(session, request, actor, status_id)
    except NotFound:
        if not was_there:
            raise
        return nothing()
