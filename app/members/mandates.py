"""Lending offices and taking them back: only by decision, or to caretakers at the beginning.

Who may call these is checked by a test: governance's guard, founding, and the operator's command.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.events import MandateEnded, MandateGranted
from app.members.models import Mandate, Member
from app.members.offices import Office
from app.members.queries import has_elected_officers
from app.members.states import MEMBERS

CARETAKING_DAYS: Final = 90


def grant_mandate(
    session: Session,
    *,
    member_id: int,
    office: Office,
    starts_at: datetime,
    ends_at: datetime,
    decision_id: int,
) -> Mandate:
    """Lend the office as decided; caretakers of that office give way when the mandate starts.

    Raises: NotFound if there is no such member; Conflict if the times make no sense.
    """
    _check_member(session, member_id)
    if ends_at <= starts_at:
        raise Conflict(say("A mandate ends after it starts."))
    for caretaker in _caretakers(session, office, at=starts_at):
        end_at(session, caretaker, at=starts_at, decision_id=decision_id)
    return _grant(
        session,
        Mandate(
            member_id=member_id,
            office=office,
            starts_at=starts_at,
            ends_at=ends_at,
            caretaker=False,
            decision_id=decision_id,
        ),
    )


def grant_caretaker(session: Session, *, member_id: int, office: Office, now: datetime) -> Mandate:
    """Lend the office for 90 days, without a decision, while no officer was ever elected.

    Raises: NotFound if there is no such member; Conflict once officers were elected.
    """
    _check_member(session, member_id)
    if has_elected_officers(session):
        raise Conflict(say("The members have elected officers: offices are theirs to give now."))
    ends_at = now + timedelta(days=CARETAKING_DAYS)
    return _grant(
        session,
        Mandate(
            member_id=member_id, office=office, starts_at=now, ends_at=ends_at, caretaker=True
        ),
    )


def end_mandate(session: Session, *, mandate_id: int, decision_id: int, now: datetime) -> Mandate:
    """Take the office back as decided: its power ends at this instant.

    Raises: NotFound; Conflict if it is over already.
    """
    mandate = lock(session, Mandate, mandate_id)
    if mandate is None:
        raise NotFound(say("There is no such mandate."))
    if now >= (mandate.ended_at or mandate.ends_at):
        raise Conflict(say("This mandate is over already."))
    end_at(session, mandate, at=now, decision_id=decision_id)
    return mandate


def resume_mandate(session: Session, *, mandate_id: int, now: datetime) -> bool:
    """Let a mandate run on whose end did not stand; return whether there is any of it left.

    Nobody is let back who has left meanwhile, and no caretaker for whom somebody was elected.
    Raises: NotFound.
    """
    mandate = lock(session, Mandate, mandate_id)
    if mandate is None:
        raise NotFound(say("There is no such mandate."))
    member = session.get_one(Member, mandate.member_id)
    if mandate.ended_at is None or mandate.ends_at <= now or member.state not in MEMBERS:
        return False
    if mandate.caretaker and has_elected_officers(session, office=mandate.office):
        return False
    mandate.ended_at, mandate.ended_by_id = None, None
    told = MandateGranted(
        mandate.id, mandate.member_id, mandate.office, mandate.starts_at, mandate.ends_at
    )
    publish(session, told)
    return True


def end_all(session: Session, member_id: int, *, now: datetime) -> None:
    """End the mandates of somebody who leaves, also those that have not begun."""
    theirs = select(Mandate).where(
        Mandate.member_id == member_id,
        Mandate.ends_at > now,
        or_(Mandate.ended_at.is_(None), Mandate.ended_at > now),
    )
    for mandate in session.scalars(theirs.with_for_update()):
        end_at(session, mandate, at=now, decision_id=None)


def end_at(session: Session, mandate: Mandate, *, at: datetime, decision_id: int | None) -> None:
    """Let the mandate end at `at`, and tell the others."""
    mandate.ended_at = at
    mandate.ended_by_id = decision_id
    publish(session, MandateEnded(mandate.id, mandate.member_id, mandate.office, at))


def _check_member(session: Session, member_id: int) -> None:
    member = lock(session, Member, member_id)
    if member is None or member.state not in MEMBERS:
        raise NotFound(say("There is no such member."))


def _caretakers(session: Session, office: Office, *, at: datetime) -> list[Mandate]:
    theirs = select(Mandate).where(
        Mandate.office == office,
        Mandate.caretaker,
        Mandate.ended_at.is_(None),
        Mandate.ends_at > at,
    )
    return list(session.scalars(theirs.with_for_update()))


def _grant(session: Session, mandate: Mandate) -> Mandate:
    session.add(mandate)
    session.flush()  # To learn its key.
    publish(
        session,
        MandateGranted(
            mandate.id, mandate.member_id, mandate.office, mandate.starts_at, mandate.ends_at
        ),
    )
    return mandate
