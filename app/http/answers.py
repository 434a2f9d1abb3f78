"""Answers to calls that may be sent twice, kept for a while; `app.http.idempotency` fills them."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.ids import new_id
from app.core.orm import Base

KEPT_FOR: Final = timedelta(days=7)
FORGOTTEN_AT_ONCE: Final = 100


class StoredAnswer(Base):
    """What a call with a key was answered. Written in the transaction of what the call did."""

    __tablename__ = "stored_answers"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    caller: Mapped[str] = mapped_column(String(64))  # Signatures under the caller's keys, as
    key: Mapped[str] = mapped_column(String(64))  # are these two.
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    sealed: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)  # To the hour.


def forget_old_answers(session: Session, *, now: datetime) -> None:
    """Remove some answers, of whomever, that are older than KEPT_FOR."""
    old = select(StoredAnswer.id).where(StoredAnswer.created_at < now - KEPT_FOR)
    # Rows that another call is removing are left to it, so that the two never wait in a circle.
    some = old.limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(StoredAnswer).where(StoredAnswer.id.in_(session.scalars(some).all())))
