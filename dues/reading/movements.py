"""The entries of the books as anybody may read them: no names, no pseudonyms.

What touches single members is added up by month and kind, and how many members it were is told
from five on: a neighbour who knows that one person paid in cash must not read how much.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.records import Record
from app.core.sheets import csv_text, harmless
from dues.calendar import Month
from dues.ledger import recipes
from dues.ledger.arithmetic import EntryKind, Line
from dues.ledger.chart import OF_MEMBERS, holds_money, public_code
from dues.ledger.models import JournalEntry, LedgerAccount, Posting
from dues.money import Money, decimal_text

TOLD_FROM = 5
CSV_HEAD = (
    "month",
    "day",
    "kind",
    "account",
    "amount",
    "currency",
    "members",
    "memo",
    "decision",
    "entry",
    "hash",
)


class Movement(Record):
    """An entry, or all entries of one kind that touch members in a month."""

    month: Month
    on: date | None  # None for what is added up.
    kind: EntryKind
    lines: Sequence[Line]
    members: int | None = None  # Told from five on.
    memo: str = ""
    decision_id: int | None = None
    seq: int | None = None
    hash: str | None = None

    @property
    def held(self) -> int:
        """What it changed in what the co-op holds, in minor units."""
        return sum(line.money.minor for line in self.lines if holds_money(line.account))


@dataclass(slots=True)
class _Sum:
    """What is being added up for one month and kind."""

    keys: set[str] = field(default_factory=set)
    minor: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, lines: Sequence[Line]) -> None:
        """Add an entry's lines."""
        for line in lines:
            self.minor[public_code(line.account), line.money.currency] += line.money.minor
            if line.account.startswith(OF_MEMBERS):
                self.keys.add(line.account.rpartition(":")[2])

    def lines(self) -> list[Line]:
        """Return the sums, without what came to nothing."""
        return [
            Line(code, Money(minor, currency))
            for (code, currency), minor in sorted(self.minor.items())
            if minor
        ]


def movements(session: Session, book_id: int, *, first: date, last: date) -> list[Movement]:
    """Return what happened in the books from `first` to `last`, newest first."""
    found: list[Movement] = []
    sums: dict[tuple[Month, EntryKind], _Sum] = defaultdict(_Sum)
    for entry, lines in _entries(session, book_id, first=first, last=last):
        month = Month.of(entry.effective_on)
        # Returned dues touch no account of a member, and are one member's money all the same.
        is_personal = entry.kind is EntryKind.REFUND
        if is_personal or any(_is_personal(line.account) for line in lines):
            sums[month, entry.kind].add(lines)
        else:
            found.append(_alone(entry, month, lines))
    for (month, kind), summed in sums.items():
        members = len(summed.keys) if len(summed.keys) >= TOLD_FROM else None
        found.append(Movement(month, None, kind, summed.lines(), members))
    return sorted(found, key=lambda m: (m.month, m.on or m.month.last, m.seq or 0), reverse=True)


def as_csv(rows: Sequence[Movement]) -> str:
    """Return movements as CSV, one row for each line, oldest first."""
    return csv_text(CSV_HEAD, _csv_rows(reversed(rows)))


def _csv_rows(rows: Iterator[Movement]) -> Iterator[Sequence[str]]:
    for row in rows:
        for line in row.lines:
            yield (
                str(row.month),
                _or_nothing(row.on),
                str(row.kind),
                line.account,
                decimal_text(line.money),
                line.money.currency,
                _or_nothing(row.members),
                harmless(row.memo),
                _or_nothing(row.decision_id),
                _or_nothing(row.seq),
                _or_nothing(row.hash),
            )


def _or_nothing(value: Any) -> str:
    return "" if value is None else str(value)


def _alone(entry: JournalEntry, month: Month, lines: Sequence[Line]) -> Movement:
    return Movement(
        month=month,
        on=entry.effective_on,
        kind=entry.kind,
        lines=lines,
        memo=entry.memo,
        decision_id=entry.decision_id,
        seq=entry.posted_seq,
        hash=entry.hash,
    )


def _is_personal(account: str) -> bool:
    return account.startswith(OF_MEMBERS) or account == recipes.SUSPENSE


def _entries(
    session: Session, book_id: int, *, first: date, last: date
) -> Iterator[tuple[JournalEntry, list[Line]]]:
    wanted = (
        JournalEntry.book_id == book_id,
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
    lines: dict[int, list[Line]] = defaultdict(list)
    for entry_id, code, minor, currency in rows:
        lines[entry_id].append(Line(code, Money(minor, currency)))
    for entry in session.scalars(select(JournalEntry).where(*wanted)):
        yield entry, lines[entry.id]
