"""The tables of the books. The database itself refuses what would make them false.

An entry is written open, gets its lines, and is posted by one UPDATE of `posted_seq`. At that
moment triggers check it as a whole; after it they refuse every change. See `rules.py`.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from dues.ledger.arithmetic import AccountKind, EntryKind


class BookKind(StrEnum):
    """Live money, or the sandbox's, which appears in no report of the live book."""

    LIVE = "live"
    SANDBOX = "sandbox"


class Book(Base):
    """One set of books in one base currency; its row is the lock that writers take turns at."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[BookKind]
    currency: Mapped[str]
    chain: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]


class LedgerAccount(Base):
    """An account of the chart. `member_key` is a pseudonym and not a person."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (UniqueConstraint("book_id", "code", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    code: Mapped[str]
    kind: Mapped[AccountKind]
    currency: Mapped[str]
    member_key: Mapped[str | None] = mapped_column(default=None, index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(default=None)


class JournalEntry(Base):
    """One fact in the books; posted once `posted_seq` numbers it, and never changed after."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("book_id", "idem_key"),
        UniqueConstraint("book_id", "posted_seq"),
        Index("ix_journal_entries_source", "source_type", "source_id"),
        Index("ix_journal_entries_day", "book_id", "effective_on", "posted_seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    idem_key: Mapped[str]
    body_hash: Mapped[str]
    kind: Mapped[EntryKind]
    effective_on: Mapped[date]
    original_on: Mapped[date | None] = mapped_column(default=None)  # Its month was closed.
    recorded_at: Mapped[datetime]
    actor: Mapped[str]  # A member key, or "commonhold" for what falls due by itself.
    source_type: Mapped[str] = mapped_column(default="")
    source_id: Mapped[int | None] = mapped_column(default=None)
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("journal_entries.id"), unique=True, default=None
    )
    decision_id: Mapped[int | None] = mapped_column(default=None)
    memo: Mapped[str] = mapped_column(default="")
    posted_seq: Mapped[int | None] = mapped_column(default=None)
    prev_hash: Mapped[str | None] = mapped_column(default=None)
    hash: Mapped[str | None] = mapped_column(default=None)


class Posting(Base):
    """A line of an entry: debits are positive, credits negative, in minor units."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="not_nothing"),
        Index("ix_postings_account", "account_id", "effective_on", "id"),
        Index("ix_postings_day", "effective_on", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entries.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    effective_on: Mapped[date]


class MonthBalance(Base):
    """What happened on an account in a month, written by the trigger that posts an entry.

    Columns add up to the account's change. Reversals lessen the side that they take back;
    openings and transfers stand apart, for neither is money that came in or went out.
    """

    __tablename__ = "month_balances"
    __table_args__ = {"sqlite_with_rowid": False}

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)  # Such as 202611.
    debits_minor: Mapped[int]
    credits_minor: Mapped[int]
    moved_minor: Mapped[int]


class PeriodState(StrEnum):
    """How far a month of the books is done. Soft: a warning. Closed: nothing is dated in it."""

    OPEN = "open"
    SOFT = "soft"
    CLOSED = "closed"


class LedgerPeriod(Base):
    """A month that somebody closed, or began to; all months before a closed one are closed."""

    __tablename__ = "ledger_periods"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[PeriodState]
    closed_by: Mapped[str | None] = mapped_column(default=None)  # A member key.
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    trial_balance_hash: Mapped[str | None] = mapped_column(default=None)
    reopened_decision_id: Mapped[int | None] = mapped_column(default=None)
