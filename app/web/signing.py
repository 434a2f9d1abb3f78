"""Signing a browser in and out: the session's row and its cookie go together."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.http.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from app.members.actor import Actor
from app.members.models import Member
from app.members.sessions import AGE_MAX, Opened, end_session, open_session, session_of
from app.web.devices import label_of

AGE_SECONDS: Final = int(AGE_MAX.total_seconds())
AT_HOME: Final = "/home"
IN_PLACE: Final = "/place"


def sign_in(request: Request, session: Session, *, member: Member, now: datetime) -> Opened:
    """Open a session for the browser; the one that it had before ends."""
    end_here(request, session, now=now)
    label = label_of(request.headers.get("user-agent", ""))
    return open_session(session, member_id=member.id, label=label, now=now)


def end_here(request: Request, session: Session, *, now: datetime) -> None:
    """End the session that this browser has, if any."""
    found = session_of(session, read_cookie(request, SESSION) or "", now=now)
    if found is not None:
        end_session(session, member_id=found.member_id, session_id=found.id)


def keep_signed_in(request: Request, response: Response, opened: Opened) -> Response:
    """Give the browser the secret of its session."""
    set_cookie(request, response, SESSION, opened.secret, max_age_seconds=AGE_SECONDS)
    return response


def forget_signed_in(request: Request, response: Response) -> Response:
    """Take the secret back."""
    drop_cookie(request, response, SESSION)
    return response


def first_page(member: Member | Actor) -> str:
    """Return where somebody goes who has just come in: members home, others where they stand."""
    return AT_HOME if member.is_member else IN_PLACE
