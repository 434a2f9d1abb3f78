"""Pictures that members have sent, and what they belong to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.media.kinds import BY_CONTENT_TYPE, MediaKind

DESCRIPTION_MAX = 1_500
FOCUS_MAX = 1_000


class MediaState(StrEnum):
    """How far a picture has come."""

    RECEIVED = "received"  # Its files are being stored.
    READY = "ready"  # It belongs to nothing yet, and goes after a day.
    KEPT = "kept"  # It belongs to a post or to a profile.


class MediaFile(Base):
    """A picture as we redrew it. Its files are at `key`, and smaller at `small_key`."""

    __tablename__ = "media_files"
    __table_args__ = (
        CheckConstraint(f"length(description) <= {DESCRIPTION_MAX}", name="short_description"),
        CheckConstraint(
            f"abs(focus_x) <= {FOCUS_MAX} AND abs(focus_y) <= {FOCUS_MAX}", name="focus_inside"
        ),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        CheckConstraint("status_id IS NULL OR state = 'kept'", name="attached_is_kept"),
        Index("ix_media_files_of_status", "status_id", "position"),
        Index("ix_media_files_of_account", "account_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    status_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"), default=None)
    position: Mapped[int] = mapped_column(default=0)  # Among the pictures of its post.
    kind: Mapped[MediaKind]
    state: Mapped[MediaState] = mapped_column(default=MediaState.RECEIVED)
    key: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    preview_width: Mapped[int | None] = mapped_column(default=None)
    preview_height: Mapped[int | None] = mapped_column(default=None)
    blurhash: Mapped[str]
    focus_x: Mapped[int] = mapped_column(default=0)  # In thousandths, to the right.
    focus_y: Mapped[int] = mapped_column(default=0)  # In thousandths, up.
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def path(self) -> str:
        """The file's address below the root of the site, without the leading slash."""
        return f"{self.key}.{BY_CONTENT_TYPE[self.content_type].extension}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all its stored files."""
        return (self.key, small_key(self.key)) if self.preview_width else (self.key,)


def small_key(key: str) -> str:
    """Return the key of the smaller file that stands beside the one at `key`."""
    return f"{key}-small"
