"""One post: its page with the talk around it, its older wordings, and what readers do with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from anyio import to_thread
from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.records import Record
from app.core.words import say
from app.federation.answers import lead_programs, to_document, wants_document
from app.filters.kinds import Context
from app.http.access import MemberDep, ViewerDep
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.links import page_before
from app.http.pages import after_post, page_router, render
from app.http.rows import Face, PostRow
from app.http.urls import Urls
from app.members.actor import Actor
from app.statuses.audience import boosters_of
from app.statuses.history import wordings_of
from app.statuses.letters.queries import has_unread
from app.statuses.letters.service import read_conversation
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.marks import (
    bookmark_status,
    favourite_status,
    unbookmark_status,
    unfavourite_status,
)
from app.statuses.service.pins import pin_status, unpin_status
from app.statuses.service.quiet import mute_conversation, unmute_conversation
from app.statuses.threads import read_thread
from app.statuses.views import PostView, read_post
from app.statuses.visibility import OPEN, Visibility
from app.text.sanitize import plain_text
from app.web.shown import face_of, rows_of
from app.web.sieve import sieve_of

PREVIEW_MAX: Final = 300

router = page_router()
acts = page_router(prefix="/posts/{status_id}", dependencies=[limit("write")])

Act = Callable[[Session, Actor, int, datetime], object]
# What the buttons under a post do; each answers with the row of buttons as it is then.
ACTS: Final[dict[str, Act]] = {
    "boost": lambda session, actor, id_, now: boost_status(session, actor, id_, now=now),
    "unboost": lambda session, actor, id_, now: unboost_status(session, actor, id_, now=now),
    "favourite": lambda session, actor, id_, now: favourite_status(session, actor, id_, now=now),
    "unfavourite": lambda session, actor, id_, now: unfavourite_status(
        session, actor, id_, now=now
    ),
    "bookmark": lambda session, actor, id_, now: bookmark_status(session, actor, id_, now=now),
    "unbookmark": lambda session, actor, id_, _now: unbookmark_status(session, actor, id_),
    "pin": lambda session, actor, id_, now: pin_status(session, actor, id_, now=now),
    "unpin": lambda session, actor, id_, now: unpin_status(session, actor, id_, now=now),
    "mute": lambda session, actor, id_, now: mute_conversation(session, actor, id_, now=now),
    "unmute": lambda session, actor, id_, _now: unmute_conversation(session, actor, id_),
}


class Talk(Record):
    """A post's page: what stands above it, the post, what stands below, and who boosted it."""

    above: Sequence[PostRow]
    post: PostRow
    below: Sequence[PostRow]
    is_cut: bool
    boosters: Sequence[Face]
    is_own: bool
    uri: str | None  # Of the post, for programs.
    is_open: bool  # Anybody on the web may read it.
    is_indexable: bool
    unread: int | None  # The conversation, if it is one of letters that the reader has not read.
    preview: str  # Its first words, or its warning, as plain text.


@router.get("/@{handle}/{status_id:int}")
async def show_post(
    request: Request, actor: ViewerDep, kernel: KernelDep, handle: str, status_id: int
) -> Response:
    """Show a post and the talk around it; programs of other sites are led to the document."""
    if wants_document(request):
        return to_document(await kernel.db.hot(partial(_uri_at, kernel, handle, status_id)))
    now, viewer_id = kernel.clock.now(), actor.account_id if actor else None

    def look(hot: Connection) -> Talk:
        thread = read_thread(hot, viewer_id, status_id, now=now)
        _check_address(thread.post, handle)
        sieve = sieve_of(hot, actor, Context.THREAD, now=now)
        over, under = sieve.through(thread.above), sieve.through(thread.below)
        rows = rows_of(hot, (*over, thread.post, *under), is_member=actor is not None)
        above = len(over)
        session = Session(hot)
        boosters = boosters_of(session, viewer_id, status_id)
        author = session.get_one(Account, thread.post.author.id)
        return Talk(
            above=rows[:above],
            post=rows[above],
            below=rows[above + 1 :],
            is_cut=thread.is_cut,
            boosters=tuple(face_of(account) for account in boosters),
            is_own=thread.post.is_mine,
            uri=_uri(kernel, thread.post),
            is_open=thread.post.visibility in OPEN,
            is_indexable=thread.post.visibility in OPEN and author.indexable,
            unread=_unread(hot, actor, thread.post),
            preview=(thread.post.spoiler or plain_text(thread.post.html))[:PREVIEW_MAX],
        )

    talk = await kernel.db.hot(look)
    if actor is not None and talk.unread is not None:
        await to_thread.run_sync(_note_read, kernel, actor, talk.unread)
    page = render(request, "web/thread.html", talk=talk)
    return page if talk.uri is None else lead_programs(page, talk.uri)


def _uri_at(kernel: Kernel, handle: str, status_id: int, hot: Connection) -> str | None:
    """Return where programs find the post at an address of a page. Raises: NotFound."""
    post = read_post(hot, None, status_id, now=kernel.clock.now())
    _check_address(post, handle)
    return _uri(kernel, post)


def _check_address(post: PostView, handle: str) -> None:
    if post.author.handle.lower() != handle.lower():
        raise NotFound(say("There is no such post."))


def _uri(kernel: Kernel, post: PostView) -> str | None:
    """Return where programs find a post; None if it is of another site, or not for everybody."""
    if post.author.domain is not None or post.visibility not in OPEN:
        return None
    return Urls(kernel.settings.base_url).status_uri(post.author.id, post.id)


def _unread(hot: Connection, actor: Actor | None, post: PostView) -> int | None:
    if actor is None or post.visibility is not Visibility.DIRECT:
        return None
    conversation_id = post.conversation_id
    return conversation_id if has_unread(hot, actor.account_id, conversation_id) else None


def _note_read(kernel: Kernel, actor: Actor, conversation_id: int) -> None:
    """Note, as the member opens their letters, that they have read them."""
    with kernel.db.write.begin() as session:
        read_conversation(session, actor, conversation_id)


@router.get("/@{handle}/{status_id:int}/history")
def show_history(
    request: Request, actor: ViewerDep, session: ReaderDep, handle: str, status_id: int
) -> Response:
    """Show every wording that a post has had, the first one first."""
    viewer_id = actor.account_id if actor else None
    return render(
        request,
        "web/history.html",
        wordings=wordings_of(session, viewer_id, status_id),
        back=f"/@{handle}/{status_id}",
    )


@acts.post("/{act}")
def act_on_post(
    request: Request,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
    status_id: int,
    act: str,
) -> Response:
    """Boost, favourite, bookmark or pin a post, hear no more of its talk, or undo that."""
    if act not in ACTS:
        raise NotFound(say("There is no such page."))
    now = clock.now()
    ACTS[act](session, actor, status_id, now)
    session.flush()
    connection = session.connection()
    thread = read_thread(connection, actor.account_id, status_id, now=now)
    [post] = rows_of(connection, [thread.post], is_member=True)
    to = f"{page_before(request, otherwise=post.url)}#post-{status_id}"
    return after_post(request, to=to, fragment="web/_post_actions.html", post=post)
