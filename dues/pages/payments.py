"""Writing a payment down: first who, by reference or address, then what came and how."""

import secrets
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.kernel import Kernel
from app.core.shapes import Shape
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.filled import Filled, filled_with
from app.http.forms import Sent, SentDep
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor
from app.members.models import Member
from dues.billing.models import Way
from dues.billing.sums import open_invoice_of, unpaid_of
from dues.calendar import day_of
from dues.money import decimal_text, parse_money, said
from dues.pages.common import WAYS, ConfirmedTreasurerDep, check_day, currency_of, sign_of
from dues.pages.papers import evidence_in
from dues.treasury.office import note_look
from dues.treasury.received import (
    TEXT_LENGTH_MAX,
    Received,
    find_payer,
    record_payment,
    record_unidentified,
)

router = page_router(prefix="/duties/treasury/payments/new")

PAGE: Final = "dues/payment.html"
HERE: Final = "/duties/treasury/payments/new"


class PaymentForm(Shape):
    """A payment as the treasurer writes it down; `who` is empty if nobody knows."""

    who: str = Field(default="", max_length=200)
    amount: str = Field(max_length=40)
    way: Way = Way.TRANSFER
    day: date
    number: str = Field(default="", max_length=TEXT_LENGTH_MAX)
    note: str = Field(default="", max_length=TEXT_LENGTH_MAX)
    whole: bool = False
    key: str = Field(pattern=r"^[0-9a-f]{32}$")


@router.get("")
def show(
    request: Request,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
    who: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Ask whose payment it is; then show their invoice, and ask what came."""
    payer: Member | None = None
    form = filled_with(who=who)
    if who.strip():
        note_look(session, "payer", actor=actor, now=clock.now())
        try:
            payer = find_payer(session, who)
        except Invalid as fault:
            form = Filled({"who": [who]}, fault.fields, fault.message)
    around = _around(session, payer)
    given = form if payer is None else _begun(who, around, now=clock.now())
    return render(request, PAGE, status_code=422 if form.faults else 200, form=given, **around)


@router.post("")
def record(
    request: Request,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
    kernel: KernelDep,
) -> Response:
    """Write the payment into the books; the member gets a receipt by mail."""
    payer: Member | None = None
    try:
        form = sent.read(PaymentForm)
        payer = find_payer(session, form.who) if form.who.strip() else None
        received = _received(session, sent, form, kernel=kernel)
        _record(session, received, form, payer, actor=actor, now=clock.now())
    except Invalid as fault:
        return sent.again(PAGE, fault, **_around(session, payer))
    told = say("{amount} is in the books.", amount=said(received.amount))
    return after_post(request, to=HERE, said=told)


def _record(
    session: Session,
    received: Received,
    form: PaymentForm,
    payer: Member | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    check_day(received.on, now=now)
    if payer is None:
        record_unidentified(session, received, actor=actor, now=now)
        return
    whole = form.whole
    record_payment(session, received, member_id=payer.id, as_whole=whole, actor=actor, now=now)


def _received(session: Session, sent: Sent, form: PaymentForm, *, kernel: Kernel) -> Received:
    return Received(
        amount=parse_money(form.amount, currency_of(session)),
        way=form.way,
        on=form.day,
        statement_ref=form.number,
        note=form.note,
        evidence=evidence_in(sent, kernel),
        request_key=form.key,
    )


def _begun(who: str, around: dict[str, Any], *, now: datetime) -> Filled:
    """Return the form as it is when the payer was just found."""
    unpaid = around["unpaid"]
    return filled_with(
        who=who,
        amount=decimal_text(unpaid) if unpaid else None,
        way=Way.TRANSFER,
        day=day_of(now),
    )


def _around(session: Session, payer: Member | None) -> dict[str, Any]:
    invoice = open_invoice_of(session, payer.id) if payer else None
    currency = currency_of(session)
    return {
        "payer": session.get_one(Account, payer.account_id) if payer else None,
        "invoice": invoice,
        "unpaid": unpaid_of(session, invoice) if invoice else None,
        "ways": list(WAYS.items()),
        "currency": currency,
        "sign": sign_of(currency),
        "key": secrets.token_hex(16),
    }
