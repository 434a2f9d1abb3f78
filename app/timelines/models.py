"""The tables of home feeds and of how far somebody has read."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base


class HomeFeed(Base):
    """A post, or a boost, stands in the home timeline of `owner_id`: written when it is posted.

    The authors ride along, so that mutes and blocks are judged without looking at the post.
    """

    __tablename__ = "home_feed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int]  # Of the row: whoever boosts, if it is a boost.
    reblog_of_id: Mapped[int | None] = mapped_column(default=None)
    reblog_author_id: Mapped[int | None] = mapped_column(default=None)


class SleepingFeed(Base):
    """Nobody reads this home timeline at present: it gets no posts, and is rebuilt on return."""

    __tablename__ = "sleeping_feeds"

    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since: Mapped[datetime]
