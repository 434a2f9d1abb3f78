"""What the books say: balances from the month table, lines from the entries."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.core.records import Record
from dues.calendar import Month
from dues.ledger.arithmetic import AccountKind, EntryKind
from dues.ledger.chart import MONEY_PLACES
from dues.ledger.models import JournalEntry, LedgerAccount, MonthBalance, Posting
from dues.money import Money

CHANGE = MonthBalance.debits_minor + MonthBalance.credits_minor + MonthBalance.moved_minor


class Balance(Record):
    """What stands on an account; debits are positive."""

    code: str
    kind: AccountKind
    balance: Money


class MonthFlow(Record):
    """What came in and went out in a month, and what was held at its end."""

    month: Month
    came_in: Money
    went_out: Money
    held: Money


class StatementLine(Record):
    """A line on an account, with the balance after it."""

    seq: int
    on: date
    kind: EntryKind
    memo: str
    amount: Money
    balance: Money


def trial_balance(
    session: Session, book_id: int, *, through: Month | None = None
) -> Sequence[Balance]:
    """Return the balance of each account that was ever used, by code.

    `through`: as it stood at the end of that month.
    """
    summed = (
        select(MonthBalance.account_id, func.sum(CHANGE).label("minor"))
        .where(MonthBalance.book_id == book_id, *_until(through))
        .group_by(MonthBalance.account_id)
        .subquery()
    )
    rows = session.execute(
        select(
            LedgerAccount.code, LedgerAccount.kind, LedgerAccount.currency, summed.c.minor
        ).join(summed, summed.c.account_id == LedgerAccount.id)
    )
    found = [Balance(code, kind, Money(int(minor), cur)) for code, kind, cur, minor in rows]
    return sorted(found, key=lambda row: (row.code, row.balance.currency))


def balance_of(
    session: Session, code: str, *, book_id: int, currency: str, through: Month | None = None
) -> Money:
    """Return what stands on one account; nothing if it was never opened."""
    minor = session.scalar(
        select(func.sum(CHANGE))
        .join(LedgerAccount, LedgerAccount.id == MonthBalance.account_id)
        .where(
            LedgerAccount.book_id == book_id,
            LedgerAccount.code == code,
            LedgerAccount.currency == currency,
            MonthBalance.book_id == book_id,
            *_until(through),
        )
    )
    return Money(int(minor or 0), currency)


def flows(
    session: Session, *, book_id: int, currency: str, months: Sequence[Month]
) -> list[MonthFlow]:
    """Return what came in and went out of all places of money, for months in a row."""
    rows = session.execute(
        select(
            MonthBalance.month,
            func.sum(MonthBalance.debits_minor),
            func.sum(MonthBalance.credits_minor),
            func.sum(CHANGE),
        )
        .join(LedgerAccount, LedgerAccount.id == MonthBalance.account_id)
        .where(MonthBalance.book_id == book_id, *_money_in(currency))
        .group_by(MonthBalance.month)
        .order_by(MonthBalance.month)
    ).all()
    by_month = {number: (int(came), int(went)) for number, came, went, _ in rows}
    held = sum(int(change) for number, *_, change in rows if number < months[0].number)
    changes = {number: int(change) for number, *_, change in rows}
    found = []
    for month in months:
        came, went = by_month.get(month.number, (0, 0))
        held += changes.get(month.number, 0)
        sums = (Money(minor, currency) for minor in (came, -went, held))
        found.append(MonthFlow(month, *sums))
    return found


def turnover(
    session: Session, kind: AccountKind, *, book_id: int, first: Month, last: Month
) -> Sequence[Balance]:
    """Return what income or expenses came to from one month to another, by account."""
    rows = session.execute(
        select(LedgerAccount.code, LedgerAccount.kind, LedgerAccount.currency, func.sum(CHANGE))
        .join(MonthBalance, MonthBalance.account_id == LedgerAccount.id)
        .where(
            MonthBalance.book_id == book_id,
            LedgerAccount.kind == kind,
            MonthBalance.month.between(first.number, last.number),
        )
        .group_by(LedgerAccount.id)
        .order_by(LedgerAccount.code)
    )
    return [Balance(code, kind, Money(int(minor), cur)) for code, kind, cur, minor in rows]


def statement(
    session: Session, code: str, *, book_id: int, currency: str, limit: int = 50
) -> list[StatementLine]:
    """Return an account's newest lines, oldest of them first, each with the balance after it."""
    newest = session.execute(_lines_on(code, book_id=book_id, currency=currency, limit=limit))
    rows = newest.all()
    after = balance_of(session, code, book_id=book_id, currency=currency)
    found = []
    for seq, on, kind, memo, minor in rows:
        assert seq is not None
        amount = Money(minor, currency)
        found.append(StatementLine(seq, on, kind, memo, amount, after))
        after -= amount
    return found[::-1]


def _lines_on(
    code: str, *, book_id: int, currency: str, limit: int
) -> Select[int | None, date, EntryKind, str, int]:
    return (
        select(
            JournalEntry.posted_seq,
            JournalEntry.effective_on,
            JournalEntry.kind,
            JournalEntry.memo,
            Posting.amount_minor,
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(
            LedgerAccount.book_id == book_id,
            LedgerAccount.code == code,
            LedgerAccount.currency == currency,
            JournalEntry.posted_seq.is_not(None),
        )
        .order_by(Posting.effective_on.desc(), Posting.id.desc())
        .limit(limit)
    )


def _until(through: Month | None) -> Sequence[ColumnElement[bool]]:
    return () if through is None else (MonthBalance.month <= through.number,)


def _money_in(currency: str) -> Sequence[ColumnElement[bool]]:
    bank, cash = (LedgerAccount.code.startswith(prefix) for prefix in MONEY_PLACES)
    return (bank | cash, LedgerAccount.currency == currency)
