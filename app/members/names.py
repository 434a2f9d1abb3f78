"""Which names may be given out to newcomers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import is_taken
from app.core.errors import Invalid
from app.core.words import Words, say
from app.members.models import Mandate, Member
from app.members.queries import is_running
from app.text.handles import LOCAL_USERNAME_MAX, is_local_username, is_reserved
from app.text.names import skeleton


def check_username(
    session: Session, username: str, *, may_be_reserved: bool = False, now: datetime
) -> None:
    """Raise Invalid, on the field `username`, unless the name may be given out now.

    Nobody gets a name that was ever given out, that passes for an office or the site (an
    operator may give those), or that looks like the name of somebody in office.
    """
    fault = _fault(session, username, may_be_reserved=may_be_reserved, now=now)
    if fault is not None:
        raise Invalid(fault, username=fault)


def _fault(
    session: Session, username: str, *, may_be_reserved: bool, now: datetime
) -> Words | None:
    if not is_local_username(username):
        return say(
            "Use small letters, digits and _ inside, at most {n} of them.", n=LOCAL_USERNAME_MAX
        )
    if is_reserved(username) and not may_be_reserved:
        return say("People would take this name for an office or the site. Choose another one.")
    if is_taken(session, username):
        return say("That name is taken. Add something to it.")
    if _looks_like_an_officer(session, username, now=now):
        return say("That name looks like the name of somebody in office. Choose another one.")
    return None


def _looks_like_an_officer(session: Session, username: str, *, now: datetime) -> bool:
    in_office = (
        select(Account.username)
        .join(Member, Member.account_id == Account.id)
        .join(Mandate, Mandate.member_id == Member.id)
        .where(is_running(now))
    )
    looks = skeleton(username)
    return any(skeleton(name) == looks for name in session.scalars(in_office))
