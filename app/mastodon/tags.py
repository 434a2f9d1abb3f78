"""Tags: followed, and shown on one's page. Source: mastodon-api.md 4.5, 5.3."""

from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.accounts import check_known, one
from app.mastodon.answers import json, nothing
from app.mastodon.entities.tag import featured_values, tag_values
from app.mastodon.paging import link, span_of
from app.mastodon.params import ParamsDep
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import (
    Anyone,
    Follower,
    OwnAccount,
    OwnFollows,
    ProfileWriter,
    Reader,
    RendererDep,
)
from app.mastodon.values import read_id
from app.members.actor import Actor
from app.statuses import featured
from app.statuses.models import Tag
from app.statuses.tags import checked_tag, find_tag
from app.timelines import tags

router = mastodon_router()
base: Final = "/api/v1/tags/{name}"
FOLLOWED_USUAL, FOLLOWED_MOST = 100, 200


@router.get(base)
def get_tag(name: str, actor: Reader, session: ReaderDep, renderer: RendererDep) -> Response:
    """Show a tag; one that nobody ever used looks like any other."""
    key = checked_tag(name)
    return _answer(session, renderer, actor, key, find_tag(session, key))


@router.post(f"{base}/follow")
def follow(
    name: str, actor: Follower, session: SessionDep, clock: ClockDep, renderer: RendererDep
) -> Response:
    """Let posts with a tag come home."""
    tag = tags.follow_tag(session, actor, name, now=clock.now())
    return _answer(session, renderer, actor, tag.name, tag)


@router.post(f"{base}/unfollow")
def unfollow(name: str, actor: Follower, session: SessionDep, renderer: RendererDep) -> Response:
    """Let posts with a tag come home no longer."""
    tag = tags.unfollow_tag(session, actor, name)
    return _answer(session, renderer, actor, checked_tag(name), tag)


@router.post(f"{base}/feature")
def feature(
    name: str, actor: ProfileWriter, session: SessionDep, clock: ClockDep, renderer: RendererDep
) -> Response:
    """Show a tag, by its name or id, on one's page."""
    named = _named(session, name)
    featured.feature_tag(session, actor, named, now=clock.now())
    return _answer(session, renderer, actor, checked_tag(named), find_tag(session, named))


@router.post(f"{base}/unfeature")
def unfeature(
    name: str, actor: ProfileWriter, session: SessionDep, renderer: RendererDep
) -> Response:
    """Show a tag, by its name or id, no longer."""
    named = _named(session, name)
    featured.stop_featuring_tag(session, actor, named)
    return _answer(session, renderer, actor, checked_tag(named), find_tag(session, named))


@router.get("/api/v1/followed_tags")
def get_followed(
    request: Request,
    params: ParamsDep,
    actor: OwnFollows,
    session: ReaderDep,
    renderer: RendererDep,
) -> Response:
    """List the tags that the member follows, the latest first."""
    span = span_of(params, usual=FOLLOWED_USUAL, most=FOLLOWED_MOST)
    me = actor.account_id
    rows = tags.followed_page(session, me, **span.keys, from_below=span.from_below)
    shown = [tag_values(row.tag_id, row.name, renderer.urls, following=True) for row in rows]
    answer = json(shown)
    return link(answer, request, rows, tags.key_of, span=span, ends=True, prev="since_id")


@router.get("/api/v1/featured_tags")
def get_featured(actor: OwnAccount, session: ReaderDep, renderer: RendererDep) -> Response:
    """Show the tags on the member's page."""
    return _featured(session, renderer, actor.account_id)


@router.post("/api/v1/featured_tags")
def add_featured(
    params: ParamsDep,
    actor: ProfileWriter,
    session: SessionDep,
    clock: ClockDep,
    renderer: RendererDep,
) -> Response:
    """Show a tag on the member's page."""
    shown = featured.feature_tag(session, actor, params.text("name"), now=clock.now())
    handle = session.get_one(Account, actor.account_id).username
    return json(featured_values(shown, renderer.urls, handle=handle))


@router.get("/api/v1/featured_tags/suggestions")
def get_suggestions(actor: OwnAccount, session: ReaderDep, renderer: RendererDep) -> Response:
    """Show the tags that the member uses most."""
    found = featured.suggested_tags(session, actor.account_id)
    return json([tag_values(tag.id, tag.name, renderer.urls, featuring=False) for tag in found])


@router.delete("/api/v1/featured_tags/{featured_id:int}")
def remove_featured(featured_id: int, actor: ProfileWriter, session: SessionDep) -> Response:
    """Show a tag on the member's page no longer."""
    featured.stop_featuring(session, actor, featured_id)
    return nothing()


@router.get(f"{one}/featured_tags", dependencies=[Anyone])
def get_featured_of(account_id: int, session: ReaderDep, renderer: RendererDep) -> Response:
    """Show the tags on somebody's page."""
    check_known(session, account_id)
    return _featured(session, renderer, account_id)


def _featured(session: Session, renderer: Renderer, account_id: int) -> Response:
    account = session.get_one(Account, account_id)
    handle = account.username if account.domain is None else f"{account.username}@{account.domain}"
    shown = featured.featured_of(session, account_id)
    return json([featured_values(row, renderer.urls, handle=handle) for row in shown])


def _named(session: Session, name: str) -> str:
    """Return the name of a tag that is named by its id, or by its name. Raises: NotFound."""
    tag_id = read_id(name)
    if tag_id is None:
        return name
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise NotFound(say("There is no such tag."))
    return tag.name


def _answer(
    session: Session, renderer: Renderer, actor: Actor | None, name: str, tag: Tag | None
) -> Response:
    if actor is None:
        return json(tag_values(None if tag is None else tag.id, name, renderer.urls))
    me = actor.account_id
    return json(
        tag_values(
            None if tag is None else tag.id,
            name,
            renderer.urls,
            following=tag is not None and tags.is_followed(session, me, tag.id),
            featuring=tag is not None and featured.is_featured(session, me, tag.id),
        )
    )
