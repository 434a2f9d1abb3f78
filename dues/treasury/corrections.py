"""Putting wrong entries right, and giving money back. Nothing is ever erased from the books."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.members.service import shorten_coverage
from app.members.standing import Source
from dues.billing.invoices import open_invoice, void_invoice
from dues.billing.keys import hold, hold_book, key_of
from dues.billing.models import (
    Allocation,
    Invoice,
    InvoiceState,
    Payment,
    PaymentState,
    Pledge,
    PledgeState,
    Refund,
    Way,
)
from dues.billing.sums import open_invoice_of, waiting_of
from dues.calendar import day_of
from dues.ledger import recipes
from dues.ledger.arithmetic import EntryKind
from dues.ledger.models import Book, JournalEntry
from dues.ledger.posting import lines_of, post_entry, reverse_entry
from dues.money import Money, check_amount
from dues.treasury.receipts import void_receipts
from dues.treasury.received import PLACES


class Returned(Record):
    """Money that goes back. `request_key` is the form's own, so that it counts once."""

    amount: Money
    way: Way
    on: date
    request_key: str | None = None


def take_back_payment(
    session: Session, payment_id: int, *, actor: Actor, now: datetime
) -> Payment:
    """Take a wrongly written payment back, and with it what it paid for.

    Money that was given to a wrong member is unidentified again; other money was never there.
    Its receipt is void and keeps its number.

    Raises: Forbidden; NotFound; Conflict if it was taken back before, or some of it returned.
    """
    require(actor, Verb.KEEP_BOOKS)
    book, payment = _held(session, payment_id)
    if payment.state is PaymentState.TAKEN_BACK:
        raise Conflict(say("This payment was taken back already."))
    if session.scalar(select(Refund.id).where(Refund.payment_id == payment.id).limit(1)):
        raise Conflict(say("Some of this money was returned; it cannot be taken back."))
    by, voided = key_of(session, actor.member_id), []
    if payment.state is PaymentState.KEPT:
        voided = _release(session, book, payment, actor=by, now=now)
    _reverse(session, payment, actor=by, now=now)
    void_receipts(session, payment, now=now)
    session.flush()
    for invoice in voided:
        _ask_again(session, book, invoice, now=now)
    _note(session, "dues.payment_taken_back", payment, actor=actor, now=now)
    return payment


def record_refund(
    session: Session, payment_id: int, returned: Returned, *, actor: Actor, now: datetime
) -> Refund:
    """Write down that money went back: first what was paid ahead, then the newest paid dues.

    Dues that went back in full cover nothing from that day on, and no more are asked for.

    Raises: Forbidden; NotFound; Invalid if it is more than there is to return.
    """
    require(actor, Verb.KEEP_BOOKS)
    book, payment = _held(session, payment_id)
    check_amount(returned.amount.minor, returned.amount.currency)
    if (before := _returned_before(session, payment, returned)) is not None:
        return before
    refund = _split(session, payment, returned, actor=actor, now=now)
    session.add(refund)
    session.flush()  # To learn its key.
    draft = recipes.money_returned(
        refund.id,
        out_of=PLACES[refund.way],
        parts=_parts(session, payment, refund),
        on=returned.on,
    )
    by = key_of(session, actor.member_id)
    refund.entry_id = post_entry(session, draft, book_id=book.id, actor=by, now=now).id
    if refund.invoice_id is not None:
        _after_refund(session, book, session.get_one(Invoice, refund.invoice_id), refund, now=now)
    _note(session, "dues.refund_recorded", payment, actor=actor, now=now)
    return refund


def _held(session: Session, payment_id: int) -> tuple[Book, Payment]:
    """Hold the member and the books, then the payment, read anew."""
    found = session.get(Payment, payment_id)
    if found is None:
        raise NotFound(say("There is no such payment."))
    member_id = found.member_id
    book = hold_book(session) if member_id is None else hold(session, member_id)
    payment = lock(session, Payment, payment_id)
    assert payment is not None
    if payment.member_id != member_id:
        raise Conflict(say("Somebody else is working on this payment. Look at it again."))
    return book, payment


def _release(
    session: Session, book: Book, payment: Payment, *, actor: str, now: datetime
) -> list[Invoice]:
    """Undo what the payment paid for; return the closed invoices, which are void now."""
    voided = []
    _move_back(session, book, payment, actor=actor, now=now)
    shares = session.scalars(select(Allocation).where(Allocation.payment_id == payment.id)).all()
    for share in shares:
        invoice = session.get_one(Invoice, share.invoice_id)
        session.delete(share)
        session.flush()
        if invoice.state is not InvoiceState.OPEN:
            shorten_coverage(
                session,
                source=Source.PAYMENT,
                source_id=invoice.id,
                ends_on=invoice.period_start,
            )
            void_invoice(session, book, invoice, actor=actor, now=now)
            voided.append(invoice)
    return voided


def _move_back(
    session: Session, book: Book, payment: Payment, *, actor: str, now: datetime
) -> None:
    """Let what waits of the payment be as much as its entry says, by moving the difference."""
    assert payment.member_id is not None
    member_key = key_of(session, payment.member_id)
    entry_id = payment.identified_entry_id or payment.entry_id
    assert entry_id is not None
    ahead = recipes.prepaid_of(member_key)
    first = -sum(line.money.minor for line in lines_of(session, entry_id) if line.account == ahead)
    moved = Money(waiting_of(session, payment).minor - first, payment.currency)
    if moved:
        draft = recipes.credit_given_back(
            payment.id,
            attempt=_times(session, payment, EntryKind.ALLOCATION),
            member_key=member_key,
            amount=moved,
            on=day_of(now),
        )
        post_entry(session, draft, book_id=book.id, actor=actor, now=now)


def _ask_again(session: Session, book: Book, invoice: Invoice, *, now: datetime) -> None:
    """Open a voided invoice's successor, if its member still wants to pay and has none open."""
    pledge = session.get_one(Pledge, invoice.member_id)
    is_wanted = pledge.state is PledgeState.ACTIVE
    if is_wanted and open_invoice_of(session, invoice.member_id) is None:
        open_invoice(
            session,
            book,
            pledge,
            starts_on=invoice.period_start,
            due_on=max(invoice.due_on, day_of(now)),
            now=now,
        )


def _reverse(session: Session, payment: Payment, *, actor: str, now: datetime) -> None:
    entry_id = payment.identified_entry_id or payment.entry_id
    assert entry_id is not None
    reverse_entry(session, entry_id, actor=actor, now=now)
    if payment.identified_entry_id is not None:
        payment.identified_entry_id = None
        payment.state = PaymentState.UNIDENTIFIED
    else:
        payment.state = PaymentState.TAKEN_BACK
    payment.member_id = None


def _split(
    session: Session, payment: Payment, returned: Returned, *, actor: Actor, now: datetime
) -> Refund:
    """Return the refund's row: what it takes of waiting money, and what of which dues.

    Raises: Invalid; Conflict for money that is gone.
    """
    if payment.state in (PaymentState.TAKEN_BACK, PaymentState.DONATED):
        raise Conflict(say("There is nothing to return of this payment."))
    waiting = waiting_of(session, payment).minor
    ahead = min(returned.amount.minor, waiting)
    invoice, most = _newest_paid(session, payment)
    dues = returned.amount.minor - ahead
    if returned.amount.currency != payment.currency or dues > most:
        fault = say("This is more than there is to return.")
        raise Invalid(fault, amount=fault)
    return Refund(
        payment_id=payment.id,
        invoice_id=invoice.id if invoice and dues else None,
        ahead_minor=ahead,
        dues_minor=dues,
        way=returned.way,
        returned_on=returned.on,
        request_key=returned.request_key,
        recorded_by_id=actor.member_id,
        recorded_at=now,
    )


def _newest_paid(session: Session, payment: Payment) -> tuple[Invoice | None, int]:
    """Return the newest paid invoice that the payment settled, and what can be returned of it."""
    row = session.execute(
        select(Invoice, Allocation.amount_minor)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id == payment.id, Invoice.state == InvoiceState.PAID)
        .order_by(Invoice.period_start.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None, 0
    invoice, settled = row
    back = select(func.sum(Refund.dues_minor)).where(
        Refund.payment_id == payment.id, Refund.invoice_id == invoice.id
    )
    return invoice, settled - int(session.scalar(back) or 0)


def _parts(session: Session, payment: Payment, refund: Refund) -> list[tuple[str, Money]]:
    if payment.member_id is None:
        ahead = recipes.SUSPENSE
    else:
        ahead = recipes.prepaid_of(key_of(session, payment.member_id))
    parts = [(ahead, refund.ahead_minor), (recipes.DUES, refund.dues_minor)]
    return [(account, Money(minor, payment.currency)) for account, minor in parts if minor]


def _after_refund(
    session: Session, book: Book, invoice: Invoice, refund: Refund, *, now: datetime
) -> None:
    back = select(func.sum(Refund.dues_minor)).where(Refund.invoice_id == invoice.id)
    if int(session.scalar(back) or 0) < invoice.amount_minor:
        return
    invoice.state, invoice.closed_at = InvoiceState.REFUNDED, now
    shorten_coverage(
        session, source=Source.PAYMENT, source_id=invoice.id, ends_on=refund.returned_on
    )
    session.get_one(Pledge, invoice.member_id).state = PledgeState.STOPPED
    following = open_invoice_of(session, invoice.member_id)
    if following is not None:
        void_invoice(session, book, following, now=now)


def _returned_before(session: Session, payment: Payment, returned: Returned) -> Refund | None:
    if returned.request_key is None:
        return None
    return session.scalar(
        select(Refund).where(
            Refund.payment_id == payment.id, Refund.request_key == returned.request_key
        )
    )


def _times(session: Session, payment: Payment, kind: EntryKind) -> int:
    before = select(func.count()).where(
        JournalEntry.source_type == "payment",
        JournalEntry.source_id == payment.id,
        JournalEntry.kind == kind,
    )
    return session.scalar(before) or 0


def _note(session: Session, kind: str, payment: Payment, *, actor: Actor, now: datetime) -> None:
    note_act(session, kind, now=now, by=str(actor.member_id), payment=str(payment.id))
