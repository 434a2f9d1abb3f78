"""Entering people into the register, and opening the door to them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Conflict
from app.core.events import publish
from app.core.records import Record
from app.core.words import say
from app.members.consent import accept_all
from app.members.events import ApplicationReceived, MemberJoined
from app.members.models import Member, RequiredVersion
from app.members.queries import member_by_email
from app.members.states import MemberState


class Newcomer(Record):
    """Who is to be entered. The caller has checked name, address and password."""

    username: str
    email: str
    password_hash: str | None
    words: str = ""
    locale: str | None = None
    invited_by_id: int | None = None


def enter(
    session: Session,
    newcomer: Newcomer,
    *,
    at_once: bool,
    accepts: Iterable[RequiredVersion],
    via: str,
    now: datetime,
) -> Member:
    """Enter a person as a member `at_once`, or else as an applicant who waits for an answer.

    Raises: Conflict if the mail address is somebody's already. That a name is given out once
    is held by the database.
    """
    if member_by_email(session, newcomer.email) is not None:
        raise Conflict(say("There is an account with this e-mail address. Sign in to it."))
    account = Account(username=newcomer.username, created_at=now, waiting=True)
    session.add(account)
    session.flush()  # To learn its key.
    member = Member(
        account_id=account.id,
        email=newcomer.email,
        password_hash=newcomer.password_hash,
        state=MemberState.WAITING,
        words=newcomer.words,
        invited_by_id=newcomer.invited_by_id,
        created_at=now,
        locale=newcomer.locale,
    )
    session.add(member)
    session.flush()  # To learn its key.
    accept_all(session, accepts, member_id=member.id, via=via, now=now)
    if at_once:
        let_in(session, member, now=now)
    else:
        publish(session, ApplicationReceived(member.id, now))
    return member


def let_in(session: Session, member: Member, *, now: datetime) -> None:
    """Make an applicant a member: their provisional days begin, and others can see them."""
    assert member.state is MemberState.WAITING
    account = session.get_one(Account, member.account_id)
    account.waiting = False
    member.state = MemberState.ACTIVE
    member.joined_at = now
    publish(session, MemberJoined(member.id, account.id, now))
