"""Deleting a post of one's own."""

from fastapi import Request
from starlette.responses import Response

from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.pages import after_post, page_router, render
from app.statuses.own import written_in
from app.statuses.service.delete import delete_status

router = page_router()


@router.get("/posts/{status_id}/delete")
def show_delete(
    request: Request, actor: MemberDep, session: ReaderDep, status_id: int
) -> Response:
    """Ask whether the post shall go."""
    writing = written_in(session, actor, status_id)
    return render(request, "web/delete.html", writing=writing, id=status_id)


@router.post("/posts/{status_id}/delete")
def delete(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, status_id: int
) -> Response:
    """Delete a post of one's own."""
    delete_status(session, actor, status_id, now=clock.now())
    return after_post(request, to="/home", said=say("The post is gone."))
