"""The tables of cards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class Card(Base):
    """What a page says of itself. Without a title, there is nothing to show."""

    __tablename__ = "cards"
    __table_args__ = (Index("ix_cards_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    url_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the address.
    url: Mapped[str]  # As posts link to it.
    asked_at: Mapped[datetime]  # When asking it was owed.
    failed_at: Mapped[datetime | None] = mapped_column(default=None)  # What was known stays.
    host: Mapped[str] = mapped_column(default="")  # Where redirects led.
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None] = mapped_column(default=None)
    site_name: Mapped[str] = mapped_column(default="")
    author_name: Mapped[str] = mapped_column(default="")
    author_url: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    image_url: Mapped[str | None] = mapped_column(default=None)
    image_description: Mapped[str] = mapped_column(default="")
    image_width: Mapped[int | None] = mapped_column(default=None)
    image_height: Mapped[int | None] = mapped_column(default=None)
    blurhash: Mapped[str | None] = mapped_column(default=None)


class StatusCard(Base):
    """A post links to the page of a card."""

    __tablename__ = "status_cards"
    __table_args__ = (Index("ix_status_cards_card_id", "card_id"),)

    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
