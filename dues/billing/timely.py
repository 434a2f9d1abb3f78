"""What time does to dues: the next invoice, the letters, and the lapse.

A lapse voids the invoice and lets coverage be over. It touches nothing else: no post, no
follower, no login.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.events import publish
from app.core.orm import lock
from app.core.records import Record, field
from app.members.models import Member
from app.members.states import MEMBERS
from dues.billing import invoices, places
from dues.billing.invoices import open_invoice, owe_renewal, void_invoice
from dues.billing.keys import hold
from dues.billing.models import (
    FreePlace,
    Invoice,
    InvoiceState,
    Pledge,
    PledgeState,
    ReminderAbout,
)
from dues.billing.plan import plan_at
from dues.billing.reminding import note_once, owe_next
from dues.billing.schedule import Occasion, Step, latest_occasion, occasions
from dues.billing.sums import open_invoice_of, paid_until, unpaid_of
from dues.calendar import day_of
from dues.events import DuesLapsed
from dues.plans import GRACE_DAYS, MONTHS, Cadence
from dues.treasury.office import guide_of

WELCOME_STEPS = (Step.BEFORE_7, Step.DUE)


class LetterDue(Record):
    """A letter that is to be written to a member now: its template, and what it says."""

    member: Member
    name: str
    context: dict[str, Any] = field(default_factory=dict)


def renew(session: Session, member_id: int, *, due_on: date, now: datetime) -> LetterDue | None:
    """Open the invoice for what is due on `due_on`; return the first letter about it.

    None if things have changed since: the member stopped or left, was asked already, is covered
    otherwise, paid ahead, or now pays so often that it is too early.
    """
    if (member := _member(session, member_id)) is None:
        return None
    book = hold(session, member_id)
    pledge = session.get(Pledge, member_id)
    if pledge is None or pledge.state is not PledgeState.ACTIVE:
        return None
    if open_invoice_of(session, member_id) or paid_until(session, member_id) != due_on:
        return None
    months, grace_days = MONTHS[pledge.cadence], GRACE_DAYS[pledge.cadence]
    if occasions(due_on, grace_days=grace_days, months=months)[0].on > day_of(now):
        owe_renewal(session, pledge, due_on=due_on)
        return None
    invoice = open_invoice(session, book, pledge, starts_on=due_on, due_on=due_on, now=now)
    if invoice.state is not InvoiceState.OPEN:
        return None
    return _about_invoice(session, member, invoice, invoices.letters_about(invoice), now=now)


def invoice_letter(session: Session, invoice_id: int, *, now: datetime) -> LetterDue | None:
    """Return the letter that is to be written about an invoice now, and owe the one after it.

    At the end of grace the invoice is void. None if it is not open any more, or if the letter of
    this occasion was written before.
    """
    found = session.get(Invoice, invoice_id)
    member = None if found is None else _member(session, found.member_id)
    if member is None:
        return None
    book = hold(session, member.id)
    invoice = lock(session, Invoice, invoice_id)
    assert invoice is not None
    if invoice.state is not InvoiceState.OPEN:
        return None
    row = invoices.letters_about(invoice)
    letter = _about_invoice(session, member, invoice, row, now=now)
    if letter is None:
        return None
    owe_next(session, row, about=ReminderAbout.INVOICE, about_id=invoice.id, now=now)
    if letter.context["step"] is Step.END:
        void_invoice(session, book, invoice, now=now)
        publish(session, DuesLapsed(invoice.id, invoice.member_id, now))
    return letter


def place_letter(session: Session, place_id: int, *, now: datetime) -> LetterDue | None:
    """Return the letter that is to be written about the end of a $0 place, and owe the next."""
    place = session.get(FreePlace, place_id)
    member = None if place is None else _member(session, place.member_id)
    if place is None or member is None or _is_followed(session, place):
        return None
    row = places.letters_about(place)
    step = _use(session, row, about=ReminderAbout.PLACE, about_id=place.id, now=now)
    if step is None:
        return None
    owe_next(session, row, about=ReminderAbout.PLACE, about_id=place.id, now=now)
    return LetterDue(member, "dues_place", {"step": step, "until": place.ends_on})


def begin_welcome(session: Session, member_id: int, *, now: datetime) -> None:
    """Owe the letters about the end of a new member's provisional days."""
    member = session.get_one(Member, member_id)
    row = welcome_row(member)
    owe_next(session, row, about=ReminderAbout.WELCOME, about_id=member.id, now=now)


def welcome_letter(session: Session, member_id: int, *, now: datetime) -> LetterDue | None:
    """Return the letter to a member who has not chosen anything yet, and owe the next."""
    member = _member(session, member_id)
    if member is None or _has_chosen(session, member):
        return None
    row = welcome_row(member)
    step = _use(session, row, about=ReminderAbout.WELCOME, about_id=member.id, now=now)
    if step is None:
        return None
    owe_next(session, row, about=ReminderAbout.WELCOME, about_id=member.id, now=now)
    suggested = plan_at(session, now).terms.suggested(Cadence.YEARLY)
    context = {"step": step, "until": provisional_until(member), "suggested": suggested}
    return LetterDue(member, "dues_welcome", context)


def provisional_until(member: Member) -> date:
    """Return the day on which the member's provisional days are over."""
    joined = member.joined_at or member.created_at
    return day_of(joined) + timedelta(days=member.provisional_days)


def welcome_row(member: Member) -> Sequence[Occasion]:
    """Return when we write to a new member who has not chosen anything."""
    until = provisional_until(member)
    row = occasions(until, grace_days=1, months=1)
    return [occasion for occasion in row if occasion.step in WELCOME_STEPS]


def _member(session: Session, member_id: int) -> Member | None:
    """Return the member if they still are one."""
    member = session.get(Member, member_id)
    return member if member is not None and member.state in MEMBERS else None


def _about_invoice(
    session: Session, member: Member, invoice: Invoice, row: Sequence[Occasion], *, now: datetime
) -> LetterDue | None:
    about = ReminderAbout.INVOICE
    step = _use(session, row, about=about, about_id=invoice.id, now=now)
    if step is None:
        return None
    guide = guide_of(session)
    context = {
        "step": step,
        "unpaid": unpaid_of(session, invoice),
        "due_on": invoice.due_on,
        "grace_ends_on": row[-1].on,
        "reference": invoice.reference,
        "guide": guide.text if guide else "",
    }
    return LetterDue(member, "dues_lapsed" if step is Step.END else "dues_due", context)


def _use(
    session: Session,
    row: Sequence[Occasion],
    *,
    about: ReminderAbout,
    about_id: int,
    now: datetime,
) -> Step | None:
    """Use the occasion that has come; None if there is none, or if it was used before."""
    occasion = latest_occasion(row, on=day_of(now))
    if occasion is None:
        return None
    is_new = note_once(session, occasion.step, about=about, about_id=about_id, now=now)
    return occasion.step if is_new else None


def _is_followed(session: Session, place: FreePlace) -> bool:
    """Return whether the place was given up, or something else follows it."""
    if place.ended_at is not None:
        return True
    newest = places.place_of(session, place.member_id)
    until = paid_until(session, place.member_id)
    is_renewed = newest is not None and newest.id != place.id
    return is_renewed or (until is not None and until > place.ends_on)


def _has_chosen(session: Session, member: Member) -> bool:
    return (
        session.get(Pledge, member.id) is not None
        or places.place_of(session, member.id) is not None
        or paid_until(session, member.id) is not None
    )
