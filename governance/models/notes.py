"""Clerical notes: two officers point at a slip of the pen beside a text that cannot change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class ClericalNote(Base):
    """A note on the sealed text of a proposal; shown once a second person has confirmed it."""

    __tablename__ = "clerical_notes"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> by_id", name="needs_two_people"),
        CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="is_confirmed_at_a_time"
        ),
        Index("ix_clerical_notes_proposal_id", "proposal_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    place: Mapped[str]  # Where in the text it is.
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
