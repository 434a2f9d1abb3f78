"""What people in office did without a decision, until the members have answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class EmergencyState(StrEnum):
    """Where an act stands: not yet answered, agreed to, or taken back."""

    STANDING = "standing"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


class Undone(StrEnum):
    """Why an act was taken back."""

    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


class EmergencyAction(Base):
    """An officer's act without a decision; `proposal_id` is the vote that was opened with it.

    `measure` holds kinds and payloads as they were done, sealed by `payload_hash`. Unless the
    members agree before `expires_at`, time undoes it.
    """

    __tablename__ = "emergency_actions"
    __table_args__ = (
        CheckConstraint("expires_at > at", name="expires_later"),
        CheckConstraint("(ended_at IS NULL) = (state = 'standing')", name="ends_with_a_time"),
        Index("ix_emergency_actions_state", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    measure: Mapped[list[Any]]
    payload_hash: Mapped[str]
    reason: Mapped[str]
    office: Mapped[str]  # In which they acted.
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[EmergencyState] = mapped_column(default=EmergencyState.STANDING)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_because: Mapped[Undone | None] = mapped_column(default=None)
