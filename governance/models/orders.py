"""Orders: what a decision lets an officer do once, and the record that it was done."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base

FOUNDED = "founding:"
FOUNDING_REFERENCES = tuple(
    FOUNDED + subject
    for subject in ("terms", "code-of-conduct", "privacy", "bylaws", "constitution")
)


class OrderState(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    ENACTED = "enacted"
    EXPIRED = "expired"
    FAILED = "failed"


class EnactmentOrder(Base):
    """The one order of a ratified proposal: these effects, within this window, by this office.

    `measure` holds kinds and payloads exactly as they were voted on, sealed by `payload_hash`.
    """

    __tablename__ = "enactment_orders"
    __table_args__ = (
        CheckConstraint("not_after > not_before", name="has_a_window"),
        Index("ix_enactment_orders_state", "state", "not_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    measure: Mapped[list[Any]]
    payload_hash: Mapped[str]
    state: Mapped[OrderState] = mapped_column(default=OrderState.WAITING)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    office: Mapped[str]
    approvals_needed: Mapped[int]
    approved_by: Mapped[str | None] = mapped_column(default=None)  # An office; None is any.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    failure: Mapped[str | None] = mapped_column(default=None)


class Approval(Base):
    """Another officer's signature under an order."""

    __tablename__ = "approvals"

    order_id: Mapped[int] = mapped_column(ForeignKey("enactment_orders.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    created_at: Mapped[datetime]


class Declination(Base):
    """A holder's word that they will not carry an order out, and why; others still may."""

    __tablename__ = "declinations"

    order_id: Mapped[int] = mapped_column(ForeignKey("enactment_orders.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    reason: Mapped[str]
    created_at: Mapped[datetime]


class Enactment(Base):
    """One effect carried out: of an order, of an officer's act at once, or of the founding.

    What it wrote refers to it, so that nothing protected exists without one.
    """

    __tablename__ = "enactments"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        UniqueConstraint("emergency_id", "position"),
        CheckConstraint(
            "(order_id IS NOT NULL AND emergency_id IS NULL)"
            " OR (order_id IS NULL AND emergency_id IS NOT NULL)"
            " OR (order_id IS NULL AND emergency_id IS NULL"
            f" AND reference IN {FOUNDING_REFERENCES})",
            name="has_one_ground",
        ),
        Index("ix_enactments_subject", "subject", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("enactment_orders.id"), default=None)
    emergency_id: Mapped[int | None] = mapped_column(
        ForeignKey("emergency_actions.id"), default=None
    )
    position: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    payload_hash: Mapped[str]
    subject: Mapped[str | None]  # What it replaces, such as "document:terms".
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    proof: Mapped[str | None] = mapped_column(default=None)
