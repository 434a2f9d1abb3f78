"""Receipts: one for each payment of a member, numbered without a gap within a year."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from dues.billing.models import Payment, Receipt
from dues.calendar import day_of
from dues.ledger.models import Book
from dues.owed import RECEIPT, OfReceipt


def issue_receipt(
    session: Session, book: Book, payment: Payment, *, good_until: date | None, now: datetime
) -> Receipt:
    """Number a receipt for the payment and owe the mail with it; the caller holds the books."""
    assert payment.member_id is not None
    year = day_of(now).year
    last = select(func.max(Receipt.number)).where(Receipt.book_id == book.id, Receipt.year == year)
    receipt = Receipt(
        book_id=book.id,
        year=year,
        number=(session.scalar(last) or 0) + 1,
        payment_id=payment.id,
        member_id=payment.member_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        good_until=good_until,
        issued_at=now,
    )
    session.add(receipt)
    session.flush()  # To learn its key.
    schedule(session, RECEIPT, OfReceipt(receipt_id=receipt.id), due_at=now)
    return receipt


def void_receipts(session: Session, payment: Payment, *, now: datetime) -> None:
    """Void what was issued for the payment; numbers stay taken."""
    standing = select(Receipt).where(Receipt.payment_id == payment.id, Receipt.voided_at.is_(None))
    for receipt in session.scalars(standing):
        receipt.voided_at = now
