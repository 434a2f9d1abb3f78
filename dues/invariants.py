"""What must hold between billing, coverage and the books; with what must hold in the books.

Numbers: dues, 3.4.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from sqlalchemy import and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.members.models import Coverage, Member
from app.members.standing import Source
from app.members.states import MemberState
from dues.billing.models import (
    Allocation,
    FreePlace,
    Invoice,
    InvoiceState,
    MemberKey,
    Payment,
    PaymentState,
    Refund,
)
from dues.ledger import invariants, recipes
from dues.ledger.chart import has_books, live_book
from dues.ledger.invariants import Breach
from dues.ledger.models import Book
from dues.ledger.statements import Balance, trial_balance

Check: TypeAlias = Callable[[Session, Book], Iterator[Breach]]


def broken(session: Session, book: Book) -> list[Breach]:
    """Return everything that does not hold; nothing, if all is well."""
    found = [breach for check in CHECKS for breach in check(session, book)]
    return invariants.breaches(session, book) + found


def differences(session: Session) -> Iterator[str]:
    """Yield in a sentence each what does not hold; nothing before the co-op is founded."""
    if has_books(session):
        yield from (breach.what for breach in broken(session, live_book(session)))


def _payments_are_not_overspent(session: Session, book: Book) -> Iterator[Breach]:
    for payment_id, _, waiting in _waiting(session, book):
        if waiting < 0:
            yield Breach(13, f"payment {payment_id} was spent twice")


def _paid_means_settled(session: Session, book: Book) -> Iterator[Breach]:
    for invoice_id, state, asked, settled in _invoices(session, book):
        is_closed = state in (InvoiceState.PAID, InvoiceState.REFUNDED)
        if settled > asked or (state is not InvoiceState.VOID and is_closed != (settled == asked)):
            yield Breach(14, f"invoice {invoice_id} is {state}: {settled} of {asked} settled")
        if state is InvoiceState.VOID and settled:
            yield Breach(14, f"invoice {invoice_id} is void and holds money")


def _coverage_does_not_overlap(session: Session, _book: Book) -> Iterator[Breach]:
    bought = (Source.PAYMENT, Source.WAIVER)
    rows = session.execute(
        select(Coverage.member_id, Coverage.starts_on, Coverage.ends_on)
        .where(Coverage.source.in_(bought), Coverage.starts_on < Coverage.ends_on)
        .order_by(Coverage.member_id, Coverage.starts_on)
    ).all()
    for one, two in pairwise(rows):
        if one.member_id == two.member_id and two.starts_on < one.ends_on:
            yield Breach(15, f"member {one.member_id} is covered twice from {two.starts_on}")


def _refunds_stay_within_payments(session: Session, book: Book) -> Iterator[Breach]:
    returned = func.sum(Refund.ahead_minor + Refund.dues_minor)
    rows = session.execute(
        select(Payment.id)
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Payment.book_id == book.id)
        .group_by(Payment.id, Payment.amount_minor)
        .having(returned > Payment.amount_minor)
    )
    for (payment_id,) in rows:
        yield Breach(17, f"more than payment {payment_id} went back")


def _who_left_owes_nothing(session: Session, book: Book) -> Iterator[Breach]:
    left = session.scalars(
        select(MemberKey.key)
        .join(Member, Member.id == MemberKey.member_id)
        .where(Member.state == MemberState.LEFT)
    )
    owed = {row.code for row in trial_balance(session, book.id) if row.balance}
    for key in left:
        if recipes.receivable_of(key) in owed:
            yield Breach(20, f"{key} left and still owes")


def _payments_buy_coverage(session: Session, book: Book) -> Iterator[Breach]:
    """Each paid invoice covers its member for its period, once."""
    covers = and_(
        Coverage.source == Source.PAYMENT,
        Coverage.source_id == Invoice.id,
        Coverage.member_id == Invoice.member_id,
        Coverage.starts_on == Invoice.period_start,
        Coverage.ends_on == Invoice.period_end,
    )
    uncovered = select(Invoice.id).outerjoin(Coverage, covers)
    is_paid = (Invoice.book_id == book.id, Invoice.state == InvoiceState.PAID)
    for invoice_id in session.scalars(uncovered.where(*is_paid, Coverage.id.is_(None))):
        yield Breach(14, f"invoice {invoice_id} is paid and covers nobody")


def _coverage_was_bought(session: Session, _book: Book) -> Iterator[Breach]:
    """What covers a member comes of an invoice that was paid, or of a $0 place, and no longer."""
    invoice = and_(
        Coverage.source == Source.PAYMENT,
        Invoice.id == Coverage.source_id,
        Invoice.member_id == Coverage.member_id,
        Invoice.state.in_((InvoiceState.PAID, InvoiceState.REFUNDED)),
        Invoice.period_start == Coverage.starts_on,
        Invoice.period_end >= Coverage.ends_on,
    )
    place = and_(
        Coverage.source == Source.WAIVER,
        FreePlace.id == Coverage.source_id,
        FreePlace.member_id == Coverage.member_id,
        FreePlace.starts_on == Coverage.starts_on,
        FreePlace.ends_on >= Coverage.ends_on,
    )
    groundless = (
        select(Coverage.member_id, Coverage.starts_on)
        .outerjoin(Invoice, invoice)
        .outerjoin(FreePlace, place)
        .where(
            Coverage.source.in_((Source.PAYMENT, Source.WAIVER)),
            Coverage.starts_on < Coverage.ends_on,
            Invoice.id.is_(None),
            FreePlace.id.is_(None),
        )
        .order_by(Coverage.id)
    )
    for member_id, starts_on in session.execute(groundless):
        yield Breach(15, f"member {member_id} is covered from {starts_on} by nothing")


def _books_know_what_billing_knows(session: Session, book: Book) -> Iterator[Breach]:
    """What each member owes are their open invoices, and what is prepaid is what waits."""
    rows = trial_balance(session, book.id)
    yield from _owed_is_asked(session, book, rows)
    ahead = -sum(r.balance.minor for r in rows if r.code.startswith(recipes.PREPAID))
    suspense = -sum(r.balance.minor for r in rows if r.code == recipes.SUSPENSE)
    rows_of = list(_waiting(session, book))
    waiting = sum(minor for _, state, minor in rows_of if state is PaymentState.KEPT)
    unknown = sum(minor for _, state, minor in rows_of if state is PaymentState.UNIDENTIFIED)
    if (ahead, suspense) != (waiting, unknown):
        yield Breach(13, f"the books keep {ahead} and {suspense}, payments {waiting}, {unknown}")


def _owed_is_asked(session: Session, book: Book, rows: Sequence[Balance]) -> Iterator[Breach]:
    owed = {r.code: r.balance.minor for r in rows if r.code.startswith(recipes.RECEIVABLE)}
    settled = _sums(session, Allocation.invoice_id, Allocation.amount_minor)
    asked_of = session.execute(
        select(MemberKey.key, Invoice.id, Invoice.amount_minor)
        .join(Invoice, Invoice.member_id == MemberKey.member_id)
        .where(Invoice.book_id == book.id, Invoice.state == InvoiceState.OPEN)
    )
    asked = {
        recipes.receivable_of(key): minor - settled.get(invoice_id, 0)
        for key, invoice_id, minor in asked_of
    }
    for code in sorted(owed.keys() | asked.keys()):
        if (here := owed.get(code, 0)) != (there := asked.get(code, 0)):
            yield Breach(14, f"{code} holds {here}, and its open invoice asks for {there}")


def _invoices(session: Session, book: Book) -> Iterator[tuple[int, InvoiceState, int, int]]:
    """Yield each invoice's id, state, amount, and what of it is settled."""
    settled = _sums(session, Allocation.invoice_id, Allocation.amount_minor)
    rows = session.execute(
        select(Invoice.id, Invoice.state, Invoice.amount_minor).where(Invoice.book_id == book.id)
    )
    for invoice_id, state, amount in rows:
        yield invoice_id, state, amount, settled.get(invoice_id, 0)


def _waiting(session: Session, book: Book) -> Iterator[tuple[int, PaymentState, int]]:
    """Yield each payment's id, state, and what of it waits."""
    used = _sums(session, Allocation.payment_id, Allocation.amount_minor)
    back = _sums(session, Refund.payment_id, Refund.ahead_minor)
    rows = session.execute(
        select(Payment.id, Payment.state, Payment.amount_minor).where(Payment.book_id == book.id)
    )
    for payment_id, state, amount in rows:
        yield payment_id, state, amount - used.get(payment_id, 0) - back.get(payment_id, 0)


def _sums(
    session: Session, key: InstrumentedAttribute[int], amount: InstrumentedAttribute[int]
) -> Mapping[int, int]:
    rows = session.execute(select(key, func.sum(amount)).group_by(key))
    return {one: int(total) for one, total in rows}


CHECKS: Sequence[Check] = (
    _payments_are_not_overspent,
    _paid_means_settled,
    _coverage_does_not_overlap,
    _payments_buy_coverage,
    _coverage_was_bought,
    _refunds_stay_within_payments,
    _who_left_owes_nothing,
    _books_know_what_billing_knows,
)
