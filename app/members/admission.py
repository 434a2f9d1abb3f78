"""The queue of applications: officers read the applicants' words and open the door, or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account
from app.core.errors import Conflict, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.members.letters import Letters
from app.members.models import Member
from app.members.register import let_in
from app.members.states import MemberState

QUEUE_MAX: Final = 50
ANSWER_MAX: Final = 1000


class Applicant(Record):
    """Somebody who waits, as the officers see them; never the mail address."""

    member_id: int
    username: str
    words: str
    applied_at: datetime
    invited_by: str | None


def applicants(session: Session, *, limit: int = QUEUE_MAX) -> Sequence[Applicant]:
    """Return who waits for an answer, longest first."""
    inviter, of_inviter = aliased(Member), aliased(Account)
    waiting = (
        select(Member.id, Account.username, Member.words, Member.created_at, of_inviter.username)
        .join(Account, Account.id == Member.account_id)
        .outerjoin(inviter, inviter.id == Member.invited_by_id)
        .outerjoin(of_inviter, of_inviter.id == inviter.account_id)
        .where(Member.state == MemberState.WAITING)
        .order_by(Member.created_at, Member.id)
        .limit(limit)
    )
    return [
        Applicant(
            member_id=id_, username=name, words=words, applied_at=at, invited_by=inviter_name
        )
        for id_, name, words, at, inviter_name in session.execute(waiting)
    ]


def admit(
    session: Session, letters: Letters, actor: Actor, *, member_id: int, now: datetime
) -> Member:
    """Make the applicant a member and tell them by mail.

    Raises: Forbidden; NotFound; Conflict if they have an answer already.
    """
    member = _waiting(session, actor, member_id)
    let_in(session, member, now=now)
    note_act(session, "member.admitted", now=now, member=str(member.id), by=str(actor.member_id))
    letters.owe(session, "admitted", to=member.email, locale=member.locale, now=now)
    return member


def refuse(
    session: Session,
    letters: Letters,
    actor: Actor,
    *,
    member_id: int,
    answer: str,
    now: datetime,
) -> Member:
    """Decline the application and tell them by mail, with the answer.

    Raises: Forbidden; NotFound; Conflict if they have an answer already.
    """
    member = _waiting(session, actor, member_id)
    member.state = MemberState.REFUSED
    member.answer = answer
    member.left_at = now
    note_act(session, "member.refused", now=now, member=str(member.id), by=str(actor.member_id))
    letters.owe(session, "refused", to=member.email, locale=member.locale, now=now, answer=answer)
    return member


def _waiting(session: Session, actor: Actor, member_id: int) -> Member:
    require(actor, Verb.ADMIT)
    member = lock(session, Member, member_id)
    if member is None:
        raise NotFound(say("There is no such application."))
    if member.state is not MemberState.WAITING:
        raise Conflict(say("This application has been answered already."))
    return member
