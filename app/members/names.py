"""Which names may be given out to newcomers."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

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


class NameFault(StrEnum):
    """Why a name is not given out."""

    INVALID = "invalid"
    RESERVED = "reserved"
    TAKEN = "taken"
    IN_OFFICE = "in office"


FAULTS: Final[Mapping[NameFault, Words]] = {
    NameFault.INVALID: say(
        "Use small letters, digits and _ inside, at most {n} of them.", n=LOCAL_USERNAME_MAX
    ),
    NameFault.RESERVED: say(
        "People would take this name for an office or the site. Choose another one."
    ),
    NameFault.TAKEN: say("That name is taken. Add something to it."),
    NameFault.IN_OFFICE: say(
        "That name looks like the name of somebody in office. Choose another one."
    ),
}


def check_username(
    session: Session, username: str, *, may_be_reserved: bool = False, now: datetime
) -> None:
    """Raise Invalid, on the field `username`, unless the name may be given out now.

    Nobody gets a name that was ever given out, that passes for an office or the site (an
    operator may give those), or that looks like the name of somebody in office.
    """
    fault = fault_of_name(session, username, may_be_reserved=may_be_reserved, now=now)
    if fault is not None:
        raise Invalid(FAULTS[fault], username=FAULTS[fault])


def fault_of_name(
    session: Session, username: str, *, may_be_reserved: bool = False, now: datetime
) -> NameFault | None:
    """Return why the name is not given out now, or None."""
    if not is_local_username(username):
        return NameFault.INVALID
    if is_reserved(username) and not may_be_reserved:
        return NameFault.RESERVED
    if is_taken(session, username):
        return NameFault.TAKEN
    return NameFault.IN_OFFICE if _looks_like_an_officer(session, username, now=now) else None


def _looks_like_an_officer(session: Session, username: str, *, now: datetime) -> bool:
    in_office = (
        select(Account.username)
        .join(Member, Member.account_id == Account.id)
        .join(Mandate, Mandate.member_id == Member.id)
        .where(is_running(now))
    )
    looks = skeleton(username)
    return any(skeleton(name) == looks for name in session.scalars(in_office))
