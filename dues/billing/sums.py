"""Sums of billing: what of an invoice is unpaid, what of a payment waits, and until when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.members.models import Coverage
from app.members.standing import Source
from dues.billing.models import (
    Allocation,
    Invoice,
    InvoiceState,
    Payment,
    PaymentState,
    Refund,
)
from dues.money import Money


def unpaid_of(session: Session, invoice: Invoice) -> Money:
    """Return what of the invoice is not settled yet."""
    settled = select(func.sum(Allocation.amount_minor)).where(Allocation.invoice_id == invoice.id)
    return invoice.amount - Money(int(session.scalar(settled) or 0), invoice.currency)


def waiting_of(session: Session, payment: Payment) -> Money:
    """Return what of the payment neither settles an invoice nor went back."""
    return waiting_of_all(session, [payment])[payment.id]


def waiting_of_all(session: Session, payments: Sequence[Payment]) -> Mapping[int, Money]:
    """Return by id what of each payment neither settles an invoice nor went back."""
    ids = [payment.id for payment in payments]
    gone: dict[int, int] = defaultdict(int)
    for key, amount in (
        (Allocation.payment_id, Allocation.amount_minor),
        (Refund.payment_id, Refund.ahead_minor),
    ):
        for payment_id, minor in session.execute(
            select(key, func.sum(amount)).where(key.in_(ids)).group_by(key)
        ):
            gone[payment_id] += int(minor)
    return {p.id: Money(p.amount_minor - gone[p.id], p.currency) for p in payments}


def paid_ahead(session: Session, member_id: int) -> Sequence[tuple[Payment, Money]]:
    """Return the member's payments of which something waits, oldest first, with how much."""
    kept = select(Payment).where(
        Payment.member_id == member_id, Payment.state == PaymentState.KEPT
    )
    found = session.scalars(kept.order_by(Payment.received_on, Payment.id)).all()
    waiting = waiting_of_all(session, found)
    return [(payment, waiting[payment.id]) for payment in found if waiting[payment.id]]


def open_invoice_of(session: Session, member_id: int) -> Invoice | None:
    """Return the member's open invoice; there is one at most."""
    return session.scalar(
        select(Invoice).where(Invoice.member_id == member_id, Invoice.state == InvoiceState.OPEN)
    )


def paid_until(session: Session, member_id: int) -> date | None:
    """Return the end of what covers the member beside $0 places, be it over or to come."""
    ends = select(func.max(Coverage.ends_on)).where(
        Coverage.member_id == member_id,
        Coverage.source != Source.WAIVER,
        Coverage.starts_on < Coverage.ends_on,
    )
    return session.scalar(ends)
