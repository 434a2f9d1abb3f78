"""The co-op's money as everybody sees it: what is held, how long it lasts, whence and whereto."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.chain import head_of
from app.core.records import Record
from dues.billing.models import Payment, PaymentState
from dues.calendar import Month, day_of
from dues.ledger.arithmetic import AccountKind
from dues.ledger.chart import holds_money, live_book
from dues.ledger.models import Book
from dues.ledger.periods import closed_through
from dues.ledger.statements import Balance, MonthFlow, flows, trial_balance, turnover
from dues.money import Money
from dues.reading.movements import TOLD_FROM, Movement, movements

SHOWN_MONTHS = 12
COST_MONTHS = 6  # How many full months the average cost is taken from.
LAST_MOVEMENTS = 12


class Reserve(Record):
    """How long what is held lasts if nobody pays any more, and how that was reckoned."""

    months: int
    cost: Money  # Of a month, on average.
    over: int  # From how many full months.


class Places(Record):
    """What is held, and where."""

    held: Money
    places: Sequence[Balance]


class Books(Record):
    """What the page of the books tells."""

    currency: str
    at: datetime
    held: Money
    places: Sequence[Balance]
    reserve: Reserve | None
    months: Sequence[MonthFlow]
    income: Sequence[Balance]  # As credits: a positive sum is income.
    spending: Sequence[Balance]
    payers: int | None  # Who paid within these months; told from five on.
    closed: Month | None
    head_seq: int
    head_hash: str
    last: Sequence[Movement]


def read_books(session: Session, *, now: datetime) -> Books:
    """Return the books. Raises: NotFound before the co-op is founded."""
    book, this = live_book(session), Month.of(day_of(now))
    first = max(this.plus(1 - SHOWN_MONTHS), Month.of(day_of(book.opened_at)))
    months = _months(first, this)
    here, head = _places(session, book), head_of(session, book.chain)
    income = turnover(session, AccountKind.INCOME, book_id=book.id, first=first, last=this)
    spent = turnover(session, AccountKind.EXPENSES, book_id=book.id, first=first, last=this)
    recent = movements(session, book.id, first=this.plus(-2).first, last=this.last)
    return Books(
        currency=book.currency,
        at=now,
        held=here.held,
        places=here.places,
        reserve=reserve_of(session, book, held=here.held, now=now),
        months=flows(session, book_id=book.id, currency=book.currency, months=months),
        income=[Balance(row.code, row.kind, -row.balance) for row in income if row.balance],
        spending=[row for row in spent if row.balance],
        payers=_payers(session, book, since=first),
        closed=closed_through(session, book.id),
        head_seq=head.seq,
        head_hash=head.hash,
        last=[row for row in recent if row.held][:LAST_MOVEMENTS],
    )


def held_by(session: Session, book: Book) -> Money:
    """Return what the co-op holds in all places of money."""
    return _places(session, book).held


def reserve_of(session: Session, book: Book, *, held: Money, now: datetime) -> Reserve | None:
    """Return how long `held` lasts; None while no full month has cost anything."""
    this = Month.of(day_of(now))
    first = max(this.plus(-COST_MONTHS), Month.of(day_of(book.opened_at)))
    months = _months(first, this.plus(-1))
    if not months:
        return None
    found = flows(session, book_id=book.id, currency=book.currency, months=months)
    out = sum(flow.went_out.minor for flow in found)
    if out <= 0:
        return None
    cost = Money(out // len(months), book.currency)
    return Reserve(max(0, held.minor) * len(months) // out, cost, len(months))


def _months(first: Month, last: Month) -> list[Month]:
    months = []
    while first <= last:
        months.append(first)
        first = first.plus(1)
    return months


def _places(session: Session, book: Book) -> Places:
    rows = [row for row in trial_balance(session, book.id) if holds_money(row.code)]
    ours = [row for row in rows if row.balance.currency == book.currency]
    held = Money(sum(row.balance.minor for row in ours), book.currency)
    return Places(held, [row for row in rows if row.balance])


def _payers(session: Session, book: Book, *, since: Month) -> int | None:
    kept = (Payment.book_id == book.id, Payment.state == PaymentState.KEPT)
    paid = select(func.count(Payment.member_id.distinct())).where(
        *kept, Payment.received_on >= since.first
    )
    count = session.scalar(paid) or 0
    return count if count >= TOLD_FROM else None
