"""The table of notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base
from app.notifications.kinds import NoticeKind


class Notice(Base):
    """Something that concerns an account. Ids are a small sequence, which phones can count."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_account_id", "account_id", "id"),
        Index("ix_notices_status_id", "status_id"),
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
    created_at: Mapped[datetime]
