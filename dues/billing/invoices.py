"""Invoices: opened for one period, settled by what was paid, or void. Dues are never a debt.

Callers hold the member and the books (`keys.hold`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.events import publish
from app.members.service import add_coverage
from app.members.standing import Source
from dues.billing.keys import key_of
from dues.billing.models import (
    Allocation,
    Invoice,
    InvoiceState,
    Payment,
    Pledge,
    ReminderAbout,
)
from dues.billing.places import end_place
from dues.billing.reminding import owe_next
from dues.billing.schedule import Occasion, coverage_bought, occasions
from dues.billing.sums import paid_ahead, paid_until, unpaid_of
from dues.calendar import day_of, period_from
from dues.events import DuesPaid, InvoiceOpened
from dues.ledger import recipes
from dues.ledger.models import Book
from dues.ledger.posting import NOBODY, post_entry
from dues.money import Money
from dues.owed import RENEW, OfRenewal
from dues.plans import GRACE_DAYS, MONTHS


def owe_renewal(session: Session, pledge: Pledge, *, due_on: date) -> None:
    """Owe opening the invoice for what is due on `due_on`, on the day of its first letter."""
    months, grace_days = MONTHS[pledge.cadence], GRACE_DAYS[pledge.cadence]
    opens = occasions(due_on, grace_days=grace_days, months=months)[0]
    owed = OfRenewal(member_id=pledge.member_id, due_on=due_on)
    schedule(session, RENEW, owed, due_at=opens.at)


def open_invoice(
    session: Session,
    book: Book,
    pledge: Pledge,
    *,
    starts_on: date,
    due_on: date,
    is_told: bool = True,
    now: datetime,
) -> Invoice:
    """Ask for one period's dues; what was paid ahead settles it at once, as far as it goes.

    Without `is_told` nobody hears of it: the money for it is there already.
    """
    months, today = MONTHS[pledge.cadence], day_of(now)
    period = period_from(starts_on, anchor=pledge.anchor_on or starts_on, months=months)
    invoice = Invoice(
        book_id=book.id,
        member_id=pledge.member_id,
        year=today.year,
        number=_next_number(session, book, year=today.year),
        amount_minor=pledge.amount_minor,
        currency=pledge.currency,
        cadence=pledge.cadence,
        period_start=period.starts_on,
        period_end=period.ends_on,
        due_on=due_on,
        grace_days=GRACE_DAYS[pledge.cadence],
        state=InvoiceState.OPEN,
        opened_at=now,
    )
    session.add(invoice)
    session.flush()  # To learn its key.
    key = key_of(session, pledge.member_id)
    draft = recipes.invoice_opened(invoice.id, member_key=key, amount=invoice.amount, on=today)
    post_entry(session, draft, book_id=book.id, actor=NOBODY, now=now)
    _use_what_waits(session, book, invoice, now=now)
    if invoice.state is InvoiceState.OPEN:
        remind_of(session, invoice, now=now)
    if is_told and invoice.state is InvoiceState.OPEN:
        opened = InvoiceOpened(invoice.id, invoice.member_id, invoice.amount, due_on, now)
        publish(session, opened)
    return invoice


def letters_about(invoice: Invoice) -> Sequence[Occasion]:
    """Return when we write about an invoice."""
    return occasions(invoice.due_on, grace_days=invoice.grace_days, months=MONTHS[invoice.cadence])


def remind_of(session: Session, invoice: Invoice, *, now: datetime) -> None:
    """Owe the next letter about an open invoice."""
    row = letters_about(invoice)
    owe_next(session, row, about=ReminderAbout.INVOICE, about_id=invoice.id, now=now)


def allocate(session: Session, invoice: Invoice, payment: Payment, money: Money) -> None:
    """Let so much of the payment settle the invoice."""
    assert 0 <= money.minor <= unpaid_of(session, invoice).minor
    if money:
        session.add(
            Allocation(payment_id=payment.id, invoice_id=invoice.id, amount_minor=money.minor)
        )
        session.flush()  # Sums are asked of the database.


def close_if_settled(session: Session, invoice: Invoice, *, paid_on: date, now: datetime) -> None:
    """Close the invoice if nothing of it is open: cover the member, and owe the next one."""
    if invoice.state is not InvoiceState.OPEN or unpaid_of(session, invoice):
        return
    pledge = session.get_one(Pledge, invoice.member_id)
    bought = coverage_bought(
        paid_on=paid_on,
        months=MONTHS[invoice.cadence],
        anchor_on=pledge.anchor_on,
        previous_end=paid_until(session, invoice.member_id),
        grace_days=invoice.grace_days,
    )
    invoice.state, invoice.closed_at = InvoiceState.PAID, now
    invoice.period_start = bought.period.starts_on
    invoice.period_end = bought.period.ends_on
    pledge.anchor_on = bought.anchor_on
    end_place(session, invoice.member_id, on=bought.period.starts_on, now=now)
    add_coverage(
        session,
        member_id=invoice.member_id,
        starts_on=bought.period.starts_on,
        ends_on=bought.period.ends_on,
        grace_days=invoice.grace_days,
        source=Source.PAYMENT,
        source_id=invoice.id,
        now=now,
    )
    owe_renewal(session, pledge, due_on=bought.period.ends_on)
    publish(session, DuesPaid(invoice.id, invoice.member_id, bought.period.ends_on, now))


def count_as_whole(
    session: Session, book: Book, invoice: Invoice, *, actor: str, now: datetime
) -> None:
    """Let what was paid count as the whole; the rest is not asked for any more."""
    unpaid = unpaid_of(session, invoice)
    if not unpaid:
        return
    assert unpaid != invoice.amount, "a payment of nothing is no payment"
    key = key_of(session, invoice.member_id)
    draft = recipes.invoice_reduced(invoice.id, member_key=key, unpaid=unpaid, on=day_of(now))
    post_entry(session, draft, book_id=book.id, actor=actor, now=now)
    invoice.amount_minor -= unpaid.minor


def void_invoice(
    session: Session, book: Book, invoice: Invoice, *, actor: str = NOBODY, now: datetime
) -> None:
    """End an open invoice; what was paid of it becomes money paid ahead."""
    unpaid = unpaid_of(session, invoice)
    draft = recipes.invoice_voided(
        invoice.id,
        member_key=key_of(session, invoice.member_id),
        unpaid=unpaid,
        paid=invoice.amount - unpaid,
        on=day_of(now),
    )
    post_entry(session, draft, book_id=book.id, actor=actor, now=now)
    session.execute(delete(Allocation).where(Allocation.invoice_id == invoice.id))
    invoice.state, invoice.closed_at = InvoiceState.VOID, now


def _use_what_waits(session: Session, book: Book, invoice: Invoice, *, now: datetime) -> None:
    """Settle the invoice from what its member paid ahead."""
    paid_on, used = None, Money(0, invoice.currency)
    for payment, waiting in paid_ahead(session, invoice.member_id):
        part = min(waiting, unpaid_of(session, invoice), key=lambda money: money.minor)
        if not part:
            break
        allocate(session, invoice, payment, part)
        paid_on, used = payment.received_on, used + part
    if paid_on is None:
        return
    key = key_of(session, invoice.member_id)
    draft = recipes.credit_used(invoice.id, member_key=key, amount=used, on=day_of(now))
    post_entry(session, draft, book_id=book.id, actor=NOBODY, now=now)
    close_if_settled(session, invoice, paid_on=day_of(now), now=now)


def _next_number(session: Session, book: Book, *, year: int) -> int:
    # The caller holds the book, so nobody takes the same number meanwhile.
    last = select(func.max(Invoice.number)).where(Invoice.book_id == book.id, Invoice.year == year)
    return (session.scalar(last) or 0) + 1
