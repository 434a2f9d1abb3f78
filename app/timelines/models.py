"""The tables of home feeds, and of lists and theirs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
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


class RepliesPolicy(StrEnum):
    """Which answers of its members a list shows, beside those to themselves and to its owner."""

    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


class PeopleList(Base):
    """Some of the people whom an account follows, read apart from the others.

    Whoever is on an `exclusive` list stays out of its owner's home.
    """

    __tablename__ = "lists"
    __table_args__ = (Index("ix_lists_owner_id", "owner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str]
    replies_policy: Mapped[RepliesPolicy] = mapped_column(default=RepliesPolicy.LIST)
    exclusive: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Listed(Base):
    """Somebody stands on a list."""

    __tablename__ = "list_members"
    __table_args__ = (
        UniqueConstraint("list_id", "account_id"),
        Index("ix_list_members_account_id", "account_id", "list_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    list_id: Mapped[int] = mapped_column(ForeignKey("lists.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class ListFeed(Base):
    """A post, or a boost, stands in a list: as `HomeFeed`, for the list's owner to read."""

    __tablename__ = "list_feed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    list_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int]
    reblog_of_id: Mapped[int | None] = mapped_column(default=None)
    reblog_author_id: Mapped[int | None] = mapped_column(default=None)


class FollowedTag(Base):
    """An account wants posts with a tag at home, whoever writes them."""

    __tablename__ = "followed_tags"
    __table_args__ = (
        UniqueConstraint("account_id", "tag_id"),
        Index("ix_followed_tags_tag_id", "tag_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"))
    created_at: Mapped[datetime]
