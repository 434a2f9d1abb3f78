"""Where parts meet that do not know each other: deciding sets dues, paying tells its members."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.members.models import Member
from app.notifications.kinds import NoticeKind
from app.notifications.service import notify
from dues import effects as dues
from dues.events import DuesLapsed, DuesPaid, InvoiceOpened
from governance.effects import Effect, Warrant
from governance.guard import check_warrant
from governance.rules import DecisionType

SET_DUES: Final = dues.KIND
MY_DUES: Final = "/settings/membership"


def _set_dues(session: Session, payload: dues.SetDues, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    dues.set_dues(
        session, payload, decision_id=warrant.decision_id, effective_at=warrant.effective_at
    )


DUES_EFFECT: Effect[dues.SetDues] = Effect(
    payload=dues.SetDues,
    types=lambda _payload: frozenset({DecisionType.DUES}),
    subject=lambda _payload: "dues",
    check=dues.check,
    preview=dues.preview,
    describe=dues.describe,
    apply=_set_dues,
)


def tell_invoice(session: Session, event: InvoiceOpened) -> None:
    """Tell a member that their dues are asked for."""
    text = say("Your dues are due on {day}.", day=event.due_on)
    _tell(session, event.member_id, text, at=event.at)


def tell_paid(session: Session, event: DuesPaid) -> None:
    """Tell a member that their dues came."""
    text = say("Thank you: your dues are paid until {day}.", day=event.until)
    _tell(session, event.member_id, text, at=event.at)


def tell_lapsed(session: Session, event: DuesLapsed) -> None:
    """Tell a member that their vote rests."""
    text = say("Your vote rests until your dues come. Everything else is as it was.")
    _tell(session, event.member_id, text, at=event.at)


def _tell(session: Session, member_id: int, text: Words, *, at: datetime) -> None:
    member = session.get_one(Member, member_id)
    notify(
        session, account_id=member.account_id, kind=NoticeKind.DUES, text=text, url=MY_DUES, now=at
    )
