"""The tables of reports."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class Category(StrEnum):
    """What a report is about."""

    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"  # Of the house rules that it names.
    OTHER = "other"


class Report(Base):
    """Somebody asks the moderators to look at an account, and perhaps at some of its posts."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("account_id <> target_id", name="not_oneself"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        Index("ix_reports_account_id", "account_id", "id"),
        Index("ix_reports_closed_at", "closed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    comment: Mapped[str]
    category: Mapped[Category]
    rule_ids: Mapped[list[Any]]  # Numbers of house rules, as they stood then.
    forward: Mapped[bool] = mapped_column(default=False)  # To the target's site.
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    answer: Mapped[str] = mapped_column(default="")  # What the reporter is told.


class ReportedStatus(Base):
    """A post that a report is about."""

    __tablename__ = "reported_statuses"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)
