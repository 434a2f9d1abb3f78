"""The table of quotes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.news import NewsKind, tell
from app.core.orm import Base
from app.statuses.quotes.rules import QuoteState


class Quote(Base):
    """A post shows another one; the author of that can take it out."""

    __tablename__ = "quotes"
    __table_args__ = (Index("ix_quotes_quoted_id", "quoted_id", "status_id"),)

    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)
    quoted_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.ACCEPTED)
    created_at: Mapped[datetime]


tell(Quote, NewsKind.EDIT, on="UPDATE OF state", about="NEW.status_id")
