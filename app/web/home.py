"""Home, neighbours, tags, and what one keeps: pages of posts, strictly by time, that end."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request
from pydantic import Field
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.core.kernel import Kernel
from app.core.records import Record
from app.core.shapes import Shape
from app.filters.kinds import Context
from app.http.access import MemberDep, ViewerDep
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.forms import SentDep
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.http.panels import Need, PanelsDep
from app.http.rows import PostRow
from app.members.actor import Actor
from app.statuses.views import PostView
from app.text.entities import tag_key
from app.timelines import queries as timelines
from app.timelines.arranging import Boosts, Entry
from app.timelines.feeds import is_asleep, wake
from app.timelines.home import Home as HomePage
from app.timelines.home import read_home, read_up_to
from app.timelines.queries import Page, Timeline
from app.timelines.tags import follows_tag
from app.web.shown import rows_of
from app.web.sieve import Sieve, sieve_of

router = page_router()


class Stretch(Record):
    """Rows that stand together: one post, or several boosts in a row, folded."""

    posts: Sequence[PostRow]
    names: str | None = None  # Of those who boosted them.


class Reel(Record):
    """A page of posts as it is laid out: what is new, what was read before, how it goes on."""

    new: Sequence[Stretch]
    old: Sequence[Stretch]
    newest_id: int | None
    older: int | None


def reel_of(
    connection: Connection, page: Page, *, is_member: bool, sieve: Sieve | None = None
) -> Reel:
    """Lay out a page of posts, one below the other, as far as the reader's filters let them."""
    posts = page.posts if sieve is None else sieve.through(page.posts)
    rows = rows_of(connection, posts, is_member=is_member)
    newest_id = page.posts[0].row_id if page.posts else None
    return Reel((), [Stretch([row]) for row in rows], newest_id, page.older)


def reel_of_home(connection: Connection, home: HomePage, sieve: Sieve) -> Reel:
    """Lay out home: boosts in a row together, new posts above those that were read."""
    entries = (*home.entries.new, *home.entries.old)
    posts = sieve.through(post for entry in entries for post in _posts_of(entry))
    found = rows_of(connection, posts, is_member=True)
    rows = {post.row_id: row for post, row in zip(posts, found, strict=True)}

    def stretches(entries: Iterable[Entry]) -> list[Stretch]:
        made = []
        for entry in entries:
            mine = [rows[post.row_id] for post in _posts_of(entry) if post.row_id in rows]
            if mine:
                made.append(Stretch(mine, _names(entry)))
        return made

    return Reel(
        stretches(home.entries.new),
        stretches(home.entries.old),
        home.newest_id,
        home.older,
    )


def _names(entry: Entry) -> str | None:
    """Return who boosted, where several boosts stand together."""
    if not isinstance(entry, Boosts):
        return None
    return ", ".join(author.name for author in entry.boosters)


def _posts_of(entry: Entry) -> Sequence[PostView]:
    return entry.posts if isinstance(entry, Boosts) else (entry,)


class ReadForm(Shape):
    """Up to which row a list was read."""

    up_to: int = Field(ge=0, lt=2**63)


class Shown(Record):
    """What home shows: the posts, and at most one thing that needs the reader."""

    home: HomePage
    reel: Reel
    need: Need | None


@router.get("/home")
async def show_home(
    request: Request,
    actor: MemberDep,
    kernel: KernelDep,
    panels: PanelsDep,
    before: int | None = None,
) -> Response:
    """Show the posts of the people whom the reader follows."""
    now = kernel.clock.now()

    def look(hot: Connection) -> Shown:
        home = read_home(hot, actor.account_id, now=now, before=before)
        needs = panels.needs_of(Session(hot), actor, now, at_most=1)
        sieve = sieve_of(hot, actor, Context.HOME, now=now)
        return Shown(home, reel_of_home(hot, home, sieve), needs[0] if needs else None)

    await wake_if_asleep(kernel, actor)
    shown = await kernel.db.hot(look)
    older = with_query(request, before=shown.home.older) if shown.home.older else None
    return render(
        request,
        "web/home.html",
        home=shown.home,
        reel=shown.reel,
        need=shown.need,
        older=older,
    )


async def wake_if_asleep(kernel: Kernel, actor: Actor) -> None:
    """Bring the feed of somebody who was away for long up to date, once."""
    if await kernel.db.hot(lambda hot: is_asleep(hot, actor.account_id)):
        # In a thread: a writer may have to wait for its turn, and nobody else shall.
        await run_in_threadpool(_wake_now, kernel, actor.account_id)


def _wake_now(kernel: Kernel, account_id: int) -> None:
    with kernel.db.write.begin() as session:
        wake(session, account_id)


@router.post("/home/read")
def note_read(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, sent: SentDep
) -> Response:
    """Draw the line under what was read."""
    read_up_to(session, actor, row_id=sent.read(ReadForm).up_to, now=clock.now())
    return after_post(request, to="/home")


@router.get("/local")
async def show_neighbours(
    request: Request, actor: ViewerDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show what the people of this co-op write."""
    return await _list(request, kernel, actor, timelines.LOCAL, "web/local.html", before=before)


@router.get("/tags/{tag}")
async def show_tag(
    request: Request, actor: ViewerDep, kernel: KernelDep, tag: str, before: int | None = None
) -> Response:
    """Show the posts of this co-op that carry a tag."""
    key = tag_key(tag)

    def is_followed(hot: Connection) -> bool:
        return actor is not None and follows_tag(Session(hot), actor.account_id, key)

    return await _list(
        request,
        kernel,
        actor,
        timelines.TAGGED,
        "web/tag.html",
        before=before,
        shown={"is_followed": await kernel.db.hot(is_followed)},
        tag=key,
    )


@router.get("/bookmarks")
async def show_bookmarks(
    request: Request, actor: MemberDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show the posts that the reader keeps."""
    return await _list(
        request, kernel, actor, timelines.BOOKMARKS, "web/bookmarks.html", before=before
    )


@router.get("/favourites")
async def show_favourites(
    request: Request, actor: MemberDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show the posts that the reader likes."""
    return await _list(
        request, kernel, actor, timelines.FAVOURITES, "web/favourites.html", before=before
    )


async def _list(
    request: Request,
    kernel: Kernel,
    actor: Actor | None,
    timeline: Timeline,
    template: str,
    *,
    before: int | None,
    shown: Mapping[str, Any] | None = None,
    **parameters: Any,
) -> Response:
    viewer_id, now = actor.account_id if actor else None, kernel.clock.now()

    def look(hot: Connection) -> Reel:
        page = timeline.page(hot, viewer_id, now=now, before=before, **parameters)
        is_open = timeline in (timelines.LOCAL, timelines.TAGGED)  # Not what one keeps.
        sieve = sieve_of(hot, actor, Context.PUBLIC, now=now) if is_open else None
        return reel_of(hot, page, is_member=actor is not None, sieve=sieve)

    reel = await kernel.db.hot(look)
    older = with_query(request, before=reel.older) if reel.older else None
    return render(request, template, reel=reel, older=older, **parameters, **(shown or {}))
