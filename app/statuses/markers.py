"""How far somebody has read a list that has an end."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.orm import Base
from app.core.upsert import insert_missing


class Reading(StrEnum):
    """The lists that one reads from where one stopped."""

    HOME = "home"
    NOTIFICATIONS = "notifications"


class Marker(Base):
    """The newest row that an account has read in a list, and when it last said so."""

    __tablename__ = "markers"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    name: Mapped[Reading] = mapped_column(primary_key=True)
    last_read_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


def marker_of(session: Session, account_id: int, name: Reading) -> Marker | None:
    """Return how far the account has read; None if it never said so."""
    return session.get(Marker, (account_id, name))


def mark_read(
    session: Session, account_id: int, name: Reading, *, up_to: int, now: datetime
) -> None:
    """Record that the account has read the list up to the row `up_to`; it never goes back."""
    key = {"account_id": account_id, "name": name}
    if insert_missing(session, Marker, **key, last_read_id=up_to, updated_at=now):
        return
    marker = session.get_one(Marker, (account_id, name), with_for_update=True)
    marker.last_read_id = max(marker.last_read_id, up_to)
    marker.version += 1
    marker.updated_at = now
