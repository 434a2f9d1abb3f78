"""What must hold in the books at any time, asked of the tables directly.

The triggers keep most of it; a nightly duty and the property tests ask all the same, because a
restored or repaired database has not passed through them. Numbers: dues, 3.4.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from sqlalchemy import Float, case, func, select, text
from sqlalchemy.orm import Session

from app.core import chain
from app.core.orm import Base
from app.core.records import Record
from dues.ledger.arithmetic import Line
from dues.ledger.models import Book, JournalEntry, LedgerAccount, MonthBalance, Posting
from dues.ledger.posting import payload_of
from dues.ledger.rules import MONTH
from dues.ledger.statements import CHANGE
from dues.money import Money

BATCH = 1000


class Breach(Record):
    """An invariant that does not hold, and where."""

    invariant: int
    what: str


Check: TypeAlias = Callable[[Session, Book], Iterator[Breach]]


def breaches(session: Session, book: Book) -> list[Breach]:
    """Return everything that does not hold in the book; nothing, if all is well."""
    return [breach for check in CHECKS for breach in check(session, book)]


def verify_book(session: Session, book: Book) -> chain.Fault | None:
    """Replay the book's chain and compare each entry with what was sealed.

    Returns the first fault, or None.
    """
    if fault := chain.verify(session, book.chain):
        return fault
    seq = 0
    while links := chain.entries(session, book.chain, after=seq, limit=BATCH):
        entries = _entries(session, book, first=links[0].seq, last=links[-1].seq)
        lines = _lines(session, [entry.id for entry in entries.values()])
        for link in links:
            if reason := _difference(link, entries.get(link.seq), lines):
                return chain.Fault(book.chain, link.seq, reason)
        seq = links[-1].seq
    posted = select(func.count()).where(
        JournalEntry.book_id == book.id, JournalEntry.posted_seq > seq
    )
    if session.scalar(posted):
        return chain.Fault(book.chain, seq + 1, "the books have an entry that was never sealed")
    return None


def _entries(session: Session, book: Book, *, first: int, last: int) -> dict[int, JournalEntry]:
    rows = session.scalars(
        select(JournalEntry).where(
            JournalEntry.book_id == book.id, JournalEntry.posted_seq.between(first, last)
        )
    )
    return {entry.posted_seq: entry for entry in rows if entry.posted_seq is not None}


def _lines(session: Session, entry_ids: Sequence[int]) -> dict[int, list[Line]]:
    rows = session.execute(
        select(Posting.entry_id, LedgerAccount.code, Posting.amount_minor, Posting.currency)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.entry_id.in_(entry_ids))
    )
    found: dict[int, list[Line]] = {entry_id: [] for entry_id in entry_ids}
    for entry_id, code, minor, currency in rows:
        found[entry_id].append(Line(code, Money(minor, currency)))
    return found


def _difference(
    link: chain.ChainEntry, entry: JournalEntry | None, lines: dict[int, list[Line]]
) -> str | None:
    if entry is None:
        return "the books lack an entry that was sealed"
    said = (str(entry.kind), payload_of(entry, lines[entry.id]), entry.recorded_at)
    if said != (link.kind, link.payload, link.at):
        return "the entry is not what was sealed"
    if (entry.prev_hash, entry.hash) != (link.prev_hash, link.hash):
        return "the entry carries another hash than its link"
    return None


def _entries_balance(session: Session, book: Book) -> Iterator[Breach]:
    rows = session.execute(
        select(JournalEntry.id, Posting.currency)
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .where(JournalEntry.book_id == book.id, JournalEntry.posted_seq.is_not(None))
        .group_by(JournalEntry.id, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
    )
    for entry_id, currency in rows:
        yield Breach(1, f"entry {entry_id} does not balance in {currency}")


def _all_is_posted(session: Session, book: Book) -> Iterator[Breach]:
    open_ones = select(JournalEntry.id).where(
        JournalEntry.book_id == book.id, JournalEntry.posted_seq.is_(None)
    )
    for entry_id in session.scalars(open_ones):
        yield Breach(2, f"entry {entry_id} was never posted")


def _lines_sum_to_zero(session: Session, book: Book) -> Iterator[Breach]:
    rows = session.execute(
        select(LedgerAccount.currency, func.sum(CHANGE))
        .join(MonthBalance, MonthBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.book_id == book.id)
        .group_by(LedgerAccount.currency)
        .having(func.sum(CHANGE) != 0)
    )
    for currency, minor in rows:
        yield Breach(3, f"all accounts together hold {minor} {currency}")


def _months_are_the_lines(session: Session, book: Book) -> Iterator[Breach]:
    dialect = session.get_bind().dialect.name
    number = MONTH[dialect].replace("NEW.", "postings.")
    raw = session.execute(
        text(
            f"SELECT postings.account_id, {number} AS month, sum(amount_minor) "  # noqa: S608
            "FROM postings JOIN journal_entries ON journal_entries.id = postings.entry_id "
            "WHERE journal_entries.book_id = :book AND posted_seq IS NOT NULL "
            "GROUP BY postings.account_id, month"
        ),
        {"book": book.id},
    )
    kept = session.execute(
        select(MonthBalance.account_id, MonthBalance.month, CHANGE).where(
            MonthBalance.book_id == book.id
        )
    )
    from_lines = {(account, month): int(minor) for account, month, minor in raw}
    from_table = {(account, month): int(minor) for account, month, minor in kept}
    for key in sorted(from_lines.keys() | from_table.keys()):
        if from_lines.get(key) != from_table.get(key):
            yield Breach(4, f"account {key[0]} in {key[1]}: the balance is not its lines' sum")


def _chain_holds(session: Session, book: Book) -> Iterator[Breach]:
    if fault := verify_book(session, book):
        yield Breach(5, f"entry number {fault.seq}: {fault.reason}")


def _nothing_is_late(session: Session, book: Book) -> Iterator[Breach]:
    dialect = session.get_bind().dialect.name
    number = MONTH[dialect].replace("NEW.", "journal_entries.")
    late = session.execute(
        text(
            "SELECT journal_entries.id FROM journal_entries JOIN ledger_periods "  # noqa: S608
            "ON ledger_periods.book_id = journal_entries.book_id AND state = 'closed' "
            f"AND ledger_periods.month >= {number} WHERE journal_entries.book_id = :book "
            "AND recorded_at > closed_at"
        ),
        {"book": book.id},
    )
    for (entry_id,) in late:
        yield Breach(7, f"entry {entry_id} was written into a closed month")


def _members_owe_no_less_than_nothing(session: Session, book: Book) -> Iterator[Breach]:
    """Nobody's receivable is below zero, nor is what they paid ahead: money went astray."""
    sign = case((LedgerAccount.code.startswith("Assets:"), 1), else_=-1)
    rows = session.execute(
        select(LedgerAccount.code)
        .join(MonthBalance, MonthBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.book_id == book.id, LedgerAccount.member_key.is_not(None))
        .group_by(LedgerAccount.code)
        .having(func.sum(CHANGE * sign) < 0)
    )
    for (code,) in rows:
        yield Breach(13, f"{code} has the wrong sign")


def _money_is_whole(_session: Session, _book: Book) -> Iterator[Breach]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Float):
                yield Breach(22, f"{table.name}.{column.name} is no whole number")


CHECKS: Sequence[Check] = (
    _entries_balance,
    _all_is_posted,
    _lines_sum_to_zero,
    _months_are_the_lines,
    _chain_holds,
    _nothing_is_late,
    _members_owe_no_less_than_nothing,
    _money_is_whole,
)
