"""The tables of billing. Who a member key stands for is kept here, outside the books."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base, refuse_changes
from dues.money import Money
from dues.plans import Cadence, Terms
from dues.references import Reference


class MemberKey(Base):
    """The pseudonym under which a member stands in the books.

    Erasing a person deletes this row: the books stay whole, and nobody knows any more who it was.
    """

    __tablename__ = "member_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)


class DuesPlan(Base):
    """A version of what the co-op suggests; written by founding and by decisions only."""

    __tablename__ = "dues_plans"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    monthly_minor: Mapped[int]
    currency: Mapped[str]
    cadence: Mapped[Cadence]
    effective_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(default=None)  # None: the founding.

    @property
    def terms(self) -> Terms:
        """What the plan says."""
        return Terms(Money(self.monthly_minor, self.currency), self.cadence)


refuse_changes(DuesPlan, because="a version of the dues is never changed")


class PledgeState(StrEnum):
    """Whether a member wants to be asked for dues."""

    ACTIVE = "active"
    STOPPED = "stopped"


class Pledge(Base):
    """What a member chose to pay, and how often. Always more than nothing."""

    __tablename__ = "pledges"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="not_nothing"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    amount_minor: Mapped[int]  # For each period.
    currency: Mapped[str]
    cadence: Mapped[Cadence]
    anchor_on: Mapped[date | None] = mapped_column(default=None)  # Since the first payment.
    state: Mapped[PledgeState]
    chosen_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What is paid for each period."""
        return Money(self.amount_minor, self.currency)


class FreePlace(Base):
    """A year's membership for nothing, taken by the member's own word, without a reason.

    Nothing outside the dues office tells it from a paid one: no invoice, no entry, no list.
    """

    __tablename__ = "free_places"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_its_start"),
        Index("ix_free_places_member_id_ends_on", "member_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)  # Given up before its end.


class InvoiceState(StrEnum):
    """Where an invoice stands; what is paid of it says the rest."""

    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    REFUNDED = "refunded"


class Invoice(Base):
    """Dues asked for one period: one that is not void for each period, one open for a member."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("book_id", "year", "number"),
        CheckConstraint("amount_minor > 0", name="not_nothing"),
        CheckConstraint("period_end > period_start", name="ends_after_its_start"),
        Index(
            "uq_invoices_member_id_period_start",
            "member_id",
            "period_start",
            unique=True,
            sqlite_where=text("state NOT IN ('void', 'refunded')"),
            postgresql_where=text("state NOT IN ('void', 'refunded')"),
        ),
        Index(
            "uq_invoices_member_id_open",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_invoices_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    year: Mapped[int]
    number: Mapped[int]  # Without a gap within its year.
    amount_minor: Mapped[int]
    currency: Mapped[str]
    cadence: Mapped[Cadence]
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_on: Mapped[date]
    grace_days: Mapped[int]
    state: Mapped[InvoiceState]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def amount(self) -> Money:
        """What is asked for."""
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """What to write on a transfer."""
        return str(Reference(self.year, self.number))


class Way(StrEnum):
    """How money came or went by hand."""

    TRANSFER = "transfer"
    CASH = "cash"
    CHEQUE = "cheque"


class PaymentState(StrEnum):
    """Whose money it is."""

    KEPT = "kept"  # A member's.
    UNIDENTIFIED = "unidentified"
    DONATED = "donated"
    TAKEN_BACK = "taken_back"  # It was a slip of the pen.


class Payment(Base):
    """Money that came in and that an officer wrote down. `note` and evidence are private."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="not_nothing"),
        CheckConstraint("member_id IS NOT NULL OR state <> 'kept'", name="kept_has_a_member"),
        UniqueConstraint("book_id", "request_key"),
        Index("ix_payments_state_received_on", "state", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    way: Mapped[Way]
    received_on: Mapped[date]
    statement_ref: Mapped[str] = mapped_column(default="")  # Where the bank's paper has it.
    note: Mapped[str] = mapped_column(default="")
    evidence_key: Mapped[str | None] = mapped_column(default=None)
    evidence_type: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[PaymentState]
    request_key: Mapped[str | None] = mapped_column(default=None)  # Of the form that was sent.
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entries.id"), default=None)
    identified_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("journal_entries.id"), default=None
    )

    @property
    def amount(self) -> Money:
        """What came."""
        return Money(self.amount_minor, self.currency)


class Allocation(Base):
    """What of a payment settles an invoice; what is left of it was paid ahead."""

    __tablename__ = "allocations"
    __table_args__ = (
        UniqueConstraint("payment_id", "invoice_id"),
        CheckConstraint("amount_minor > 0", name="not_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    amount_minor: Mapped[int]


class Refund(Base):
    """Money that went back to whoever paid it: out of what was ahead, out of dues, or unknown."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("ahead_minor >= 0 AND dues_minor >= 0", name="not_negative"),
        CheckConstraint("ahead_minor + dues_minor > 0", name="not_nothing"),
        CheckConstraint("dues_minor = 0 OR invoice_id IS NOT NULL", name="dues_have_an_invoice"),
        UniqueConstraint("payment_id", "request_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("invoices.id"), index=True, default=None
    )
    ahead_minor: Mapped[int]  # Of prepaid or unidentified money.
    dues_minor: Mapped[int]  # Of what settled the invoice.
    way: Mapped[Way]
    returned_on: Mapped[date]
    request_key: Mapped[str | None] = mapped_column(default=None)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entries.id"), default=None)


class Receipt(Base):
    """The paper for a payment. Numbers have no gap within a year; a void one keeps its number."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("book_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    year: Mapped[int]
    number: Mapped[int]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    good_until: Mapped[date | None] = mapped_column(default=None)
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def label(self) -> str:
        """The number as it stands on the paper."""
        return f"{self.year}-{self.number:04d}"


class ReminderAbout(StrEnum):
    """What a reminder is about."""

    INVOICE = "invoice"
    PLACE = "place"
    WELCOME = "welcome"  # The end of the provisional days; the id is the member's.


class Reminder(Base):
    """That we wrote, or chose not to write any more, on one occasion; the key keeps it to once."""

    __tablename__ = "reminders"

    about: Mapped[ReminderAbout] = mapped_column(primary_key=True)
    about_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class PayingGuide(Base):
    """What members read about where to send money. The newest version counts."""

    __tablename__ = "paying_guides"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    by_member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


refuse_changes(PayingGuide, because="a guide to paying is replaced by a new one")


class Expense(Base):
    """Money that the co-op spent. `memo` is public; the evidence is private."""

    __tablename__ = "expenses"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="not_nothing"),
        UniqueConstraint("book_id", "request_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    account: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    way: Mapped[Way]
    paid_on: Mapped[date]
    memo: Mapped[str]
    taken_back_at: Mapped[datetime | None] = mapped_column(default=None)
    decision_id: Mapped[int | None] = mapped_column(default=None)
    evidence_key: Mapped[str | None] = mapped_column(default=None)
    evidence_type: Mapped[str | None] = mapped_column(default=None)
    request_key: Mapped[str | None] = mapped_column(default=None)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entries.id"), default=None)


class BookCheck(Base):
    """What the nightly check of a book found; an empty list is what it should find."""

    __tablename__ = "book_checks"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    checked_at: Mapped[datetime]
    found: Mapped[list[str]]
