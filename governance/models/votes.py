"""Votes: who could vote, the ballots, the result, and challenges to it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from governance.counting.ballots import Paper
from governance.eligibility import Why


class Elector(Base):
    """A member on the roll as it stood when voting opened: with a vote, or the reason for none."""

    __tablename__ = "electors"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    why: Mapped[Why]
    active: Mapped[bool]


class Ballot(Base):
    """One ballot paper; casting again replaces it. Nothing changes once the vote has closed.

    `voter` is the member's id, or in a secret vote a pseudonym made with the vote's key: then
    `member_id` is null, `cast_at` holds the day only and the id is drawn, not counted.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("proposal_id", "voter"),
        UniqueConstraint("proposal_id", "member_id"),
        Index("ix_ballots_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    voter: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    marks: Mapped[dict[str, Any]]
    reason: Mapped[str]
    cast_at: Mapped[datetime]
    nonce: Mapped[str]
    receipt: Mapped[str] = mapped_column(unique=True)

    @property
    def paper(self) -> Paper:
        """The ballot as it is published and sealed."""
        is_secret = self.member_id is None
        return Paper(
            voter=None if is_secret else str(self.member_id),
            marks=self.marks,
            reason=self.reason,
            cast_at=self.cast_at.date().isoformat() if is_secret else self.cast_at.isoformat(),
            nonce=self.nonce,
        )


class BallotKey(Base):
    """The key that makes the pseudonyms of one secret vote; destroyed when the vote closes."""

    __tablename__ = "ballot_keys"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    key: Mapped[str]


class Result(Base):
    """The outcome with its whole working, as `Decision.dump()` wrote it."""

    __tablename__ = "results"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    working: Mapped[dict[str, Any]]
    hash: Mapped[str]
    decided_at: Mapped[datetime]


class Ruling(StrEnum):
    """What became of a challenge."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    UNANSWERED = "unanswered"


class Challenge(Base):
    """A member's complaint about how a vote was held; upheld, it voids the vote."""

    __tablename__ = "challenges"
    __table_args__ = (UniqueConstraint("proposal_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str]
    created_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    ruling: Mapped[Ruling] = mapped_column(default=Ruling.OPEN)
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    ruled_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")
