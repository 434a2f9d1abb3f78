"""Where others rank, we do not. Source: mastodon-api.md 1.16, 5.3.

Nothing is popular here, and nobody is suggested by what others do. The directory is a list of
the members who want to stand in it.
"""

from typing import Final

from starlette.responses import Response

from app.accounts.queries import listed_accounts
from app.http.deps import ReaderDep
from app.mastodon.answers import json, listed, nothing
from app.mastodon.paging import limit_of
from app.mastodon.params import ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Anyone, OwnAccount, RendererDep
from app.mastodon.values import read_id

router = mastodon_router()
USUAL, MOST = 40, 80
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
def get_old_suggestions(_actor: OwnAccount) -> Response:
    """Suggest nobody: whom to follow is for people to say to each other."""
    return json([])


@router.get("/api/v2/suggestions")
def get_suggestions(_actor: OwnAccount) -> Response:
    """Suggest nobody."""
    return json([])


@router.delete("/api/v1/suggestions/{account_id:int}")
def dismiss_suggestion(_actor: OwnAccount) -> Response:
    """Take nobody back."""
    return nothing()


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
