"""The dues office: closing months, saying where money goes, and looking at people's dues.

Whoever looks at names leaves a trace in the audit log, which every member can read.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from dues.billing.keys import hold_book, key_of
from dues.billing.models import PayingGuide
from dues.calendar import Month
from dues.ledger import periods
from dues.ledger.models import LedgerPeriod

GUIDE_LENGTH_MAX = 2000


def close_month(
    session: Session, month: Month, *, soft: bool = False, actor: Actor, now: datetime
) -> LedgerPeriod:
    """Close a month of the books, or begin to.

    Raises: Forbidden; Conflict if it is not over, or closed already.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    by = key_of(session, actor.member_id)
    period = periods.close_period(session, month, book_id=book.id, actor=by, now=now, soft=soft)
    note_act(
        session,
        "dues.month_closed",
        now=now,
        by=str(actor.member_id),
        month=str(month),
        state=str(period.state),
    )
    return period


def guide_of(session: Session) -> PayingGuide | None:
    """Return what members read about where to send money."""
    newest = select(PayingGuide).order_by(PayingGuide.version.desc()).limit(1)
    return session.scalar(newest)


def set_guide(session: Session, text: str, *, actor: Actor, now: datetime) -> PayingGuide:
    """Say where members send money; whoever changes it is named in the audit log.

    Raises: Forbidden; Invalid if it says nothing, or too much.
    """
    require(actor, Verb.KEEP_BOOKS)
    hold_book(session)  # Two at once must not take one version number.
    said = text.strip().replace("\r\n", "\n")
    if not said or len(said) > GUIDE_LENGTH_MAX:
        fault = say("Write between 1 and {most} characters.", most=GUIDE_LENGTH_MAX)
        raise Invalid(fault, text=fault)
    last = session.scalar(select(func.max(PayingGuide.version))) or 0
    guide = PayingGuide(version=last + 1, text=said, by_member_id=actor.member_id, at=now)
    session.add(guide)
    note_act(
        session,
        "dues.guide_set",
        now=now,
        by=str(actor.member_id),
        version=guide.version,
        text=said,
    )
    return guide


def note_look(
    session: Session, what: str, *, member_id: int | None = None, actor: Actor, now: datetime
) -> None:
    """Note that an officer looks at names, and at whose dues if at one member's.

    Raises: Forbidden.
    """
    require(actor, Verb.KEEP_BOOKS)
    of = {} if member_id is None else {"member": str(member_id)}
    note_act(session, "dues.looked_at", now=now, by=str(actor.member_id), what=what, **of)
