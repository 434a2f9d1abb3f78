"""The tables of polls."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class Poll(Base):
    """The question of a post. Its row is locked by whoever votes, changes it or ends it.

    `voters_count` is a column of its own: of a poll elsewhere we know the number, not the people.
    """

    __tablename__ = "polls"
    __table_args__ = (CheckConstraint("voters_count >= 0", name="some_voters"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), unique=True)
    multiple: Mapped[bool]
    hide_totals: Mapped[bool]
    expires_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None] = mapped_column(default=None)  # That it ended.
    voters_count: Mapped[int] = mapped_column(default=0)

    def has_ended(self, now: datetime) -> bool:
        """Return whether nobody can vote any more."""
        return self.expires_at is not None and self.expires_at <= now


class PollOption(Base):
    """An answer that can be chosen."""

    __tablename__ = "poll_options"
    __table_args__ = (CheckConstraint("votes_count >= 0", name="some_votes"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    votes_count: Mapped[int] = mapped_column(default=0)


class PollVote(Base):
    """Somebody chose an answer; with several answers there are several rows."""

    __tablename__ = "poll_votes"
    __table_args__ = (Index("ix_poll_votes_account_id", "account_id", "poll_id"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
