"""The treasurer's desk: the roll, money without a name, months to close, where to pay.

Each look at names is written into the audit log.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.deps import ClockDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor
from app.members.standing import Standing
from dues.calendar import day_of
from dues.ledger.chart import live_book
from dues.ledger.periods import closed_through
from dues.pages.common import (
    STANDINGS,
    WAYS,
    ConfirmedTreasurerDep,
    MonthInPath,
    TreasurerDep,
    currency_of,
    read_id,
)
from dues.reading.desk import open_invoices
from dues.reading.roll import (
    ROLL_STANDINGS,
    RollRow,
    ages,
    closable_months,
    latest_payments,
    read_roll,
    tally,
    unidentified,
)
from dues.treasury.corrections import take_back_payment
from dues.treasury.office import GUIDE_LENGTH_MAX, close_month, guide_of, note_look, set_guide
from dues.treasury.received import find_payer, identify_donation, identify_payment

router = page_router(prefix="/duties/treasury")

PAGE: Final = "dues/treasury.html"
HERE: Final = "/duties/treasury"
ROWS_MAX: Final = 100
LATE: Final = ("late", say("Late"))
EVERYONE: Final = ("all", say("Everyone"))

Which = Literal["late", "current", "pending", "grace", "lapsed", "all"]


class GuideForm(Shape):
    """Where members send money."""

    text: str = Field(default="", max_length=GUIDE_LENGTH_MAX)


class OwnerForm(Shape):
    """Whose money it is: an address or a payment reference; nothing if it is a gift."""

    who: str = Field(default="", max_length=200)
    gift: bool = False


class ClosingForm(Shape):
    """Whether a month is closed for good, or only a warning is given."""

    soft: bool = False


@router.get("")
def show(
    request: Request,
    actor: TreasurerDep,
    session: SessionDep,
    clock: ClockDep,
    which: Which = "late",
    find: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show the roll, and what waits for the treasurer."""
    around = _around(session, actor, now=clock.now(), which=which, find=find)
    return render(request, PAGE, **around)


@router.get("/invoices")
def list_invoices(
    request: Request, actor: TreasurerDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Show what was asked for and has not come, the oldest first."""
    note_look(session, "invoices", actor=actor, now=clock.now())
    invoices = open_invoices(session, today=day_of(clock.now()))
    return render(request, "dues/invoices.html", invoices=invoices)


@router.post("/guide")
def say_where_to_pay(
    request: Request,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Say where members send money."""
    try:
        set_guide(session, sent.read(GuideForm).text, actor=actor, now=clock.now())
    except Invalid as fault:
        return sent.again(PAGE, fault, **_around(session, actor, now=clock.now()))
    return after_post(request, to=HERE, said=say("Members read this from now on."))


@router.post("/payments/{payment}/owner")
def find_owner(
    request: Request,
    payment: str,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Recognise money that came without a name."""
    form, now, payment_id = sent.read(OwnerForm), clock.now(), read_id(payment)
    if form.gift:
        identify_donation(session, payment_id, actor=actor, now=now)
        return after_post(request, to=HERE, said=say("It is in the books as a gift."))
    try:
        member = find_payer(session, form.who)
    except Invalid as fault:
        return sent.again(PAGE, fault, **_around(session, actor, now=now))
    identify_payment(session, payment_id, member_id=member.id, actor=actor, now=now)
    return after_post(request, to=HERE, said=say("It is in the books, and the receipt is sent."))


@router.post("/payments/{payment}/back")
def take_back(
    request: Request,
    payment: str,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Take a payment back that was written down by mistake."""
    take_back_payment(session, read_id(payment), actor=actor, now=clock.now())
    return after_post(
        request, to=HERE, said=say("Taken back: a second entry undoes the first one.")
    )


@router.post("/periods/{month}/close")
def close(
    request: Request,
    month: MonthInPath,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Close a month of the books."""
    soft = sent.read(ClosingForm).soft
    close_month(session, month, soft=soft, actor=actor, now=clock.now())
    return after_post(
        request, to=HERE, said=say("The books up to {day} are closed.", day=month.last)
    )


def _around(
    session: Session, actor: Actor, *, now: datetime, which: Which = "late", find: str = ""
) -> dict[str, Any]:
    note_look(session, "roll", actor=actor, now=now)
    rows, today, currency = read_roll(session, now=now), day_of(now), currency_of(session)
    guide, book = guide_of(session), live_book(session)
    shown = [row for row in rows if _is_asked_for(row, which, find.strip().casefold())]
    return {
        "tally": tally(rows),
        "members": len(rows),
        "ages": ages(rows, currency=currency, today=today),
        "rows": shown[:ROWS_MAX],
        "rest": max(0, len(shown) - ROWS_MAX),
        "today": today,
        "currency": currency,
        "standings": STANDINGS,
        "choices": [LATE, *((s, STANDINGS[s]) for s in ROLL_STANDINGS), EVERYONE],
        "asked": filled_with(which=which, find=find),
        "guide": guide.text if guide else "",
        "suspense": unidentified(session),
        "latest": latest_payments(session),
        "ways": WAYS,
        "closable": closable_months(session, now=now),
        "closed": closed_through(session, book.id),
    }


def _is_asked_for(row: RollRow, which: Which, find: str) -> bool:
    """Return whether the row was asked for: by standing, and by a part of name or address."""
    named = f"{row.account.name} @{row.account.username}".casefold()
    if find and find not in named:
        return False
    if which == "late":
        return row.standing in (Standing.GRACE, Standing.LAPSED)
    return which == "all" or row.standing == which
