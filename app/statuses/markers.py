"""How far somebody has read a list that has an end."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.orm import Base
from app.core.records import Record
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


_PLACE = select(Marker.last_read_id, Marker.version, Marker.updated_at).where(
    Marker.account_id == bindparam("account_id"), Marker.name == bindparam("name")
)


class Place(Record):
    """Where a reader stopped."""

    last_read_id: int
    version: int
    updated_at: datetime


def read_marker(connection: Connection, account_id: int, name: Reading) -> Place | None:
    """Return how far the account has read; None if it never said so."""
    row = connection.execute(_PLACE, {"account_id": account_id, "name": name}).first()
    return None if row is None else Place(*row)


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


def set_marker(
    session: Session, account_id: int, name: Reading, *, at: int, now: datetime
) -> None:
    """Record that the account has read the list up to the row `at`, be it further back."""
    key = {"account_id": account_id, "name": name}
    if insert_missing(session, Marker, **key, last_read_id=at, updated_at=now):
        return
    marker = session.get_one(
        Marker, (account_id, name), with_for_update=True, populate_existing=True
    )
    marker.last_read_id, marker.updated_at = at, now
    marker.version += 1
