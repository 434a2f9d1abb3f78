"""Home, this co-op and tags as apps read them. Source: mastodon-api.md 4.5."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.http.deps import kernel_of
from app.mastodon.answers import listed
from app.mastodon.paging import link, span_of
from app.mastodon.params import Params, params_of
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import OwnBookmarks, OwnFavourites, OwnStatuses, ReaderOfPosts
from app.members.actor import Actor
from app.statuses.lean import LeanPost
from app.text.entities import tag_key
from app.timelines import queries
from app.timelines.feeds import is_asleep, wake
from app.timelines.queries import Timeline

router = mastodon_router()

EMPTY = b"[]"
# By whether it is asked for what is of here alone, and for what is of elsewhere alone.
_EVERYWHERE: Final = (queries.PUBLIC, queries.PUBLIC_PICTURES)
_HERE: Final = (queries.LOCAL, queries.LOCAL_PICTURES)
_PUBLIC: Final = {
    (False, False): _EVERYWHERE,
    (True, False): _HERE,
    (False, True): (queries.REMOTE, queries.REMOTE_PICTURES),
    (True, True): _HERE,
}
_TAGGED_HERE: Final = (queries.TAGGED_HERE, queries.TAGGED_HERE_PICTURES)
_TAGGED: Final = {
    (False, False): (queries.TAGGED, queries.TAGGED_PICTURES),
    (True, False): _TAGGED_HERE,
    (False, True): (queries.TAGGED_ELSEWHERE, queries.TAGGED_ELSEWHERE_PICTURES),
    (True, True): _TAGGED_HERE,
}
_SEVERAL_TAGS_HERE: Final = (queries.SEVERAL_TAGS_HERE, queries.SEVERAL_TAGS_HERE_PICTURES)
_SEVERAL_TAGS: Final = {
    (False, False): (queries.SEVERAL_TAGS, queries.SEVERAL_TAGS_PICTURES),
    (True, False): _SEVERAL_TAGS_HERE,
    (False, True): (queries.SEVERAL_TAGS_ELSEWHERE, queries.SEVERAL_TAGS_ELSEWHERE_PICTURES),
    (True, True): _SEVERAL_TAGS_HERE,
}
MORE_TAGS_MAX: Final = 4  # Of each kind. Source: mastodon-api.md 4.5.


@router.get("/api/v1/timelines/home")
async def get_home(request: Request, actor: OwnStatuses) -> Response:
    """Show what those whom the member follows have posted, strictly by time."""
    page = await page_of(request, queries.HOME, actor)
    # A feed that sleeps is empty, so nobody else pays for the question.
    if page.body == EMPTY and await wake_if_asleep(await kernel_of(request), actor):
        return await page_of(request, queries.HOME, actor)
    return page


@router.get("/api/v1/timelines/public")
async def get_public(request: Request, actor: ReaderOfPosts) -> Response:
    """Show what was posted for everybody: here, elsewhere, or both."""
    params = await params_of(request)
    whole, pictures = _PUBLIC[bool(params.flag("local")), bool(params.flag("remote"))]
    return await page_of(request, pictures if params.flag("only_media") else whole, actor)


@router.get("/api/v1/timelines/tag/{name}")
async def get_tagged(name: str, request: Request, actor: ReaderOfPosts) -> Response:
    """Show what was posted with a hashtag, or also with others; with all or none of some."""
    params = await params_of(request)
    any_of, every, none_of = (_tags(params, which) for which in ("any", "all", "none"))
    place = bool(params.flag("local")), bool(params.flag("remote"))
    has_pictures = bool(params.flag("only_media"))
    if not (any_of or every or none_of):
        timeline = _TAGGED[place][has_pictures]
        return await page_of(request, timeline, actor, tag=tag_key(name))

    wanted = {"any_of": [tag_key(name), *any_of], "every": every, "none_of": none_of}
    timeline = _SEVERAL_TAGS[place][has_pictures]
    return await page_of(request, timeline, actor, every_count=len(every), **wanted)


def _tags(params: Params, name: str) -> list[str]:
    """Return the tags of a list, each once; those beyond what Mastodon takes are left out."""
    return list(dict.fromkeys(map(tag_key, params.texts(name)[:MORE_TAGS_MAX])))


@router.get("/api/v1/timelines/link")
async def get_linking(_actor: ReaderOfPosts) -> Response:
    """Decline: nobody counts which links are talked about."""
    raise NotFound(say("There is no such timeline."))


@router.get("/api/v1/bookmarks")
async def get_bookmarks(request: Request, actor: OwnBookmarks) -> Response:
    """Show what the member keeps, the latest first."""
    return await page_of(request, queries.BOOKMARKS, actor)


@router.get("/api/v1/favourites")
async def get_favourites(request: Request, actor: OwnFavourites) -> Response:
    """Show what the member likes, the latest first."""
    return await page_of(request, queries.FAVOURITES, actor)


async def page_of(
    request: Request, timeline: Timeline, actor: Actor | None, **parameters: Any
) -> Response:
    """Answer with the page of a timeline that is asked for."""
    kernel, params = await kernel_of(request), await params_of(request)
    renderer: Renderer = request.app.state.renderer
    viewer_id = None if actor is None else actor.account_id
    span, now = span_of(params), kernel.clock.now()
    bounds: dict[str, Any] = {**span.keys, "from_below": span.from_below, **parameters}

    def read(hot: Connection) -> Response:
        rows = timeline.rows(hot, viewer_id, now=now, **bounds)
        answer = listed(renderer.posts(hot, rows, viewer_id=viewer_id, now=now))
        return link(answer, request, rows, key_of, span=span)

    return await kernel.db.hot(read)


def key_of(row: LeanPost) -> int:
    """Return by what a list of posts is paged."""
    return row.key


async def wake_if_asleep(kernel: Kernel, actor: Actor) -> bool:
    """Build the feed of somebody who comes back after a long time; return whether it slept."""
    if not await kernel.db.hot(lambda hot: is_asleep(hot, actor.account_id)):
        return False
    await run_in_threadpool(_wake, kernel, actor)
    return True


def _wake(kernel: Kernel, actor: Actor) -> None:
    with kernel.db.write.begin() as session:
        wake(session, actor.account_id)
