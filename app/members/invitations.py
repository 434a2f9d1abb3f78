"""Invitations: links by which members open the door to others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import Keyring, hash_secret, new_secret
from app.core.errors import Conflict, Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.models import Invitation, Member
from app.members.states import MemberState

USES_MAX: Final = 25
DAYS_MAX: Final = 90
OPEN_MAX: Final = 10
_SEAL: Final = "invitation"


class OpenInvitation(Record):
    """An invitation as its maker sees it."""

    id: int
    code: str
    uses: int
    uses_max: int
    expires_at: datetime


def invite(
    session: Session, keyring: Keyring, actor: Actor, *, uses: int, days: int, now: datetime
) -> Invitation:
    """Make a link that opens the door `uses` times within `days` days.

    Raises: Forbidden; Invalid for too many uses or days; Conflict for too many open links.
    """
    require(actor, Verb.INVITE)
    if not (1 <= uses <= USES_MAX and 1 <= days <= DAYS_MAX):
        most = say("A link works up to {n} times, for {days} days.", n=USES_MAX, days=DAYS_MAX)
        raise Invalid(most)
    if len(invitations_of(session, keyring, actor.member_id, now=now)) >= OPEN_MAX:
        raise Conflict(say("You have {n} open links. End one of them first.", n=OPEN_MAX))
    code = new_secret()
    invitation = Invitation(
        member_id=actor.member_id,
        code_hash=hash_secret(code),
        sealed_code=keyring.seal(_SEAL, code.encode()),
        uses_max=uses,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(invitation)
    return invitation


def invitations_of(
    session: Session, keyring: Keyring, member_id: int, *, now: datetime
) -> Sequence[OpenInvitation]:
    """Return the member's links that still open the door, newest first."""
    theirs = select(Invitation).where(
        Invitation.member_id == member_id,
        Invitation.expires_at > now,
        Invitation.uses < Invitation.uses_max,
    )
    return [
        OpenInvitation(
            id=found.id,
            code=keyring.unseal(_SEAL, found.sealed_code).decode(),
            uses=found.uses,
            uses_max=found.uses_max,
            expires_at=found.expires_at,
        )
        for found in session.scalars(theirs.order_by(Invitation.id.desc()))
    ]


def end_invitation(session: Session, actor: Actor, *, invitation_id: int, now: datetime) -> None:
    """Close one's own link. Raises: NotFound."""
    found = lock(session, Invitation, invitation_id)
    if found is None or found.member_id != actor.member_id:
        raise NotFound(say("There is no such link."))
    found.expires_at = min(found.expires_at, now)


def find_invitation(session: Session, code: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that the code opens, while its maker is an active member."""
    by_code = (
        select(Invitation)
        .join(Member, Member.id == Invitation.member_id)
        .where(Invitation.code_hash == hash_secret(code), Member.state == MemberState.ACTIVE)
        .where(Invitation.expires_at > now, Invitation.uses < Invitation.uses_max)
    )
    return session.scalar(by_code)


def use_invitation(session: Session, invitation_id: int, *, now: datetime) -> Invitation:
    """Count one use; the row stays locked, so that the last use is given once.

    Raises: Conflict if it is used up or over.
    """
    found = lock(session, Invitation, invitation_id)
    if found is None or now >= found.expires_at or found.uses >= found.uses_max:
        raise Conflict(say("This invitation is used up or over. Ask for another one."))
    found.uses += 1
    return found
