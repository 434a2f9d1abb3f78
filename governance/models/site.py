"""Whether the site was there: a pulse, and the outages that moved the close of votes."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class Pulse(Base):
    """When the site was last known to be up. One row."""

    __tablename__ = "pulses"
    __table_args__ = (CheckConstraint("id = 1", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    at: Mapped[datetime]


class Outage(Base):
    """A time of more than an hour in which the site was away."""

    __tablename__ = "outages"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
