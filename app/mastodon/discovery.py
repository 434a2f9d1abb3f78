"""Where others rank, we do not. Source: mastodon-api.md 1.16, 5.3.

Nothing is popular here. Who asks for it is told whom others recommend on their pages. The
directory is a list of the members who want to stand in it.
"""

from typing import Final

import orjson
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.queries import listed_accounts
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, listed, nothing
from app.mastodon.paging import limit_of
from app.mastodon.params import ParamsDep
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Anyone, OwnAccount, RendererDep
from app.mastodon.values import read_id
from app.members.actor import Actor
from app.relationships.suggestions import pass_over, suggestions_for

router = mastodon_router()
USUAL, MOST = 40, 80
BY_FRIENDS: Final = {"source": "past_interactions", "sources": ["friends_of_friends"]}
OFFSET_MAX: Final = 100_000


@router.get("/api/v1/trends", dependencies=[Anyone])
def get_trends() -> Response:
    """List no tags: nobody counts what is talked about."""
    return json([])


@router.get("/api/v1/trends/tags", dependencies=[Anyone])
def get_trending_tags() -> Response:
    """List no tags."""
    return json([])


@router.get("/api/v1/trends/statuses", dependencies=[Anyone])
def get_trending_posts() -> Response:
    """List no posts."""
    return json([])


@router.get("/api/v1/trends/links", dependencies=[Anyone])
def get_trending_links() -> Response:
    """List no links."""
    return json([])


@router.get("/api/v1/suggestions")
def get_old_suggestions(
    params: ParamsDep, actor: OwnAccount, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Suggest whom those recommend whom the member follows, if they asked for that."""
    return listed(_suggested(params, actor, session, renderer))


@router.get("/api/v2/suggestions")
def get_suggestions(
    params: ParamsDep, actor: OwnAccount, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Suggest the same people; why, in the words that apps know."""
    people = _suggested(params, actor, session, renderer)
    return json([{**BY_FRIENDS, "account": orjson.Fragment(person)} for person in people])


@router.delete("/api/v1/suggestions/{account_id:int}")
def dismiss_suggestion(
    account_id: int, actor: OwnAccount, session: SessionDep, clock: ClockDep
) -> Response:
    """Suggest somebody no longer."""
    pass_over(session, actor, target_id=account_id, now=clock.now())
    return nothing()


def _suggested(
    params: ParamsDep, actor: Actor, session: Session, renderer: Renderer
) -> list[bytes]:
    most = limit_of(params, usual=USUAL, most=MOST)
    ids = [found.account.id for found in suggestions_for(session, actor, limit=most)]
    return renderer.accounts(session.connection(), ids)


@router.get("/api/v1/directory", dependencies=[Anyone])
def get_directory(params: ParamsDep, session: ReaderDep, renderer: RendererDep) -> Response:
    """List the people of this site who want to be found: who posted last, or joined last."""
    people = listed_accounts(
        session,
        by_joining=params.text("order") == "new",
        limit=limit_of(params, usual=USUAL, most=MOST),
        offset=min(read_id(params.text("offset")) or 0, OFFSET_MAX),
    )
    return listed(renderer.accounts(session.connection(), people))
