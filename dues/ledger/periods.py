"""Months of the books: half closed as a warning, closed for good, reopened by a decision."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import Conflict, NotFound
from app.core.orm import lock
from app.core.words import say
from dues.calendar import Month, day_of
from dues.ledger.models import Book, JournalEntry, LedgerPeriod, PeriodState
from dues.ledger.statements import trial_balance


def closed_through(session: Session, book_id: int) -> Month | None:
    """Return the last closed month; all months before it are closed with it."""
    last = select(func.max(LedgerPeriod.month)).where(
        LedgerPeriod.book_id == book_id, LedgerPeriod.state == PeriodState.CLOSED
    )
    number = session.scalar(last)
    return None if number is None else Month.numbered(number)


def first_open_day(closed: Month | None, *, today: date) -> date:
    """Return the day that a late entry gets: today, or the next month's first if need be."""
    return today if closed is None or Month.of(today) > closed else closed.plus(1).first


def close_period(
    session: Session, month: Month, *, book_id: int, actor: str, now: datetime, soft: bool = False
) -> LedgerPeriod:
    """Close a month that is over; with `soft`, only warn that it will be.

    The trial balance at its end is hashed, so that a report of that day can be checked later.

    Raises: NotFound without such a book; Conflict if the month is not over, or closed already.
    """
    if lock(session, Book, book_id) is None:
        raise NotFound(say("There are no such books."))
    if month >= Month.of(day_of(now)):
        raise Conflict(say("This month is not over yet."))
    closed = closed_through(session, book_id)
    if closed is not None and month <= closed:
        raise Conflict(say("This month is closed already."))
    period = session.get(LedgerPeriod, (book_id, month.number))
    if period is None:
        period = LedgerPeriod(book_id=book_id, month=month.number, state=PeriodState.OPEN)
        session.add(period)
    period.state = PeriodState.SOFT if soft else PeriodState.CLOSED
    period.closed_by, period.closed_at = actor, now
    period.trial_balance_hash = trial_balance_hash(session, book_id, through=month)
    period.reopened_decision_id = None
    return period


def reopen_period(
    session: Session, month: Month, *, book_id: int, decision_id: int | None, actor: str
) -> LedgerPeriod:
    """Open the last closed month again, as a decision of the members says.

    Raises: Conflict if it is not the last closed month, or without a decision.
    """
    if decision_id is None:
        raise Conflict(say("A closed month is reopened only by a decision of the members."))
    lock(session, Book, book_id)
    if closed_through(session, book_id) != month:
        raise Conflict(say("Only the month that was closed last can be reopened."))
    period = session.get_one(LedgerPeriod, (book_id, month.number))
    period.reopened_decision_id = decision_id
    period.closed_by = actor
    period.state = PeriodState.SOFT
    return period


def state_of(session: Session, month: Month, *, book_id: int) -> PeriodState:
    """Return how far a month is done."""
    closed = closed_through(session, book_id)
    if closed is not None and month <= closed:
        return PeriodState.CLOSED
    period = session.get(LedgerPeriod, (book_id, month.number))
    return period.state if period else PeriodState.OPEN


def months_with_entries(session: Session, book_id: int) -> list[Month]:
    """Return the months from the first entry to the last one, oldest first."""
    posted = (JournalEntry.book_id == book_id, JournalEntry.posted_seq.is_not(None))
    first = session.scalar(select(func.min(JournalEntry.effective_on)).where(*posted))
    last = session.scalar(select(func.max(JournalEntry.effective_on)).where(*posted))
    if first is None or last is None:
        return []
    month, months = Month.of(first), []
    while month <= Month.of(last):
        months.append(month)
        month = month.plus(1)
    return months


def trial_balance_hash(session: Session, book_id: int, *, through: Month) -> str:
    """Return the hash of all balances at the end of a month."""
    rows = trial_balance(session, book_id, through=through)
    return digest(sorted([r.code, r.balance.currency, r.balance.minor] for r in rows))
