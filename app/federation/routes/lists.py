"""Lists that belong to an account, as documents. Source: federation.md 13."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.kernel import Kernel
from app.federation.answers import document, pen_of, site_of
from app.federation.documents import collections
from app.federation.documents.notes import act, note
from app.federation.reading import LATEST, actor_uris, outbox_page, told_of
from app.federation.standing import standing_account
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.routes import LateRoute
from app.relationships import queries as relations
from app.relationships.queries import People
from app.statuses.featured import featured_of
from app.statuses.service.pins import PINS_MAX
from app.timelines import queries as timelines

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])

one = "/ap/users/{account_id:int}"
IdDep = Annotated[int | None, Query(ge=0, le=LATEST)]


@router.get(f"{one}/outbox")
async def show_outbox(
    request: Request,
    kernel: KernelDep,
    account_id: int,
    page: bool = False,
    max_id: IdDep = None,
    min_id: IdDep = None,
) -> Response:
    """List what an account posted and boosted for everybody, newest first."""
    site, pen = site_of(kernel), await pen_of(request, kernel)
    uri = f"{site.urls.actor(account_id)}/outbox"

    def look(hot: Connection) -> dict[str, Any]:
        standing_account(hot, account_id)
        if not page:
            return collections.paged(uri)
        found = outbox_page(hot, account_id, before=max_id, after=min_id, site=site)
        return collections.page(
            uri,
            items=[act(told, pen) for told in found.told],
            asked={"max_id": max_id, "min_id": min_id},
            next_=None if found.older is None else {"max_id": found.older},
            prev=None if found.newer is None else {"min_id": found.newer},
        )

    return document(await kernel.db.hot(look))


@router.get("/actor/outbox")
def show_outbox_of_site(kernel: KernelDep) -> Response:
    """Say that the site itself posts nothing."""
    return document(collections.collection(f"{site_of(kernel).urls.site_actor}/outbox", items=[]))


@router.get(f"{one}/followers")
async def show_followers(
    kernel: KernelDep, account_id: int, page: bool = False, before: IdDep = None
) -> Response:
    """List who follows an account, newest first; how many they are is told to nobody."""
    return await _people(
        kernel, account_id, "followers", relations.followers, page=page, before=before
    )


@router.get(f"{one}/following")
async def show_following(
    kernel: KernelDep, account_id: int, page: bool = False, before: IdDep = None
) -> Response:
    """List whom an account follows, newest first."""
    return await _people(
        kernel, account_id, "following", relations.following, page=page, before=before
    )


async def _people(
    kernel: Kernel,
    account_id: int,
    name: str,
    listed: Callable[..., People],
    *,
    page: bool,
    before: int | None,
) -> Response:
    site = site_of(kernel)
    uri = f"{site.urls.actor(account_id)}/{name}"

    def look(hot: Connection) -> dict[str, Any]:
        session = Session(hot)
        standing_account(hot, account_id)
        if not page:
            return collections.paged(uri)
        people = listed(session, account_id, viewer_id=None, before=before)
        return collections.page(
            uri,
            items=actor_uris(hot, people.accounts, site=site),
            asked={"before": before},
            next_=None if people.older is None else {"before": people.older},
        )

    return document(await kernel.db.hot(look))


@router.get(f"{one}/collections/featured")
async def show_featured(request: Request, kernel: KernelDep, account_id: int) -> Response:
    """List the posts that an account pinned to its page, whole."""
    site, pen = site_of(kernel), await pen_of(request, kernel)

    def look(hot: Connection) -> Sequence[dict[str, Any]]:
        standing_account(hot, account_id)
        pinned = timelines.PINNED.page(hot, None, now=pen.now, limit=PINS_MAX, who=account_id)
        return [note(told, pen) for told in told_of(hot, pinned.posts, site=site)]

    uri = f"{site.urls.actor(account_id)}/collections/featured"
    return document(collections.collection(uri, items=await kernel.db.hot(look)))


@router.get(f"{one}/collections/tags")
async def show_featured_tags(kernel: KernelDep, account_id: int) -> Response:
    """List the tags that an account shows on its page."""
    site = site_of(kernel)

    def look(hot: Connection) -> Sequence[dict[str, str]]:
        session = Session(hot)
        standing_account(hot, account_id)
        names = [tag.name for tag in featured_of(session, account_id)]
        return [{"type": "Hashtag", "href": site.urls.tag(n), "name": f"#{n}"} for n in names]

    uri = f"{site.urls.actor(account_id)}/collections/tags"
    items = await kernel.db.hot(look)
    return document(collections.collection(uri, items=items, is_ordered=False))
