"""Pictures, films and sounds that members have sent, and what they belong to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.media.faults import Fault
from app.media.kinds import BY_CONTENT_TYPE, WEBP, Form, MediaKind

DESCRIPTION_MAX = 1_500
FOCUS_MAX = 1_000


class MediaState(StrEnum):
    """How far a file has come."""

    RECEIVED = "received"  # Its files are being stored.
    WAITING = "waiting"  # A film or a sound that is still to be written anew.
    FAILED = "failed"  # A film or a sound that turned out to be none; `fault` says why.
    READY = "ready"  # It belongs to nothing yet, and goes after a day.
    KEPT = "kept"  # It belongs to a post or to a profile.


class MediaFile(Base):
    """A picture, film or sound as we wrote it anew.

    Its files are at `key`, and a smaller picture at `small_key`; as long as a film waits, what
    its sender sent is at `source_key`, where no address leads.
    """

    __tablename__ = "media_files"
    __table_args__ = (
        CheckConstraint(f"length(description) <= {DESCRIPTION_MAX}", name="short_description"),
        CheckConstraint(
            f"abs(focus_x) <= {FOCUS_MAX} AND abs(focus_y) <= {FOCUS_MAX}", name="focus_inside"
        ),
        CheckConstraint(
            "width > 0 AND height > 0 OR width IS NULL AND height IS NULL AND form = 'audio'",
            name="has_a_size",
        ),
        CheckConstraint("status_id IS NULL OR state = 'kept'", name="attached_is_kept"),
        CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name="failed_says_why"),
        Index("ix_media_files_of_status", "status_id", "position"),
        Index("ix_media_files_of_account", "account_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    status_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"), default=None)
    position: Mapped[int] = mapped_column(default=0)  # Among the files of its post.
    kind: Mapped[MediaKind]
    form: Mapped[Form] = mapped_column(default=Form.IMAGE)
    state: Mapped[MediaState] = mapped_column(default=MediaState.RECEIVED)
    fault: Mapped[Fault | None] = mapped_column(default=None)
    key: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    width: Mapped[int | None] = mapped_column(default=None)  # A sound has none.
    height: Mapped[int | None] = mapped_column(default=None)
    preview_width: Mapped[int | None] = mapped_column(default=None)
    preview_height: Mapped[int | None] = mapped_column(default=None)
    cover: Mapped[int] = mapped_column(default=0)  # Which of its covers is shown; 0: our own.
    covers: Mapped[int] = mapped_column(default=0)  # How many its owner has sent.
    blurhash: Mapped[str | None] = mapped_column(default=None)
    focus_x: Mapped[int] = mapped_column(default=0)  # In thousandths, to the right.
    focus_y: Mapped[int] = mapped_column(default=0)  # In thousandths, up.
    description: Mapped[str] = mapped_column(default="")
    duration_ms: Mapped[int | None] = mapped_column(default=None)
    bit_rate: Mapped[int | None] = mapped_column(default=None)  # Bits a second, of the whole.
    frame_rate: Mapped[str | None] = mapped_column(default=None)  # Such as "30/1" a second.
    channels: Mapped[int | None] = mapped_column(default=None)  # Of its sound.
    sample_rate: Mapped[int | None] = mapped_column(default=None)  # Of its sound, a second.
    created_at: Mapped[datetime]

    @property
    def path(self) -> str:
        """The file's address below the root of the site, without the leading slash."""
        return f"{self.key}.{BY_CONTENT_TYPE[self.content_type].extension}"

    @property
    def preview_path(self) -> str | None:
        """The address of the smaller picture likewise; None if there is none."""
        if self.preview_width is None:
            return None
        return f"{small_key(self.key, self.cover)}.{WEBP.extension}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be shown."""
        return self.state in (MediaState.READY, MediaState.KEPT)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all its stored files; some may be gone already."""
        small = (small_key(self.key),) if self.preview_width else ()
        source = () if self.form is Form.IMAGE else (source_key(self.key),)
        sent = (small_key(self.key, cover) for cover in range(1, self.covers + 1))
        return (self.key, *small, *source, *sent)


def small_key(key: str, cover: int = 0) -> str:
    """Return the key of the smaller file that stands beside the one at `key`.

    Files never change, since readers keep them: another cover has another key.
    """
    return f"{key}-small{cover or ''}"


def source_key(key: str) -> str:
    """Return the key of the film as it was sent, which stands beside the one at `key`."""
    return f"{key}-source"
