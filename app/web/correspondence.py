"""Letters: what was written to people by name, by the talks that it belongs to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.core.kernel import Kernel
from app.core.records import Record
from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import KernelDep, SessionDep
from app.http.limits import limit
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.http.rows import Face
from app.statuses.letters.queries import Talk, talks_of
from app.statuses.letters.service import put_away, read_letters
from app.statuses.views import PostView, read_posts
from app.text.sanitize import plain_text
from app.timelines.queries import NEWEST
from app.web.shown import face_of

router = page_router()

PAGE_SIZE: Final = 20


class Row(Record):
    """A talk as the page lists it."""

    id: int
    faces: Sequence[Face]
    is_new: bool
    is_mine: bool
    words: str
    at: datetime
    url: str


@router.get("/messages")
async def show_letters(
    request: Request, actor: MemberDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show the reader's talks in letters, the one with the latest letter first."""
    key = NEWEST if before is None else before
    talks, rows = await _read(kernel, actor.account_id, before=key)
    more = talks[PAGE_SIZE - 1].last_status_id if len(talks) > PAGE_SIZE else None
    older = None if more is None else with_query(request, before=more)
    return render(request, "web/messages.html", rows=rows[:PAGE_SIZE], older=older)


async def _read(
    kernel: Kernel, account_id: int, *, before: int
) -> tuple[Sequence[Talk], Sequence[Row]]:
    now = kernel.clock.now()

    def look(hot: Connection) -> tuple[Sequence[Talk], Sequence[Row]]:
        talks = talks_of(hot, account_id, now=now, before=before, limit=PAGE_SIZE + 1)
        ids = [talk.last_status_id for talk in talks]
        letters = {post.id: post for post in read_posts(hot, account_id, ids, now=now)}
        return talks, [_row(talk, letters[talk.last_status_id]) for talk in talks]

    return await kernel.db.hot(look)


def _row(talk: Talk, letter: PostView) -> Row:
    return Row(
        id=talk.id,
        faces=[face_of(person) for person in talk.people],
        is_new=talk.unread,
        is_mine=letter.is_mine,
        words=letter.spoiler or plain_text(letter.html),
        at=letter.created_at,
        url=letter.path,
    )


@router.post("/messages/{talk_id}/read", dependencies=[limit("write")])
def mark_read(request: Request, actor: MemberDep, session: SessionDep, talk_id: int) -> Response:
    """Note that the reader has read a talk."""
    read_letters(session, actor, talk_id)
    return after_post(request, to="/messages")


@router.post("/messages/{talk_id}/away", dependencies=[limit("write")])
def put_talk_away(
    request: Request, actor: MemberDep, session: SessionDep, talk_id: int
) -> Response:
    """Take a talk out of the list until its next letter."""
    put_away(session, actor, talk_id)
    return after_post(request, to="/messages", said=say("It comes back with the next letter."))
