"""One payment: what it paid for, the paper that proves it, giving it back, taking it back."""

import secrets
from datetime import date, datetime
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor
from dues.billing.models import PaymentState, Way
from dues.calendar import day_of
from dues.money import decimal_text, parse_money, said
from dues.pages.common import (
    WAYS,
    ConfirmedTreasurerDep,
    TreasurerDep,
    check_day,
    currency_of,
    read_id,
    sign_of,
)
from dues.pages.papers import paper_answer
from dues.reading.desk import payment_of, sheet_of
from dues.treasury.corrections import Returned, record_refund
from dues.treasury.office import note_look

router = page_router(prefix="/duties/treasury/payments")

PAGE: Final = "dues/payment_sheet.html"
STATES: Final[dict[PaymentState, Words]] = {
    PaymentState.KEPT: say("A member's dues."),
    PaymentState.UNIDENTIFIED: say("It waits for a name."),
    PaymentState.DONATED: say("A gift to the co-op."),
    PaymentState.TAKEN_BACK: say("Taken back: it was written down by mistake."),
}


class RefundForm(Shape):
    """Money that went back to whoever paid it."""

    amount: str = Field(max_length=40)
    way: Way = Way.TRANSFER
    day: date
    key: str = Field(pattern=r"^[0-9a-f]{32}$")


@router.get("/{payment}")
def show(
    request: Request, payment: str, actor: TreasurerDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Show one payment."""
    around = _around(session, read_id(payment), actor=actor, now=clock.now())
    form = filled_with(
        amount=decimal_text(around["sheet"].returnable),
        way=around["sheet"].payment.way,
        day=day_of(clock.now()),
    )
    return render(request, PAGE, form=form, **around)


@router.post("/{payment}/refund")
def refund(
    request: Request,
    payment: str,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Write down that money went back."""
    payment_id, now = read_id(payment), clock.now()
    try:
        form = sent.read(RefundForm)
        check_day(form.day, now=now)
        amount = parse_money(form.amount, currency_of(session))
        returned = Returned(amount, form.way, form.day, form.key)
        record_refund(session, payment_id, returned, actor=actor, now=now)
    except Invalid as fault:
        return sent.again(PAGE, fault, **_around(session, payment_id, actor=actor, now=now))
    told = say("Written down: {amount} went back.", amount=said(amount))
    return after_post(request, to=f"/duties/treasury/payments/{payment_id}", said=told)


@router.get("/{payment}/evidence")
def show_evidence(payment: str, actor: TreasurerDep, kernel: KernelDep) -> Response:
    """Serve the paper of a payment; the look is written into the audit log."""
    with kernel.db.write.begin() as session:
        found = payment_of(session, read_id(payment))
        note_look(session, "evidence", actor=actor, now=kernel.clock.now())
        key, media_type = found.evidence_key, found.evidence_type
    return paper_answer(kernel, key, media_type, name=f"payment-{payment}")


def _around(session: Session, payment_id: int, *, actor: Actor, now: datetime) -> dict[str, Any]:
    note_look(session, "payment", actor=actor, now=now)
    sheet = sheet_of(session, payment_id)
    return {
        "sheet": sheet,
        "state": STATES[sheet.payment.state],
        "ways": list(WAYS.items()),
        "way_words": WAYS,
        "sign": sign_of(sheet.payment.currency),
        "key": secrets.token_hex(16),
    }
