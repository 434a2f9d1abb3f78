"""What a member's money does: it settles the open invoice, or the next one, or waits.

Callers hold the member and the books (`keys.hold`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy.orm import Session

from dues.billing.invoices import allocate, close_if_settled, count_as_whole, open_invoice
from dues.billing.keys import key_of
from dues.billing.models import Invoice, InvoiceState, Payment, PaymentState, Pledge, PledgeState
from dues.billing.schedule import FIRST_DUE_DAYS
from dues.billing.sums import open_invoice_of, paid_until, unpaid_of, waiting_of
from dues.calendar import day_of
from dues.ledger.arithmetic import Draft
from dues.ledger.models import Book, JournalEntry
from dues.ledger.posting import post_entry
from dues.money import Money
from dues.plans import GRACE_DAYS, Cadence

# Makes the draft from the member's key, what settles an invoice, and what waits.
Recipe: TypeAlias = Callable[[str, Money, Money], Draft]


def settle_payment(
    session: Session,
    book: Book,
    payment: Payment,
    recipe: Recipe,
    *,
    member_id: int,
    as_whole: bool,
    actor: str,
    now: datetime,
) -> tuple[JournalEntry, Invoice | None]:
    """Give the payment to the member; return its entry, and the invoice that it settles.

    `as_whole`: what came counts as the whole. The payment counts from the day on which it came.
    """
    # Not the member's before: a new invoice would take it for money that was paid ahead.
    invoice = open_invoice_of(session, member_id)
    if invoice is None:
        invoice = _next(session, book, payment, member_id=member_id, now=now)
    payment.member_id, payment.state = member_id, PaymentState.KEPT
    amount = waiting_of(session, payment)
    settled = Money(0, payment.currency)
    if invoice is not None and invoice.state is InvoiceState.OPEN:
        settled = min(amount, unpaid_of(session, invoice), key=lambda money: money.minor)
    draft = recipe(key_of(session, member_id), settled, amount - settled)
    entry = post_entry(session, draft, book_id=book.id, actor=actor, now=now)
    if invoice is not None and settled:
        allocate(session, invoice, payment, settled)
        if as_whole:
            count_as_whole(session, book, invoice, actor=actor, now=now)
        close_if_settled(session, invoice, paid_on=payment.received_on, now=now)
    return entry, invoice


def _next(
    session: Session, book: Book, payment: Payment, *, member_id: int, now: datetime
) -> Invoice | None:
    """Ask for the next period if what covers the member is over; else the money waits."""
    until = paid_until(session, member_id)
    if until is not None and until > day_of(now):
        return None
    pledge = _pledge_for(session, payment, member_id=member_id, now=now)
    is_late = until is not None and payment.received_on < until + timedelta(
        days=GRACE_DAYS[pledge.cadence]
    )
    starts_on = until if is_late and until is not None else payment.received_on
    due_on = until if is_late and until is not None else day_of(now) + timedelta(FIRST_DUE_DAYS)
    return open_invoice(
        session, book, pledge, starts_on=starts_on, due_on=due_on, is_told=False, now=now
    )


def _pledge_for(session: Session, payment: Payment, *, member_id: int, now: datetime) -> Pledge:
    """Return the member's pledge, taken up again if they had stopped.

    Who never chose pledges what they paid: any amount makes a full member.
    """
    pledge = session.get(Pledge, member_id)
    if pledge is None:
        pledge = Pledge(
            member_id=member_id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            cadence=Cadence.YEARLY,
            chosen_at=now,
        )
        session.add(pledge)
    pledge.state = PledgeState.ACTIVE
    session.flush()
    return pledge
