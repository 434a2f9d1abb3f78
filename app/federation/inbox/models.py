"""The tables of what came from other sites and is to be worked through."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class Outcome(StrEnum):
    """What became of an activity."""

    WAITING = "waiting"
    ASIDE = "aside"  # Until it is known who sent it.
    BEHIND = "behind"  # Until an earlier one of the same sender is not aside any more.
    DONE = "done"
    DROPPED = "dropped"  # It concerns nobody here, may not be done, or cannot be had.


class Received(Base):
    """An activity that came. Its body goes once it was worked through; that it came stays a month.

    `signer` is the actor whose key signed the request: of another one's activity, which was only
    passed on, nothing is believed but its address.
    """

    __tablename__ = "received"
    __table_args__ = (
        UniqueConstraint("uri", "signer"),
        CheckConstraint(
            "(outcome IN ('done', 'dropped')) = (body IS NULL)", name="forgotten_when_done"
        ),
        Index("ix_received_came_at", "came_at"),
        Index(
            "ix_received_held_up",
            "signer",
            "id",
            sqlite_where=text("outcome IN ('aside', 'behind')"),
            postgresql_where=text("outcome IN ('aside', 'behind')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    uri: Mapped[str]
    signer: Mapped[str]
    kind: Mapped[str]
    body: Mapped[bytes | None]
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.WAITING)
    came_at: Mapped[datetime]


class ReceivedFor(Base):
    """An activity was put into the own inbox of an account of this site."""

    __tablename__ = "received_for"

    received_id: Mapped[int] = mapped_column(ForeignKey("received.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


class Foretold(Base):
    """Something was taken back, or deleted, before it came: it does not count when it comes."""

    __tablename__ = "foretold"

    uri: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class RemoteAct(Base):
    """Something that somebody of elsewhere did, by the id under which they can take it back.

    `about_id` is the account that they follow or block, or the post that they like. `reaction` is
    the emoji of a like, as letters or as a shortcode.
    """

    __tablename__ = "remote_acts"
    __table_args__ = (Index("ix_remote_acts_about", "about_id", "account_id", "kind"),)

    uri: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    about_id: Mapped[int]
    reaction: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
