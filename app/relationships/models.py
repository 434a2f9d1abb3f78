"""The tables of follows, blocks and mutes, and of what else one account keeps about others."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class FollowState(StrEnum):
    """Whether the followed person has agreed; without a lock on their account they always have."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"


class Follow(Base):
    """One account reads another, or asks to."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("follower_id", "followee_id"),
        CheckConstraint("follower_id <> followee_id", name="not_oneself"),
        Index("ix_follows_followers", "followee_id", "state", "follower_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    follower_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    followee_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[FollowState]
    shows_boosts: Mapped[bool] = mapped_column(default=True)
    notifies: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    uri: Mapped[str | None] = mapped_column(unique=True, default=None)  # If from elsewhere.


class Block(Base):
    """One account wants nothing to do with another; it works both ways."""

    __tablename__ = "blocks"
    __table_args__ = (
        UniqueConstraint("account_id", "target_id"),
        CheckConstraint("account_id <> target_id", name="not_oneself"),
        Index("ix_blocks_target_id", "target_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class Mute(Base):
    """One account does not want to read another, who is not told; it ends at `until`, if given."""

    __tablename__ = "mutes"
    __table_args__ = (
        UniqueConstraint("account_id", "target_id"),
        CheckConstraint("account_id <> target_id", name="not_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    notifications: Mapped[bool] = mapped_column(default=True)
    until: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Endorsement(Base):
    """Somebody shows, on their own page, an account that they follow and find worth reading."""

    __tablename__ = "endorsements"
    __table_args__ = (UniqueConstraint("account_id", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class PrivateNote(Base):
    """What somebody wrote down about an account, for themselves alone."""

    __tablename__ = "private_notes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    comment: Mapped[str]


class AvoidedDomain(Base):
    """One account does not want to meet anybody of another site."""

    __tablename__ = "avoided_domains"
    __table_args__ = (UniqueConstraint("account_id", "domain"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    domain: Mapped[str]  # As `text.handles.normal_domain` writes it.
    created_at: Mapped[datetime]


class PassedOver(Base):
    """Somebody whom a member does not want to be suggested again."""

    __tablename__ = "passed_over"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]
