"""Money that came in by hand: written down, recognised as somebody's, or kept apart.

Only officers call these; each act is noted in the audit log, without saying who paid.
"""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.members.models import Member
from app.members.queries import member_by_username
from dues.billing.keys import hold, hold_book, key_of
from dues.billing.models import Invoice, Payment, PaymentState, Way
from dues.billing.settling import Recipe, settle_payment
from dues.billing.sums import paid_until, waiting_of
from dues.calendar import day_of
from dues.ledger import recipes
from dues.ledger.arithmetic import Draft, EntryKind
from dues.ledger.models import Book, JournalEntry
from dues.ledger.posting import post_entry
from dues.money import Money, check_amount
from dues.references import parse_reference
from dues.treasury.evidence import Evidence
from dues.treasury.receipts import issue_receipt

TEXT_LENGTH_MAX = 200
PLACES = {Way.TRANSFER: recipes.BANK, Way.CHEQUE: recipes.BANK, Way.CASH: recipes.CASH}


class Received(Record):
    """Money as an officer has it before them.

    `statement_ref` and `note` are words for officers only. `request_key` is the form's own, so
    that a form sent twice counts once.
    """

    amount: Money
    way: Way
    on: date
    statement_ref: str = ""
    note: str = ""
    evidence: Evidence | None = None
    request_key: str | None = None


def find_payer(session: Session, who: str) -> Member:
    """Return the member whom a payment reference or an address on this site names.

    Raises: Invalid, whose field is `who`.
    """
    member = None
    if reference := parse_reference(who):
        named = (Invoice.year == reference.year, Invoice.number == reference.number)
        of_invoice = select(Member).join(Invoice, Invoice.member_id == Member.id)
        member = session.scalar(of_invoice.where(*named))
    elif name := who.strip().removeprefix("@").partition("@")[0]:
        member = member_by_username(session, name)
    if member is None or member.joined_at is None:
        fault = say("Nobody here has this address or payment reference.")
        raise Invalid(fault, who=fault)
    return member


def record_payment(
    session: Session,
    received: Received,
    *,
    member_id: int,
    as_whole: bool = False,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Write down a member's payment: it settles their open invoice, the rest is paid ahead.

    Whoever is not covered is asked for the next period at the same time, so that one payment
    restores their vote. `as_whole`: what came counts as the whole.

    Raises: Forbidden; NotFound; Invalid; Conflict if the bank's line is in the books already.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold(session, member_id)
    if (before := _sent_before(session, book, received)) is not None:
        return before
    payment = _add(session, book, received, actor=actor, now=now)

    def recipe(member_key: str, settled: Money, ahead: Money) -> Draft:
        return recipes.payment_received(
            payment.id,
            key=f"payment:{payment.id}",
            into=PLACES[payment.way],
            member_key=member_key,
            settled=settled,
            ahead=ahead,
            on=payment.received_on,
        )

    payment.entry_id = _give(
        session,
        book,
        payment,
        recipe,
        member_id=member_id,
        as_whole=as_whole,
        actor=actor,
        now=now,
    )
    _note(session, "dues.payment_recorded", payment, actor=actor, now=now)
    return payment


def record_unidentified(
    session: Session, received: Received, *, actor: Actor, now: datetime
) -> Payment:
    """Write down money of which nobody knows whose it is; it is never refused.

    Raises: Forbidden; Invalid; Conflict if the bank's line is in the books already.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    if (before := _sent_before(session, book, received)) is not None:
        return before
    payment = _add(session, book, received, actor=actor, now=now)
    draft = recipes.money_unidentified(
        payment.id,
        key=f"payment:{payment.id}",
        into=PLACES[payment.way],
        amount=payment.amount,
        on=payment.received_on,
    )
    by = key_of(session, actor.member_id)
    payment.entry_id = post_entry(session, draft, book_id=book.id, actor=by, now=now).id
    _note(session, "dues.payment_recorded", payment, actor=actor, now=now)
    return payment


def identify_payment(
    session: Session,
    payment_id: int,
    *,
    member_id: int,
    as_whole: bool = False,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Recognise unidentified money as a member's: it counts from the day on which it came.

    Raises: Forbidden; NotFound; Conflict if it is not unidentified.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold(session, member_id)
    payment = _unidentified(session, payment_id)
    attempt = _attempts(session, payment)

    def recipe(member_key: str, settled: Money, ahead: Money) -> Draft:
        return recipes.money_identified(
            payment.id,
            attempt=attempt,
            member_key=member_key,
            settled=settled,
            ahead=ahead,
            on=day_of(now),
        )

    payment.identified_entry_id = _give(
        session,
        book,
        payment,
        recipe,
        member_id=member_id,
        as_whole=as_whole,
        actor=actor,
        now=now,
    )
    _note(session, "dues.payment_identified", payment, actor=actor, now=now)
    return payment


def identify_donation(
    session: Session, payment_id: int, *, actor: Actor, now: datetime
) -> Payment:
    """Recognise unidentified money as a gift to the co-op.

    Raises: Forbidden; NotFound; Conflict if it is not unidentified.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    payment = _unidentified(session, payment_id)
    draft = recipes.donation_identified(
        payment.id,
        attempt=_attempts(session, payment),
        amount=waiting_of(session, payment),
        on=day_of(now),
    )
    by = key_of(session, actor.member_id)
    entry = post_entry(session, draft, book_id=book.id, actor=by, now=now)
    payment.identified_entry_id, payment.state = entry.id, PaymentState.DONATED
    _note(session, "dues.payment_identified", payment, actor=actor, now=now)
    return payment


def _give(
    session: Session,
    book: Book,
    payment: Payment,
    recipe: Recipe,
    *,
    member_id: int,
    as_whole: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Give the payment to the member, with a receipt; return its entry's id."""
    entry, invoice = settle_payment(
        session,
        book,
        payment,
        recipe,
        member_id=member_id,
        as_whole=as_whole,
        actor=key_of(session, actor.member_id),
        now=now,
    )
    good_until = paid_until(session, member_id) if invoice is not None else None
    issue_receipt(session, book, payment, good_until=good_until, now=now)
    return entry.id


def _add(
    session: Session, book: Book, received: Received, *, actor: Actor, now: datetime
) -> Payment:
    """Add the row of a payment, still nobody's.

    Raises: Invalid; Conflict if a line of the bank with the same words is there already.
    """
    _check(session, book, received)
    evidence = received.evidence
    payment = Payment(
        book_id=book.id,
        amount_minor=received.amount.minor,
        currency=received.amount.currency,
        way=received.way,
        received_on=received.on,
        statement_ref=_plain(received.statement_ref),
        note=_plain(received.note),
        evidence_key=evidence.key if evidence else None,
        evidence_type=evidence.media_type if evidence else None,
        state=PaymentState.UNIDENTIFIED,
        request_key=received.request_key,
        recorded_by_id=actor.member_id,
        recorded_at=now,
    )
    session.add(payment)
    session.flush()  # To learn its key.
    return payment


def _check(session: Session, book: Book, received: Received) -> None:
    check_amount(received.amount.minor, received.amount.currency)
    if received.amount.currency != book.currency:
        fault = say("These books count in {currency}.", currency=book.currency)
        raise Invalid(fault, currency=fault)
    reference = _plain(received.statement_ref)
    twin = select(Payment.id).where(
        Payment.book_id == book.id,
        Payment.statement_ref == reference,
        Payment.amount_minor == received.amount.minor,
        Payment.received_on == received.on,
        Payment.state != PaymentState.TAKEN_BACK,
    )
    if reference and session.scalar(twin.limit(1)) is not None:
        raise Conflict(say("This line of the statement is in the books already."))


def _sent_before(session: Session, book: Book, received: Received) -> Payment | None:
    """Return what the same form made before. Raises: Conflict if it says something else now."""
    if received.request_key is None:
        return None
    payment = session.scalar(
        select(Payment).where(
            Payment.book_id == book.id, Payment.request_key == received.request_key
        )
    )
    said = (received.amount, received.way, received.on)
    if payment and (payment.amount, payment.way, payment.received_on) != said:
        raise Conflict(say("This form was sent before, with another payment in it."))
    return payment


def _unidentified(session: Session, payment_id: int) -> Payment:
    payment = lock(session, Payment, payment_id)
    if payment is None:
        raise NotFound(say("There is no such payment."))
    if payment.state is not PaymentState.UNIDENTIFIED:
        raise Conflict(say("Somebody has found out already whose money this is."))
    if not waiting_of(session, payment):
        raise Conflict(say("This money was returned."))
    return payment


def _attempts(session: Session, payment: Payment) -> int:
    """Return how often the payment was recognised before, and taken back."""
    before = select(func.count()).where(
        JournalEntry.source_type == "payment",
        JournalEntry.source_id == payment.id,
        JournalEntry.kind.in_((EntryKind.IDENTIFIED, EntryKind.DONATION)),
    )
    return session.scalar(before) or 0


def _note(session: Session, kind: str, payment: Payment, *, actor: Actor, now: datetime) -> None:
    note_act(session, kind, now=now, by=str(actor.member_id), payment=str(payment.id))


def _plain(text: str) -> str:
    return " ".join(text.split())[:TEXT_LENGTH_MAX]
