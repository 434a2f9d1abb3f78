"""The table of devices that want to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base
from app.notifications.push.names import PushPolicy


class PushSubscription(Base):
    """A device that a program registered; it goes with the program's token.

    Ids are a small sequence, which programs read as numbers. The token lies sealed beside the
    keys, because a push carries it: programs know by it whose account it is about.
    """

    __tablename__ = "push_subscriptions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(
        ForeignKey("access_tokens.id", ondelete="CASCADE"), unique=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    endpoint: Mapped[str]
    sealed: Mapped[str]  # The token and the device's two keys.
    standard: Mapped[bool]
    alerts: Mapped[dict[str, Any]]  # By the names of ALERTS.
    policy: Mapped[PushPolicy]
    created_at: Mapped[datetime]
    # What is gathered for it: until when, and from which notice on.
    gathers_until: Mapped[datetime | None] = mapped_column(default=None)
    gathers_from_id: Mapped[int | None] = mapped_column(default=None)
