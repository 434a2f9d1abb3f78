"""Taking a stretch of the books out of the database, to be exported."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dues.calendar import Month
from dues.ledger.arithmetic import AccountKind, Line, sums
from dues.ledger.formats import EARLIER, ExportedEntry, Extract
from dues.ledger.models import Book, JournalEntry, LedgerAccount, Posting
from dues.ledger.statements import Balance, trial_balance
from dues.money import Money

PASSING = (AccountKind.INCOME, AccountKind.EXPENSES)
# Another year is a slip of the hand.
YEAR_MIN, YEAR_MAX = 2000, 2199


def extract(session: Session, book: Book, *, title: str, year: int | None = None) -> Extract:
    """Return one year of the books with what stood before it, or all of them."""
    first, last = _span(session, book, year)
    before = trial_balance(session, book.id, through=Month.of(first).plus(-1)) if year else ()
    after = trial_balance(session, book.id, through=Month.of(last))
    opening = _opening(before)
    entries = _entries(session, book, first=first, last=last)
    return Extract(
        title=title,
        currency=book.currency,
        starts_on=first,
        ends_on=last,
        opening=opening,
        entries=entries,
        closing=_closing(after),
    )


def _span(session: Session, book: Book, year: int | None) -> tuple[date, date]:
    if year is not None:
        return date(year, 1, 1), date(year, 12, 31)
    first, last = session.execute(
        select(func.min(JournalEntry.effective_on), func.max(JournalEntry.effective_on)).where(
            JournalEntry.book_id == book.id, JournalEntry.posted_seq.is_not(None)
        )
    ).one()
    opened = book.opened_at.date()
    return min(first or opened, opened), max(last or opened, opened)


def _opening(before: Sequence[Balance]) -> list[Line]:
    """Return the opening lines: income and expenses of earlier years are one line of equity."""
    lasting = [Line(b.code, b.balance) for b in before if b.balance and b.kind not in PASSING]
    return lasting + [
        Line(EARLIER, Money(-minor, currency))
        for currency, minor in sums(lasting).items()
        if minor
    ]


def _closing(after: Sequence[Balance]) -> list[Line]:
    return [Line(b.code, b.balance) for b in after if b.kind not in PASSING]


def _entries(session: Session, book: Book, *, first: date, last: date) -> list[ExportedEntry]:
    wanted = (
        JournalEntry.book_id == book.id,
        JournalEntry.posted_seq.is_not(None),
        JournalEntry.effective_on.between(first, last),
    )
    rows = session.execute(
        select(Posting.entry_id, LedgerAccount.code, Posting.amount_minor, Posting.currency)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(*wanted)
        .order_by(Posting.id)
    )
    lines: dict[int, list[Line]] = {}
    for entry_id, code, minor, currency in rows:
        lines.setdefault(entry_id, []).append(Line(code, Money(minor, currency)))
    found = session.scalars(
        select(JournalEntry)
        .where(*wanted)
        .order_by(JournalEntry.effective_on, JournalEntry.posted_seq)
    )
    return [_exported(entry, lines[entry.id]) for entry in found]


def _exported(entry: JournalEntry, lines: Sequence[Line]) -> ExportedEntry:
    assert entry.posted_seq is not None
    assert entry.hash is not None
    return ExportedEntry(
        seq=entry.posted_seq,
        id=entry.id,
        on=entry.effective_on,
        original_on=entry.original_on,
        recorded_at=entry.recorded_at,
        kind=str(entry.kind),
        memo=entry.memo,
        decision_id=entry.decision_id,
        reverses_id=entry.reverses_id,
        hash=entry.hash,
        lines=lines,
    )
