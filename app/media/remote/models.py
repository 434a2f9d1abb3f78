"""What is kept of pictures elsewhere: a cache, which may be emptied at any time."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.media.kinds import MediaKind
from app.media.models import small_key


class RemoteState(StrEnum):
    """How far a picture has come."""

    WANTED = "wanted"  # Somebody fetches it until `claimed_until`, or it is anybody's to fetch.
    STORED = "stored"
    FAILED = "failed"  # It is not asked for again before `ask_again_at`.


class RemoteFile(Base):
    """A picture elsewhere, as we redrew it for one purpose. Its files are at `key`."""

    __tablename__ = "remote_files"
    __table_args__ = (
        UniqueConstraint("url_hash", "purpose"),
        CheckConstraint(
            "state <> 'stored' OR content_type IS NOT NULL AND width > 0 AND height > 0",
            name="stored_is_whole",
        ),
        CheckConstraint(
            "(state = 'failed') = (ask_again_at IS NOT NULL)", name="failed_says_until_when"
        ),
        Index("ix_remote_files_used", "used_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    url_hash: Mapped[str]  # SHA-256: an index over whole addresses would be large.
    purpose: Mapped[MediaKind]
    url: Mapped[str]
    state: Mapped[RemoteState] = mapped_column(default=RemoteState.WANTED)
    claimed_until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)  # That failed, since it last succeeded.
    ask_again_at: Mapped[datetime | None] = mapped_column(default=None)
    key: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str | None] = mapped_column(default=None)
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    has_small: Mapped[bool] = mapped_column(default=False)
    blurhash: Mapped[str | None] = mapped_column(default=None)
    size_bytes: Mapped[int] = mapped_column(default=0)  # Of all its files together.
    used_on: Mapped[date]
    created_at: Mapped[datetime]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all files that it may have."""
        return (self.key, small_key(self.key))
