"""What members choose: an amount and how often, a $0 place, or to stop."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.words import say
from app.members.models import Member
from dues.billing.invoices import open_invoice, owe_renewal, void_invoice
from dues.billing.keys import hold
from dues.billing.models import FreePlace, Invoice, Pledge, PledgeState
from dues.billing.places import add_place
from dues.billing.schedule import first_due_on, occasions
from dues.billing.sums import open_invoice_of, paid_until, unpaid_of
from dues.calendar import day_of
from dues.ledger.models import Book
from dues.money import Money, check_amount
from dues.plans import GRACE_DAYS, MONTHS, Cadence


def choose_dues(
    session: Session, member_id: int, *, amount: Money, cadence: Cadence, now: datetime
) -> Pledge:
    """Choose what to pay for each period, from now on; the invoice for it opens if it is time.

    An open invoice that nobody has paid yet takes the new amount. What is paid in part or whole
    stays; the choice then counts from the next period.

    Raises: NotFound; Invalid if the amount is not positive or has another currency.
    """
    book = hold(session, member_id)
    if amount.currency != book.currency:
        fault = say("Dues are paid in {currency}.", currency=book.currency)
        raise Invalid(fault, currency=fault)
    check_amount(amount.minor, amount.currency)
    pledge = session.get(Pledge, member_id)
    if pledge is None:
        pledge = Pledge(member_id=member_id, currency=amount.currency, state=PledgeState.ACTIVE)
        session.add(pledge)
    is_same = pledge.state is PledgeState.ACTIVE and (pledge.amount_minor, pledge.cadence) == (
        amount.minor,
        cadence,
    )
    pledge.amount_minor, pledge.cadence, pledge.chosen_at = amount.minor, cadence, now
    pledge.state = PledgeState.ACTIVE
    session.flush()
    _ask(session, book, pledge, is_same=is_same, now=now)
    return pledge


def take_free_place(session: Session, member_id: int, *, now: datetime) -> FreePlace:
    """Take or renew a $0 place. What was asked for and not paid is not asked for any more.

    Raises: NotFound.
    """
    book = hold(session, member_id)
    _stop(session, book, member_id, now=now)
    until = paid_until(session, member_id)
    return add_place(session, member_id, paid_until=until, now=now)


def stop_dues(session: Session, member_id: int, *, now: datetime) -> None:
    """Stop paying: nothing is asked for any more, and what is paid lasts to its end.

    Raises: NotFound.
    """
    _stop(session, hold(session, member_id), member_id, now=now)


def _stop(session: Session, book: Book, member_id: int, *, now: datetime) -> None:
    pledge = session.get(Pledge, member_id)
    if pledge is not None:
        pledge.state = PledgeState.STOPPED
    invoice = open_invoice_of(session, member_id)
    if invoice is not None:
        void_invoice(session, book, invoice, now=now)


def _ask(session: Session, book: Book, pledge: Pledge, *, is_same: bool, now: datetime) -> None:
    """Open, replace or owe the invoice that follows from a choice."""
    invoice, today = open_invoice_of(session, pledge.member_id), day_of(now)
    if invoice is not None:
        if not is_same and unpaid_of(session, invoice) == invoice.amount:
            _replace(session, book, pledge, invoice, now=now)
        return
    until = paid_until(session, pledge.member_id)
    grace = timedelta(days=GRACE_DAYS[pledge.cadence])
    if until is None or until + grace <= today:
        due_on = first_due_on(chosen_on=today, provisional_until=_provisional(session, pledge))
        open_invoice(session, book, pledge, starts_on=today, due_on=due_on, now=now)
        return
    first = occasions(until, grace_days=grace.days, months=MONTHS[pledge.cadence])[0]
    if first.on <= today:
        open_invoice(session, book, pledge, starts_on=until, due_on=until, now=now)
    else:
        owe_renewal(session, pledge, due_on=until)


def _replace(
    session: Session, book: Book, pledge: Pledge, invoice: Invoice, *, now: datetime
) -> None:
    starts_on, due_on = invoice.period_start, invoice.due_on
    void_invoice(session, book, invoice, now=now)
    session.flush()  # The old one makes room for the new one.
    open_invoice(session, book, pledge, starts_on=starts_on, due_on=due_on, now=now)


def _provisional(session: Session, pledge: Pledge) -> date:
    member = session.get_one(Member, pledge.member_id)
    joined = member.joined_at or pledge.chosen_at
    return day_of(joined) + timedelta(days=member.provisional_days)
