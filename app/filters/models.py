"""The tables of filters."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.filters.kinds import Context, FilterAction, split


class Filter(Base):
    """Words and posts that an account does not want to meet, in some places, for some time."""

    __tablename__ = "filters"
    __table_args__ = (Index("ix_filters_account_id", "account_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str]
    contexts: Mapped[str]  # As `kinds.joined` writes them.
    action: Mapped[FilterAction]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    @property
    def places(self) -> tuple[Context, ...]:
        """Where it applies."""
        return split(self.contexts)


class FilterKeyword(Base):
    """A word or phrase of a filter."""

    __tablename__ = "filter_keywords"
    __table_args__ = (Index("ix_filter_keywords_filter_id", "filter_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    filter_id: Mapped[int] = mapped_column(ForeignKey("filters.id"))
    keyword: Mapped[str]
    whole_word: Mapped[bool] = mapped_column(default=True)


class FilterStatus(Base):
    """A single post of a filter."""

    __tablename__ = "filter_statuses"
    __table_args__ = (UniqueConstraint("filter_id", "status_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    filter_id: Mapped[int] = mapped_column(ForeignKey("filters.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
