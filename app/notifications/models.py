"""The tables of notices, of whose are wanted, and of those that are held."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base
from app.notifications.kinds import NoticeKind


class Notice(Base):
    """Something that concerns an account. Ids are a small sequence, which phones can count."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_account_id", "account_id", "id"),
        Index("ix_notices_status_id", "status_id"),
        Index("ix_notices_span", "account_id", "span"),
        Index("ix_notices_sender", "account_id", "from_account_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[NoticeKind]
    from_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    status_id: Mapped[int | None] = mapped_column(default=None)
    proposal_id: Mapped[int | None] = mapped_column(default=None)
    words: Mapped[dict[str, Any] | None] = mapped_column(default=None)  # Message id, parameters.
    url: Mapped[str | None] = mapped_column(default=None)
    held: Mapped[bool] = mapped_column(default=False)  # Shown only to whoever looks for it.
    span: Mapped[int] = mapped_column(default=0)  # The half day in which it may join others.
    created_at: Mapped[datetime]


class NoticePolicy(Base):
    """What an account wants to be told of whom; without a row, everything."""

    __tablename__ = "notice_policies"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    stances: Mapped[dict[str, Any]]  # By the names of `policy.Policy`.


class NoticePermission(Base):
    """An account lets the notices of another through, whatever its policy says."""

    __tablename__ = "notice_permissions"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    from_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    created_at: Mapped[datetime]


class NoticeRequest(Base):
    """Notices of one sender are held for an account, which has not said yet what it wants."""

    __tablename__ = "notice_requests"
    __table_args__ = (UniqueConstraint("account_id", "from_account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    from_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


# What the co-op itself says is for its pages and letters: apps know nothing of it.
tell(
    Notice,
    NewsKind.NOTICE,
    on="INSERT",
    account="NEW.account_id",
    about="NEW.id",
    when="NOT NEW.held AND NEW.from_account_id IS NOT NULL",
)
