"""A member's own dues as they see them: standing in words, what is next, what was paid."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.core.records import Record
from app.core.words import Words, say
from app.members.models import Coverage, Member
from app.members.queries import standing_at
from app.members.standing import Standing
from dues.billing.models import (
    Allocation,
    FreePlace,
    Invoice,
    PayingGuide,
    Payment,
    Pledge,
    PledgeState,
    Receipt,
    Refund,
)
from dues.billing.places import place_of
from dues.billing.plan import plan_at
from dues.billing.sums import open_invoice_of, unpaid_of
from dues.billing.timely import provisional_until
from dues.calendar import day_of
from dues.money import Money
from dues.plans import MONTHS, Cadence, Terms, per_year
from dues.tariff import Tariff, by_hand, net_per_year, tariffs_of
from dues.treasury.office import guide_of

SHOWN_MAX = 40


class MyDues(Record):
    """Everything that a member reads about their own dues."""

    standing: Standing
    until: date | None  # Until when they are covered, or were.
    grace_until: date | None
    provisional_until: date
    terms: Terms
    pledge: Pledge | None  # None as well if they stopped.
    place: FreePlace | None  # The one that runs or is to come.
    invoice: Invoice | None  # The open one.
    unpaid: Money | None
    invoices: Sequence[Invoice]
    receipts: Sequence[Receipt]
    refunds: Mapping[int, Money]  # What went back, by payment.
    guide: PayingGuide | None

    @property
    def next_on(self) -> date | None:
        """When the next payment is due; after a lapse nothing is, until they pay by themselves."""
        if self.invoice is not None:
            return self.invoice.due_on
        is_over = self.pledge is None or self.standing is Standing.LAPSED
        return None if is_over else self.until

    def returned(self, receipt: Receipt) -> Money | None:
        """Return what of a receipt's payment went back; None if nothing did."""
        return self.refunds.get(receipt.payment_id)

    @property
    def yearly(self) -> Money:
        """What their choice makes in a year; the suggestion while they have not chosen."""
        if self.pledge is not None:
            return per_year(self.pledge.amount, self.pledge.cadence)
        return self.terms.suggested(Cadence.YEARLY)

    @property
    def cadence(self) -> Cadence:
        """How often they chose to pay, or what is offered first."""
        return self.pledge.cadence if self.pledge is not None else self.terms.cadence


def my_dues(session: Session, member_id: int, *, now: datetime) -> MyDues:
    """Return the member's dues. Raises: NotFound before the co-op is founded."""
    pledge, invoice = session.get(Pledge, member_id), open_invoice_of(session, member_id)
    place, last = place_of(session, member_id), _last_coverage(session, member_id)
    member = session.get_one(Member, member_id)
    is_active = pledge is not None and pledge.state is PledgeState.ACTIVE
    return MyDues(
        standing=standing_at(session, member_id, at=now),
        until=last.ends_on if last else None,
        grace_until=last.ends_on + timedelta(days=last.grace_days) if last else None,
        provisional_until=provisional_until(member),
        terms=plan_at(session, now).terms,
        pledge=pledge if is_active else None,
        place=place if place and place.ends_on > day_of(now) else None,
        invoice=invoice,
        unpaid=unpaid_of(session, invoice) if invoice else None,
        invoices=_invoices_of(session, member_id),
        receipts=receipts_of(session, member_id),
        refunds=_refunds_of(session, member_id),
        guide=guide_of(session),
    )


def in_words(mine: MyDues) -> Words:
    """Return how the member stands, in one sentence that says what it means for them."""
    if mine.standing is Standing.PENDING:
        return say(
            "Until {day} you owe nothing. Choose by then what you want to pay.",
            day=mine.provisional_until,
        )
    if mine.standing is Standing.LAPSED or mine.until is None:
        return say(
            "Your vote rests. Any amount brings it back, and so does a $0 place. "
            "Everything else is as it was."
        )
    if mine.standing is Standing.GRACE:
        return say(
            "What you paid lasted until {day}. You keep your vote until {grace}.",
            day=mine.until,
            grace=mine.grace_until,
        )
    if mine.standing is Standing.EXEMPT:
        return say("You are a full member until {day} and pay nothing.", day=mine.until)
    return say("You have paid until {day}.", day=mine.until)


def receipts_of(
    session: Session, member_id: int, *, before: int | None = None, limit: int = SHOWN_MAX
) -> Sequence[Receipt]:
    """Return the member's receipts, newest first, from before the id `before`; no void ones."""
    theirs = select(Receipt).where(Receipt.member_id == member_id, Receipt.voided_at.is_(None))
    if before is not None:
        theirs = theirs.where(Receipt.id < before)
    return session.scalars(theirs.order_by(Receipt.id.desc()).limit(limit)).all()


class Paper(Record):
    """A receipt with what it is for."""

    receipt: Receipt
    payment: Payment
    references: Sequence[str]


def paper_of(session: Session, receipt_id: int, *, member_id: int) -> Paper:
    """Return the member's receipt. Raises: NotFound, also for a receipt of somebody else."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None or receipt.member_id != member_id:
        raise NotFound(say("There is no such receipt."))
    settled = select(Invoice).join(Allocation, Allocation.invoice_id == Invoice.id)
    invoices = session.scalars(
        settled.where(Allocation.payment_id == receipt.payment_id).order_by(Invoice.id)
    )
    references = [invoice.reference for invoice in invoices]
    return Paper(receipt, session.get_one(Payment, receipt.payment_id), references)


class Offer(Record):
    """A way to spread a yearly sum, with what reaches the co-op by hand, and by card if known."""

    cadence: Cadence
    each: Money | None  # None if the sum has no even parts.
    by_hand: Money
    by_card: Money | None


def offers_for(yearly: Money) -> Sequence[Offer]:
    """Return how a yearly sum can be spread, the rarest payments first."""
    hand, card = by_hand(yearly.currency), _card(yearly.currency)
    return [
        Offer(
            cadence,
            _even_part(yearly, cadence),
            net_per_year(hand, yearly, cadence),
            net_per_year(card, yearly, cadence) if card else None,
        )
        for cadence in reversed(Cadence)
    ]


def each_payment(yearly: Money, cadence: Cadence) -> Money:
    """Return what a yearly sum is for each payment; nothing is rounded.

    Raises: Invalid, whose field is `other`.
    """
    each = _even_part(yearly, cadence)
    if each is None:
        fault = say("This sum has no even parts. Pay less often, or choose another sum.")
        raise Invalid(fault, other=fault)
    return each


def _even_part(yearly: Money, cadence: Cadence) -> Money | None:
    each, rest = divmod(yearly.minor * MONTHS[cadence], 12)
    return None if rest else Money(each, yearly.currency)


def _card(currency: str) -> Tariff | None:
    return next((t for t in tariffs_of(currency) if t.name == "card"), None)


def _last_coverage(session: Session, member_id: int) -> Coverage | None:
    theirs = select(Coverage).where(
        Coverage.member_id == member_id, Coverage.starts_on < Coverage.ends_on
    )
    return session.scalar(theirs.order_by(Coverage.ends_on.desc()).limit(1))


def _refunds_of(session: Session, member_id: int) -> Mapping[int, Money]:
    rows = session.execute(
        select(Payment.id, Payment.currency, func.sum(Refund.ahead_minor + Refund.dues_minor))
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Payment.member_id == member_id)
        .group_by(Payment.id, Payment.currency)
    )
    return {payment_id: Money(int(minor), currency) for payment_id, currency, minor in rows}


def _invoices_of(session: Session, member_id: int) -> Sequence[Invoice]:
    theirs = select(Invoice).where(Invoice.member_id == member_id)
    newest = theirs.order_by(Invoice.year.desc(), Invoice.number.desc())
    return session.scalars(newest.limit(SHOWN_MAX)).all()
