"""What paying shows on pages that are not its own: what is due, the money, the price."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.http.panels import Drawer, MoneyLine, Need, Price
from app.members.actor import Actor, Verb, may
from app.members.standing import PROVISIONAL_DAYS, Standing
from dues.billing.plan import plan_at
from dues.calendar import day_of
from dues.ledger.chart import has_books, live_book
from dues.money import said
from dues.reading.books import held_by, reserve_of
from dues.reading.mine import MyDues, my_dues
from dues.reading.roll import unidentified

MY_DUES: Final = "/settings/membership"
BOOKS: Final = "/coop/money"
TREASURY: Final = "/duties/treasury"
SOON: Final = timedelta(days=14)


def needs(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return what of their dues needs the member, and what waits for the treasurer."""
    if not has_books(session):
        return ()
    found = []
    if may(actor, Verb.PAY) and (own := _own(my_dues(session, actor.member_id, now=now), now)):
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


def price(session: Session, now: datetime) -> Price | None:
    """Return what membership costs, as it is suggested now."""
    if not has_books(session):
        return None
    monthly = plan_at(session, now).terms.monthly
    return Price(monthly.minor, monthly.currency, PROVISIONAL_DAYS)


def _own(mine: MyDues, now: datetime) -> Need | None:
    today = day_of(now)
    if mine.invoice is not None and mine.unpaid is not None:
        due_on, amount = mine.invoice.due_on, said(mine.unpaid)
        text = say(
            "Due on {day}, with the reference {ref}.", day=due_on, ref=mine.invoice.reference
        )
        title, at = say("Your dues: {amount}", amount=amount), _noon(due_on)
        return Need(title, text, MY_DUES, say("How to pay"), icon="coin", due_at=at)
    if mine.pledge is not None or mine.place is not None:
        return None
    if mine.standing is Standing.PENDING and mine.provisional_until - today <= SOON:
        text = say("You owe nothing until {day}. $0 is fine too.", day=mine.provisional_until)
        at = _noon(mine.provisional_until)
        return Need(_choose(), text, MY_DUES, say("Choose"), icon="coin", due_at=at)
    if mine.standing is Standing.LAPSED:
        text = say("Your vote rests until you choose. $0 is fine too.")
        return Need(_choose(), text, MY_DUES, say("Choose"), icon="coin")
    return None


def _choose() -> Words:
    return say("Choose what you pay")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
