"""What is attached to posts of other sites: where it is, and what is said of it.

The files stay where they are; pictures are shown through our own addresses when somebody looks.
"""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.core.records import Record, asdict, names_of
from app.media.kinds import Form


class RemoteAttachment(Base):
    """A picture, film or sound of a post of another site."""

    __tablename__ = "remote_attachments"
    __table_args__ = (
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="has_both_sides_or_none"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), index=True)
    position: Mapped[int]
    form: Mapped[Form]
    url: Mapped[str]
    preview_url: Mapped[str | None] = mapped_column(default=None)
    content_type: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    blurhash: Mapped[str | None] = mapped_column(default=None)
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    focus_x: Mapped[int] = mapped_column(default=0)  # In thousandths, to the right.
    focus_y: Mapped[int] = mapped_column(default=0)  # In thousandths, up.
    duration_ms: Mapped[int | None] = mapped_column(default=None)


class Attached(Record, kw_only=True):
    """The same, as it is read."""

    form: Form
    url: str
    preview_url: str | None = None
    content_type: str = ""
    description: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focus_x: int = 0
    focus_y: int = 0
    duration_ms: int | None = None


def attach_remote(session: Session, status_id: int, attached: Sequence[Attached]) -> None:
    """Note what is attached to a post of another site."""
    session.add_all(
        RemoteAttachment(status_id=status_id, position=position, **asdict(each))
        for position, each in enumerate(attached)
    )
    session.flush()


def drop_remote(session: Session, status_id: int) -> None:
    """Forget what was attached to it."""
    mine = RemoteAttachment.status_id == status_id
    session.execute(delete(RemoteAttachment).where(mine))


def remote_of(session: Session, status_id: int) -> tuple[Attached, ...]:
    """Return what is attached to a post of another site, in order."""
    mine = select(RemoteAttachment).where(RemoteAttachment.status_id == status_id)
    rows = session.scalars(mine.order_by(RemoteAttachment.position))
    names = names_of(Attached)
    return tuple(Attached(**{name: getattr(row, name) for name in names}) for row in rows)
