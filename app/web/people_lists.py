"""Lists of people that only the reader sees: who asks to follow, whom they mute and block."""

from fastapi import Request
from starlette.responses import Response

from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.relationships import queries as relations
from app.relationships import service as relating
from app.relationships.queries import People
from app.web.profile import account_at
from app.web.shown import face_of

router = page_router()


@router.get("/follow-requests")
def show_requests(
    request: Request, actor: MemberDep, session: ReaderDep, before: int | None = None
) -> Response:
    """Show who asks to follow the reader."""
    people = relations.requests(session, actor.account_id, before=before)
    return _list(request, people, "web/follow_requests.html")


@router.post("/follow-requests/{handle}/accept")
def accept(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Let somebody follow."""
    asker = account_at(session, handle)
    relating.accept_follower(session, actor, follower_id=asker.id, now=clock.now())
    return after_post(request, to="/follow-requests")


@router.post("/follow-requests/{handle}/decline")
def decline(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Decline a request; the asker is not told."""
    asker = account_at(session, handle)
    relating.reject_follower(session, actor, follower_id=asker.id, now=clock.now())
    return after_post(request, to="/follow-requests")


@router.get("/muted")
def show_muted(
    request: Request,
    actor: MemberDep,
    session: ReaderDep,
    clock: ClockDep,
    before: int | None = None,
) -> Response:
    """Show whom the reader mutes."""
    people = relations.muted(session, actor.account_id, now=clock.now(), before=before)
    return _list(request, people, "web/muted.html")


@router.get("/blocked")
def show_blocked(
    request: Request, actor: MemberDep, session: ReaderDep, before: int | None = None
) -> Response:
    """Show whom the reader blocks."""
    people = relations.blocked(session, actor.account_id, before=before)
    return _list(request, people, "web/blocked.html")


def _list(request: Request, people: People, template: str) -> Response:
    faces = [face_of(account) for account in people.accounts]
    older = with_query(request, before=people.older) if people.older else None
    return render(request, template, faces=faces, older=older)
