"""Looking for people, tags and posts. Source: mastodon-api.md 4.2, 4.7."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.accounts.queries import account_by_address, find_people
from app.core.kernel import Kernel
from app.core.records import Record, replace
from app.federation.resolving import Resolver
from app.http.declined import NotSignedIn
from app.http.deps import KernelDep, ReaderDep
from app.http.limits import Limit
from app.mastodon.answers import json, listed
from app.mastodon.entities.tag import tag_values
from app.mastodon.paging import limit_of, span_of
from app.mastodon.params import Params, ParamsDep
from app.mastodon.parts import posts_by_id
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import OwnAccount, RendererDep, Seeker
from app.mastodon.values import read_id
from app.members.actor import Actor
from app.search.addresses import is_address, pasted
from app.search.asking import understood
from app.search.queries import Part, find_accounts, find_posts, find_tags
from app.statuses.models import Tag
from app.text.handles import parse_handle

router = mastodon_router()
USUAL, MOST = 20, 40
PEOPLE_USUAL, PEOPLE_MOST = 40, 80
OFFSET_MAX: Final = 10_000

count_fetches = Limit("fetch")


async def look_elsewhere(request: Request, params: ParamsDep, actor: Seeker) -> int | None:
    """Return whom of another site a member names by a link; asked before anything is read here."""
    words = params.text("q").strip()
    if actor is None or not words or not params.flag("resolve"):
        return None
    await count_fetches(request)
    resolver: Resolver = request.app.state.resolver
    return await resolver.resolve(words)


LookedDep = Annotated[int | None, Depends(look_elsewhere)]


class Found(Record):
    """What was found, of each kind."""

    account_ids: Sequence[int] = ()
    status_ids: Sequence[int] = ()
    tags: Sequence[Tag] = ()


@router.get("/api/v2/search")
def search(
    params: ParamsDep,
    actor: Seeker,
    looked: LookedDep,
    session: ReaderDep,
    renderer: RendererDep,
    kernel: KernelDep,
) -> Response:
    """Look for people, tags and posts; with `resolve`, also for somebody of another site."""
    found = _find(session, params, actor, looked, kernel=kernel)
    tags = [tag_values(tag.id, tag.name, renderer.urls) for tag in found.tags]
    return json({**_shown(session, renderer, actor, found, kernel=kernel), "hashtags": tags})


@router.get("/api/v1/search")
def old_search(
    params: ParamsDep,
    actor: Seeker,
    looked: LookedDep,
    session: ReaderDep,
    renderer: RendererDep,
    kernel: KernelDep,
) -> Response:
    """Look for the same, for older apps, which know tags by their names alone."""
    found = _find(session, params, actor, looked, kernel=kernel)
    tags = [tag.name for tag in found.tags]
    return json({**_shown(session, renderer, actor, found, kernel=kernel), "hashtags": tags})


@router.get("/api/v1/accounts/search")
def search_people(
    params: ParamsDep,
    actor: OwnAccount,
    session: ReaderDep,
    renderer: RendererDep,
    kernel: KernelDep,
) -> Response:
    """Look for people by name or address."""
    words = _bare(params.text("q").strip(), kernel)
    if not words:
        return listed([])
    people = find_accounts(
        session,
        actor.account_id,
        words,
        following=bool(params.flag("following")),
        limit=limit_of(params, usual=PEOPLE_USUAL, most=PEOPLE_MOST),
        offset=_offset(params),
    )
    return listed(renderer.accounts(session.connection(), [person.id for person in people]))


def _find(
    session: Session, params: Params, actor: Actor | None, looked: int | None, *, kernel: Kernel
) -> Found:
    """Return what is found.

    Raises: HTTPException 400 without words; NotSignedIn where visitors may not look.
    """
    words = params.text("q").strip()
    if not words:
        raise HTTPException(400)
    if actor is None and (params.flag("resolve") or "offset" in params):
        raise NotSignedIn
    if looked is not None:
        return Found(account_ids=[looked])
    if is_address(words):
        return _by_address(session, words, kernel=kernel)
    wants = params.text("type")
    limit = limit_of(params, usual=USUAL, most=MOST)
    paged = {"limit": limit, "offset": _offset(params) if wants else 0}
    found = Found()
    if wants in ("", "accounts"):
        people = _people(session, _bare(words, kernel), actor, params, **paged)
        found = replace(found, account_ids=people)
    if wants in ("", "statuses") and actor is not None:
        posts = _posts(session, words, actor, params, kernel=kernel, **paged)
        found = replace(found, status_ids=posts)
    if wants in ("", "hashtags"):
        viewer_id = None if actor is None else actor.account_id
        found = replace(found, tags=find_tags(session, viewer_id, words, **paged))
    return found


def _people(
    session: Session, words: str, actor: Actor | None, params: Params, **paged: int
) -> list[int]:
    if actor is None:
        return [person.id for person in find_people(session, words, **paged)]
    is_followed = bool(params.flag("following"))
    found = find_accounts(session, actor.account_id, words, following=is_followed, **paged)
    return [person.id for person in found]


def _posts(
    session: Session,
    words: str,
    actor: Actor,
    params: Params,
    *,
    kernel: Kernel,
    limit: int,
    offset: int,
) -> list[int]:
    span = span_of(params)
    return find_posts(
        session.connection(),
        actor.account_id,
        understood(words),
        now=kernel.clock.now(),
        part=Part(span.before, span.after, limit, offset),
        author_id=params.id("account_id"),
    )


def _by_address(session: Session, words: str, *, kernel: Kernel) -> Found:
    """Return the one thing whose address was typed, if it is of this site."""
    thing = pasted(words, base_url=kernel.settings.base_url)
    if thing is None:
        return Found()
    if thing.status_id is not None:
        return Found(status_ids=[thing.status_id])
    handle = parse_handle(thing.handle or "", here=kernel.settings.address_domain)
    account = None
    if handle is not None:
        account = account_by_address(session, handle.username, domain=handle.domain)
    return Found(account_ids=[] if account is None else [account.id])


def _shown(
    session: Session, renderer: Renderer, actor: Actor | None, found: Found, *, kernel: Kernel
) -> dict[str, Any]:
    connection = session.connection()
    viewer_id = None if actor is None else actor.account_id
    now = kernel.clock.now()
    posts = posts_by_id(renderer, connection, found.status_ids, viewer_id=viewer_id, now=now)
    people = renderer.accounts(connection, found.account_ids)
    return {
        "accounts": [orjson.Fragment(person) for person in people],
        "statuses": list(posts.values()),
    }


def _bare(words: str, kernel: Kernel) -> str:
    """Return an address of this site as its people write it, without the site's name."""
    return words.removesuffix(f"@{kernel.settings.address_domain}")


def _offset(params: Params) -> int:
    return min(read_id(params.text("offset")) or 0, OFFSET_MAX)
