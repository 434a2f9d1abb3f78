"""Offices by decision: "role.grant" and "role.end"."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.words import Words, say
from app.members.mandates import end_mandate, grant_mandate, resume_mandate
from app.members.models import Mandate, Member
from app.members.offices import Office, office_word
from app.members.queries import is_running
from app.members.states import MEMBERS
from governance.effects import Effect, Payload, Warrant
from governance.guard import check_warrant
from governance.models import Enactment, EnactmentOrder
from governance.rules import DecisionType

GRANT: Final = "role.grant"
END: Final = "role.end"
DAYS: Final = 365
DAYS_MAX: Final = 4 * 365 + 1


class GrantRole(Payload):
    """The payload of "role.grant": who holds which office for how many days."""

    member: str = Field(pattern=r"^[0-9]{1,19}$")
    office: Office
    days: int = Field(default=DAYS, ge=1, le=DAYS_MAX)


class EndRole(Payload):
    """The payload of "role.end": whose mandate in which office ends at once."""

    member: str = Field(pattern=r"^[0-9]{1,19}$")
    office: Office


def _member(session: Session, payload: GrantRole | EndRole) -> tuple[Member, Account]:
    found = session.execute(
        select(Member, Account)
        .join(Account, Account.id == Member.account_id)
        .where(Member.id == int(payload.member))
    ).one_or_none()
    if found is None or found[0].state not in MEMBERS:
        text = say("There is no such member.")
        raise Invalid(text, effects=text)
    return found[0], found[1]


def _running(session: Session, payload: EndRole, *, at: datetime) -> Sequence[Mandate]:
    theirs = select(Mandate).where(
        Mandate.member_id == int(payload.member),
        Mandate.office == payload.office,
        is_running(at),
    )
    return session.scalars(theirs.order_by(Mandate.id)).all()


def _check_grant(session: Session, payload: GrantRole, _now: datetime) -> None:
    _member(session, payload)


def _check_end(session: Session, payload: EndRole, now: datetime) -> None:
    _member(session, payload)
    if not _running(session, payload, at=now):
        text = say("This member does not hold that office.")
        raise Invalid(text, effects=text)


def _preview_grant(session: Session, payload: GrantRole, _now: datetime) -> dict[str, Any]:
    _, account = _member(session, payload)
    return {"office": payload.office.value, "username": account.username, "days": payload.days}


def _preview_end(session: Session, payload: EndRole, _now: datetime) -> dict[str, Any]:
    _, account = _member(session, payload)
    return {"office": payload.office.value, "username": account.username}


def _describe_grant(preview: Mapping[str, Any]) -> Words:
    return say(
        "{name} holds the office of {office} for {days} days.",
        name=preview["username"],
        office=office_word(preview["office"]),
        days=preview["days"],
    )


def _describe_end(preview: Mapping[str, Any]) -> Words:
    return say(
        "{name} no longer holds the office of {office}.",
        name=preview["username"],
        office=office_word(preview["office"]),
    )


def _grant(session: Session, payload: GrantRole, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    grant_mandate(
        session,
        member_id=int(payload.member),
        office=payload.office,
        starts_at=warrant.effective_at,
        ends_at=warrant.effective_at + timedelta(days=payload.days),
        decision_id=warrant.decision_id,
    )


def _end(session: Session, payload: EndRole, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    for mandate in _running(session, payload, at=warrant.now):
        end_mandate(
            session, mandate_id=mandate.id, decision_id=warrant.decision_id, now=warrant.now
        )


def _undo_grant(_session: Session, payload: GrantRole, _enactment: int) -> tuple[str, EndRole]:
    return END, EndRole(member=payload.member, office=payload.office)


def _undo_end(session: Session, payload: EndRole, enactment_id: int) -> tuple[str, GrantRole]:
    """Return the office for as many days as were left of it."""
    decided = session.execute(
        select(Enactment.at, EnactmentOrder.proposal_id)
        .join(EnactmentOrder, EnactmentOrder.id == Enactment.order_id)
        .where(Enactment.id == enactment_id)
    ).one()
    ended = session.scalars(select(Mandate).where(Mandate.ended_by_id == decided.proposal_id))
    left = max((mandate.ends_at - decided.at).days for mandate in ended)
    return GRANT, GrantRole(member=payload.member, office=payload.office, days=max(left, 1))


def _give_back(session: Session, payload: EndRole, warrant: Warrant) -> None:
    """Let the mandate run on that an officer ended without a decision; it ends when it would."""
    check_warrant(session, warrant)
    ended = select(Mandate.id).where(
        Mandate.member_id == int(payload.member),
        Mandate.office == payload.office,
        Mandate.ended_by_id == warrant.decision_id,
    )
    for mandate_id in session.scalars(ended.order_by(Mandate.id)).all():
        resume_mandate(session, mandate_id=mandate_id, now=warrant.now)


GRANT_ROLE: Effect[GrantRole] = Effect(
    payload=GrantRole,
    types=lambda _payload: frozenset({DecisionType.ELECTION}),
    subject=lambda payload: f"mandate:{payload.office.value}:{payload.member}",
    check=_check_grant,
    preview=_preview_grant,
    describe=_describe_grant,
    apply=_grant,
    beneficiaries=lambda _session, payload: frozenset({int(payload.member)}),
    inverse=_undo_grant,
)
END_ROLE: Effect[EndRole] = Effect(
    payload=EndRole,
    types=lambda _payload: frozenset({DecisionType.RECALL}),
    subject=lambda payload: f"mandate:{payload.office.value}:{payload.member}",
    check=_check_end,
    preview=_preview_end,
    describe=_describe_end,
    apply=_end,
    inverse=_undo_end,
    is_urgent=lambda _payload: True,
    restore=_give_back,
)
