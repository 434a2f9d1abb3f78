"""Proposals: what is put to the members, in every wording it ever had, and what was said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from governance.decision import Outcome
from governance.lifecycle import State, Timetable
from governance.rules import DecisionType, Method, RuleSet, Secrecy


class Proposal(Base):
    """A measure put to the members.

    Text and rule are fixed when it freezes, the electorate when voting opens. Dates are planned
    when the deliberation begins; they do not depend on when a worker runs.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("(rule IS NULL) = (rule_hash IS NULL)", name="rule_has_its_hash"),
        Index("ix_proposals_state", "state", "id"),
        Index("ix_proposals_author_id", "author_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    type: Mapped[DecisionType]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    title: Mapped[str]  # Of the newest revision, as are the next three.
    method: Mapped[Method]
    secrecy: Mapped[Secrecy]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    support_until: Mapped[datetime | None] = mapped_column(default=None)
    begins_at: Mapped[datetime | None] = mapped_column(default=None)  # The deliberation.
    freezes_at: Mapped[datetime | None] = mapped_column(default=None)
    opens_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    prolonged: Mapped[bool] = mapped_column(default=False)  # Because the quorum was missed.
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)
    text_hash: Mapped[str | None] = mapped_column(default=None)
    rule: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    rule_hash: Mapped[str | None] = mapped_column(default=None)
    electorate_hash: Mapped[str | None] = mapped_column(default=None)
    eligible: Mapped[int | None] = mapped_column(default=None)
    active: Mapped[int | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    challenge_until: Mapped[datetime | None] = mapped_column(default=None)
    ratified_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_because: Mapped[str | None] = mapped_column(default=None)  # Why it was withdrawn.
    reviews_id: Mapped[int | None] = mapped_column(  # The decision that it looks at again.
        ForeignKey("proposals.id"), unique=True, default=None
    )

    @property
    def dates(self) -> Timetable:
        """The moments that are fixed once its deliberation begins."""
        assert self.freezes_at is not None
        assert self.opens_at is not None
        assert self.closes_at is not None
        return Timetable(self.freezes_at, self.opens_at, self.closes_at)

    @property
    def frozen_rule(self) -> RuleSet:
        """The rule set that was frozen."""
        assert self.rule is not None
        return RuleSet.load(self.rule)


class ProposalRevision(Base):
    """One wording of a proposal; an edit makes another. `hash` seals `content()`."""

    __tablename__ = "proposal_revisions"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[DecisionType]
    title: Mapped[str]
    body: Mapped[str]
    method: Mapped[Method]
    secrecy: Mapped[Secrecy]
    effects: Mapped[list[Any]]  # {"kind", "payload", "preview"} each.
    supersedes: Mapped[list[Any]]  # Ids of decisions that it replaces on purpose, as text.
    review_on: Mapped[date | None]  # When it is looked at again, if it names a day.
    hash: Mapped[str]
    measure_hash: Mapped[str] = mapped_column(index=True)  # Of what it would do, or else says.
    created_at: Mapped[datetime]

    def content(self) -> dict[str, Any]:
        """Return what is sealed and voted on."""
        return {
            "type": self.type.value,
            "title": self.title,
            "body": self.body,
            "method": self.method.value,
            "secrecy": self.secrecy.value,
            "supersedes": self.supersedes,
            "effects": self.effects,
            "review_on": None if self.review_on is None else self.review_on.isoformat(),
        }


class Second(Base):
    """Another member's support for putting a proposal to the vote."""

    __tablename__ = "seconds"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    revision: Mapped[int]  # The wording that they supported.
    created_at: Mapped[datetime]


class Comment(Base):
    """What a member said about a proposal, perhaps in answer to another comment."""

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_proposal_id", "proposal_id", "id"),
        Index("ix_comments_member_id", "member_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), default=None)
    depth: Mapped[int] = mapped_column(default=0)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]
