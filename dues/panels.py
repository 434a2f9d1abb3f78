"""What paying shows on pages that are not its own: what is due, the money, the price."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.http.panels import Date, Drawer, MoneyLine, Need, Price
from app.members.actor import Actor, Verb, may
from app.members.models import Member
from app.members.queries import standing_at
from app.members.standing import PROVISIONAL_DAYS, Standing
from dues.billing.models import Invoice, Pledge, PledgeState
from dues.billing.places import place_of
from dues.billing.plan import plan_at
from dues.billing.sums import open_invoice_of, unpaid_of
from dues.billing.timely import provisional_until
from dues.calendar import Month, day_of
from dues.ledger.chart import has_books, live_book
from dues.money import Money, said
from dues.reading.books import held_by, reserve_of
from dues.reading.roll import unidentified

MY_DUES: Final = "/settings/membership"
BOOKS: Final = "/coop/money"
TREASURY: Final = "/duties/treasury"
SOON: Final = timedelta(days=14)


def needs(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return what of their dues needs the member, and what waits for the treasurer."""
    found = []
    if may(actor, Verb.PAY) and (own := _own(session, actor.member_id, now)):
        found.append(own)
    if may(actor, Verb.KEEP_BOOKS) and unidentified(session):
        found.append(
            Need(
                say("Money came without a name"),
                say("Find out whose it is, or write it down as a gift."),
                TREASURY,
                say("Look"),
                icon="coin",
            )
        )
    return found


def drawers(session: Session, actor: Actor, _now: datetime) -> Sequence[Drawer]:
    """Offer the treasury to the treasurer."""
    if not may(actor, Verb.KEEP_BOOKS) or not has_books(session):
        return ()
    waiting = bool(unidentified(session))
    text = (
        say("money came whose name is to be found") if waiting else say("the roll and the books")
    )
    return [Drawer(say("Treasury"), text, TREASURY, waits=waiting, icon="books")]


def money(session: Session, now: datetime) -> MoneyLine | None:
    """Return the co-op's money in one sentence."""
    if not has_books(session):
        return None
    book = live_book(session)
    held = held_by(session, book)
    reserve = reserve_of(session, book, held=held, now=now)
    if reserve is None:
        return MoneyLine(say("We hold {sum}.", sum=said(held)), BOOKS)
    text = say("We hold {sum}, enough for {n} months.", sum=said(held), n=reserve.months)
    return MoneyLine(text, BOOKS)


def dates(session: Session, now: datetime) -> Sequence[Date]:
    """Return when this month is over, so that its books can be closed."""
    if not has_books(session):
        return ()
    this = Month.of(day_of(now))
    at = datetime.combine(this.plus(1).first, time(), UTC)
    title = say("The books up to {day}", day=this.last)
    return [Date(f"books-{this}", at, say("Can be closed"), title, BOOKS)]


def price(session: Session, now: datetime) -> Price | None:
    """Return what membership costs, as it is suggested now."""
    if not has_books(session):
        return None
    monthly = plan_at(session, now).terms.monthly
    return Price(monthly.minor, monthly.currency, PROVISIONAL_DAYS)


def _own(session: Session, member_id: int, now: datetime) -> Need | None:
    """Return what the member has to pay, or to choose; home asks for it on every visit."""
    invoice = open_invoice_of(session, member_id)
    if invoice is not None:
        return _to_pay(invoice, unpaid_of(session, invoice))
    pledge = session.get(Pledge, member_id)
    if pledge is not None and pledge.state is PledgeState.ACTIVE:
        return None
    place = place_of(session, member_id)
    is_free = place is not None and place.ends_on > day_of(now)
    if is_free or not has_books(session):
        return None
    standing = standing_at(session, member_id, at=now)
    free_until = provisional_until(session.get_one(Member, member_id))
    if standing is Standing.PENDING and free_until - day_of(now) <= SOON:
        text = say("You owe nothing until {day}. $0 is fine too.", day=free_until)
        return Need(_choose(), text, MY_DUES, say("Choose"), icon="coin", due_at=_noon(free_until))
    if standing is Standing.LAPSED:
        text = say("Your vote rests until you choose. $0 is fine too.")
        return Need(_choose(), text, MY_DUES, say("Choose"), icon="coin")
    return None


def _to_pay(invoice: Invoice, unpaid: Money) -> Need:
    due_on = invoice.due_on
    text = say("Due on {day}, with the reference {ref}.", day=due_on, ref=invoice.reference)
    title = say("Your dues: {amount}", amount=said(unpaid))
    return Need(title, text, MY_DUES, say("How to pay"), icon="coin", due_at=_noon(due_on))


def _choose() -> Words:
    return say("Choose what you pay")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
