"""The table of everybody's own list of letters."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base


class Correspondence(Base):
    """A talk in letters as it lies before one account; put away, its row is gone."""

    __tablename__ = "correspondences"
    __table_args__ = (
        UniqueConstraint("account_id", "conversation_id"),
        Index("ix_correspondences_by_latest", "account_id", "last_status_id"),
        Index("ix_correspondences_last_status_id", "last_status_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    conversation_id: Mapped[int]
    last_status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    unread: Mapped[bool]


_NEW = {"account": "NEW.account_id", "about": "NEW.id"}
tell(Correspondence, NewsKind.LETTER, on="INSERT", **_NEW)
tell(
    Correspondence,
    NewsKind.LETTER,
    on="UPDATE OF last_status_id",
    when="NEW.last_status_id > OLD.last_status_id",
    **_NEW,
)
