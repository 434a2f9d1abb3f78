"""A member's dues, for them to take along: what they chose, what was asked, what they paid."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.archive import Owner, PackedFile, csv_file
from app.core.storage import Storage
from app.members.models import Coverage
from dues.billing.models import FreePlace, Invoice, Payment, Pledge, Receipt
from dues.money import Money, decimal_text


def pack_dues(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield the member's pledge, $0 places, coverage, invoices, payments and receipts."""
    me = owner.member_id
    yield csv_file(
        "dues/pledge.csv",
        ("amount", "currency", "cadence", "state", "chosen_at"),
        (
            (*_amount(one.amount), one.cadence, one.state, one.chosen_at.isoformat())
            for one in session.scalars(select(Pledge).where(Pledge.member_id == me))
        ),
    )
    yield csv_file(
        "dues/free_places.csv",
        ("starts_on", "ends_on", "taken_at", "given_up_at"),
        _free_places(session, me),
    )
    yield csv_file("dues/coverage.csv", ("starts_on", "ends_on", "from"), _coverage(session, me))
    yield csv_file(
        "dues/invoices.csv",
        ("reference", "amount", "currency", "period_start", "period_end", "due_on", "state"),
        _invoices(session, me),
    )
    yield csv_file(
        "dues/payments.csv",
        ("received_on", "amount", "currency", "way", "state"),
        _payments(session, me),
    )
    yield csv_file(
        "dues/receipts.csv",
        ("number", "amount", "currency", "issued_at", "voided_at"),
        _receipts(session, me),
    )


def _free_places(session: Session, member_id: int) -> Iterator[Sequence[str]]:
    mine = select(FreePlace).where(FreePlace.member_id == member_id)
    for one in session.scalars(mine.order_by(FreePlace.starts_on, FreePlace.id)):
        given_up = one.ended_at.isoformat() if one.ended_at else ""
        yield (
            one.starts_on.isoformat(),
            one.ends_on.isoformat(),
            one.taken_at.isoformat(),
            given_up,
        )


def _coverage(session: Session, member_id: int) -> Iterator[Sequence[str]]:
    mine = select(Coverage).where(Coverage.member_id == member_id)
    for one in session.scalars(mine.order_by(Coverage.starts_on, Coverage.id)):
        yield one.starts_on.isoformat(), one.ends_on.isoformat(), one.source


def _invoices(session: Session, member_id: int) -> Iterator[Sequence[str]]:
    mine = select(Invoice).where(Invoice.member_id == member_id).order_by(Invoice.id)
    for one in session.scalars(mine):
        period = one.period_start.isoformat(), one.period_end.isoformat(), one.due_on.isoformat()
        yield one.reference, *_amount(one.amount), *period, one.state


def _payments(session: Session, member_id: int) -> Iterator[Sequence[str]]:
    mine = select(Payment).where(Payment.member_id == member_id).order_by(Payment.id)
    for one in session.scalars(mine):
        yield one.received_on.isoformat(), *_amount(one.amount), one.way, one.state


def _receipts(session: Session, member_id: int) -> Iterator[Sequence[str]]:
    mine = select(Receipt).where(Receipt.member_id == member_id).order_by(Receipt.id)
    for one in session.scalars(mine):
        voided = one.voided_at.isoformat() if one.voided_at else ""
        money = Money(one.amount_minor, one.currency)
        yield one.label, *_amount(money), one.issued_at.isoformat(), voided


def _amount(money: Money) -> tuple[str, str]:
    return decimal_text(money), money.currency
