"""The co-op's emoji, and the version of all of them together."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base

CATEGORY_MAX: Final = 60
EMOJIS_MAX: Final = 500
ONLY: Final = 1


class CustomEmoji(Base):
    """A small picture that stands for `:shortcode:`. Its files are those of a media file."""

    __tablename__ = "custom_emojis"
    __table_args__ = (
        CheckConstraint(
            "length(shortcode) BETWEEN 2 AND 30 AND shortcode = lower(shortcode)",
            name="short_and_small",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    shortcode: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str | None] = mapped_column(default=None)
    media_id: Mapped[int] = mapped_column(ForeignKey("media_files.id"), unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    visible_in_picker: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class EmojiVersion(Base):
    """One row, counted up with each change: what was rendered with emoji is kept by it."""

    __tablename__ = "emoji_versions"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    rev: Mapped[int] = mapped_column(default=0)
