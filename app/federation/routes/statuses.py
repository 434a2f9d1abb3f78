"""Posts of this site as documents, with what belongs to each. Source: federation.md 3, 6, 13.

All of it is read as a stranger reads it. A post that is not for everybody is not there.
"""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.federation.answers import document, gone, pen_of, site_of, to_page, wants_document
from app.federation.documents import collections
from app.federation.documents.actors import Site
from app.federation.documents.notes import Told, act_document, note_document, quote_stamp
from app.federation.reading import (
    LATEST,
    answers_of_others,
    members_of_talk,
    quoted_by_leave,
    told_one,
)
from app.federation.standing import standing_account
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.ready import keep
from app.http.routes import LateRoute
from app.statuses.queries import buried_status

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])

one = "/ap/users/{account_id:int}/statuses/{status_id:int}"
AfterDep = Annotated[int, Query(ge=0, le=LATEST)]
T = TypeVar("T")


@router.get(one)
async def show_status(
    request: Request, kernel: KernelDep, account_id: int, status_id: int
) -> Response:
    """Show a post to other sites; people who follow the link get its page."""
    site = site_of(kernel)
    told = await _told(kernel, account_id, status_id, site=site)
    if isinstance(told, Response):
        return told
    if told.boosted is not None:
        raise NotFound(say("There is no such post."))
    if not wants_document(request):
        return to_page(site.urls.status(told.post.author, status_id))
    pen = await pen_of(request, kernel)
    keep(request, while_unchanged=True)
    return document(note_document(told, pen))


@router.get(f"{one}/activity")
async def show_act(
    request: Request, kernel: KernelDep, account_id: int, status_id: int
) -> Response:
    """Show the act by which a post was published, or that a boost is."""
    site = site_of(kernel)
    told = await _told(kernel, account_id, status_id, site=site, suffix="/activity")
    if isinstance(told, Response):
        return told
    if not wants_document(request):
        return to_page(site.urls.status(told.post.author, told.post.id))
    pen = await pen_of(request, kernel)
    keep(request, while_unchanged=True)
    return document(act_document(told, pen))


@router.get(f"{one}/replies")
async def show_replies(
    kernel: KernelDep, account_id: int, status_id: int, after: AfterDep | None = None
) -> Response:
    """List the answers to a post: its author's first, then a page of others'."""
    site = site_of(kernel)
    uri = f"{site.urls.status_uri(account_id, status_id)}/replies"

    def look(hot: Connection) -> dict[str, Any]:
        told = _open(hot, account_id, status_id, site=site)
        if after is None:
            return collections.replies(uri, own_answers=told.own_answers)
        items, next_after = answers_of_others(hot, status_id, account_id, after=after, site=site)
        return collections.replies_page(uri, items=items, after=after, next_after=next_after)

    return document(await kernel.db.hot(look))


@router.get(f"{one}/likes")
async def show_likes(kernel: KernelDep, account_id: int, status_id: int) -> Response:
    """Say that the likes of a post are told to nobody, not even how many they are."""
    return await _uncounted(kernel, account_id, status_id, "likes")


@router.get(f"{one}/shares")
async def show_shares(kernel: KernelDep, account_id: int, status_id: int) -> Response:
    """Say that who boosted a post is told to nobody, not even how many they are."""
    return await _uncounted(kernel, account_id, status_id, "shares")


@router.get("/ap/users/{account_id:int}/quote_authorizations/{quoting_id:int}")
async def show_quote_stamp(kernel: KernelDep, account_id: int, quoting_id: int) -> Response:
    """Show the leave of an author to quote one of their posts in another."""
    site = site_of(kernel)

    def look(hot: Connection) -> dict[str, Any]:
        standing_account(hot, account_id)
        quoting, quoted = quoted_by_leave(hot, quoting_id, account_id, site=site)
        return quote_stamp(
            site.urls.quote_stamp(account_id, quoting_id),
            author=site.urls.actor(account_id),
            quoting=quoting.uri,
            quoted=quoted.uri,
        )

    return document(await kernel.db.hot(look))


@router.get("/contexts/{conversation_id:int}")
async def show_context(
    kernel: KernelDep, conversation_id: int, after: AfterDep | None = None
) -> Response:
    """List what we know of a talk and anybody may see. Source: FEP-7888."""
    site = site_of(kernel)

    def look(hot: Connection) -> dict[str, Any]:
        found, next_after = members_of_talk(hot, conversation_id, after=after or 0, site=site)
        if not found and after is None:
            raise NotFound(say("There is no such talk."))
        return collections.talk(
            site.urls.context(conversation_id),
            items=[post.uri for post in found],
            author=found[0].author_uri if found and after is None else None,
            after=after,
            next_after=next_after,
        )

    return document(await kernel.db.hot(look))


async def _uncounted(kernel: Kernel, account_id: int, status_id: int, name: str) -> Response:
    site = site_of(kernel)
    await kernel.db.hot(lambda hot: _open(hot, account_id, status_id, site=site))
    uri = f"{site.urls.status_uri(account_id, status_id)}/{name}"
    return document(collections.uncounted(uri))


def _open(hot: Connection, account_id: int, status_id: int, *, site: Site) -> Told:
    """Return a post of the account that anybody may see. Raises: NotFound, Forbidden."""
    standing_account(hot, account_id)
    told = told_one(hot, status_id, site=site)
    if (told.post.booster or told.post.author).id != account_id:
        raise NotFound(say("There is no such post."))
    return told


async def _told(
    kernel: Kernel, account_id: int, status_id: int, *, site: Site, suffix: str = ""
) -> Told | Response:
    """Return the post, or what stands where it was. Raises: NotFound, Forbidden."""

    def look(hot: Connection) -> Told | Response:
        try:
            return _open(hot, account_id, status_id, site=site)
        except NotFound:
            status = buried_status(Session(hot), status_id)
            if status.account_id != account_id or status.deleted_at is None:
                raise
            uri = site.urls.status_uri(account_id, status_id) + suffix
            return gone(uri, deleted_at=status.deleted_at)

    return await kernel.db.hot(look)
