"""Where somebody stands whom the co-op does not count as a member: waiting, refused, gone."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app.core.errors import Conflict
from app.core.words import say
from app.http.access import SignedInDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.pages import after_post, page_router, render
from app.instance.queries import coop_of
from app.members.models import Member
from app.members.service import leave
from app.members.states import MemberState
from app.web.signing import AT_HOME, forget_signed_in

router = page_router()


@router.get("/place")
def get_place(request: Request, session: ReaderDep, actor: SignedInDep) -> Response:
    """Say where the reader stands, and what they can do."""
    if actor.state is MemberState.ACTIVE:
        return RedirectResponse(AT_HOME, status_code=303)
    member, coop = session.get_one(Member, actor.member_id), coop_of(session)
    contact = coop.contact if coop else ""
    return render(request, "web/place.html", member=member, contact=contact)


@router.post("/place/withdraw")
def post_withdraw(
    request: Request, session: SessionDep, actor: SignedInDep, clock: ClockDep
) -> Response:
    """Take an application back."""
    if actor.state is not MemberState.WAITING:
        raise Conflict(say("There is no application to take back."))
    leave(session, member_id=actor.member_id, now=clock.now())
    response = after_post(request, to="/login", said=say("Your application is taken back."))
    return forget_signed_in(request, response)
