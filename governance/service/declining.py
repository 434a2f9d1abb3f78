"""Declining an order: whoever will not carry a decision out says so, in public.

The order stays open, for other holders and for the one who declined: they may change their mind,
and then both stand in the log. Source: governance research 7.7.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.events import publish
from app.core.words import say
from app.members.actor import Actor
from governance import log, orders
from governance.effects import Effects
from governance.events import OrderDeclined
from governance.models import Declination, EnactmentOrder
from governance.refusals import Code, refusal
from governance.seals import Kind, text_hash

REASON_MAX: Final = 1000


def decline_order(
    session: Session,
    order_id: int,
    *,
    actor: Actor,
    reason: str,
    effects: Effects,
    now: datetime,
) -> EnactmentOrder:
    """Say that one will not carry an order out, once and with a reason that everybody reads.

    Raises: NotFound; NotYours and NotNow, with the code of the rule that failed; Invalid without
    a reason.
    """
    order, proposal = orders.locked(session, order_id)
    check_decliner(session, order, effects, actor.member_id, now=now)
    reason = _reason(reason)
    session.add(
        Declination(order_id=order.id, member_id=actor.member_id, reason=reason, created_at=now)
    )
    log.record(
        session,
        Kind.DECLINED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        payload_hash=order.payload_hash,
        by=str(actor.member_id),
        reason_hash=text_hash(reason),
    )
    publish(
        session,
        OrderDeclined(
            order.id,
            proposal.id,
            proposal.title,
            order.office,
            proposal.author_id,
            actor.member_id,
            at=now,
        ),
    )
    return order


def check_decliner(
    session: Session, order: EnactmentOrder, effects: Effects, member_id: int, *, now: datetime
) -> None:
    """Raise NotYours or NotNow unless the order is the member's to decline at this moment."""
    orders.check_open(order, now=now)
    gaining = orders.beneficiaries(session, orders.planned_by(order, effects))
    orders.check_enactor(session, order, member_id, gaining, now=now)
    if session.get(Declination, (order.id, member_id)):
        raise refusal(Code.DECLINED_BEFORE)


def _reason(given: str) -> str:
    reason = given.replace("\r\n", "\n").strip()
    if not reason or len(reason) > REASON_MAX or "\0" in reason:
        text = say("Say why, in at most {count} characters.", count=REASON_MAX)
        raise Invalid(text, reason=text)
    return reason
