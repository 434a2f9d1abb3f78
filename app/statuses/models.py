"""The tables of posts and of what people do with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType


class Status(Base):
    """A post, or the boost of one (`reblog_of_id`), which then has no words of its own.

    Ids follow the moment of posting. A deleted post stays as a tombstone without its content.
    `rev` grows with every change of what is shown, so that rendered fragments cannot be stale.
    """

    __tablename__ = "statuses"
    __table_args__ = (
        CheckConstraint("reblog_of_id IS NULL OR text = ''", name="a_boost_has_no_words"),
        Index("ix_statuses_account_id", "account_id", "id"),
        Index("ix_statuses_in_reply_to_id", "in_reply_to_id"),
        Index("ix_statuses_conversation_id", "conversation_id", "id"),
        Index(
            "ix_statuses_letters",
            "account_id",
            "id",
            sqlite_where=text("visibility = 'direct'"),
            postgresql_where=text("visibility = 'direct'"),
        ),
        Index(
            "ix_statuses_pinned",
            "account_id",
            sqlite_where=text("pinned_at IS NOT NULL"),
            postgresql_where=text("pinned_at IS NOT NULL"),
        ),
        Index(
            "uq_statuses_boost_once",
            "reblog_of_id",
            "account_id",
            unique=True,
            sqlite_where=text("reblog_of_id IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=text("reblog_of_id IS NOT NULL AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(default="")
    content_type: Mapped[ContentType] = mapped_column(default=ContentType.PLAIN)
    content_html: Mapped[str] = mapped_column(default="")
    spoiler: Mapped[str] = mapped_column(default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(default=None)
    visibility: Mapped[Visibility]
    reply_audience: Mapped[ReplyAudience] = mapped_column(default=ReplyAudience.EVERYONE)
    in_reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"), default=None)
    in_reply_to_account_id: Mapped[int | None] = mapped_column(default=None)
    conversation_id: Mapped[int]  # The id of the post that the talk began with.
    reblog_of_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"), default=None)
    poll_id: Mapped[int | None] = mapped_column(default=None)  # The poll's row names the post.
    quoted_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"), default=None)
    quote_policy: Mapped[QuotePolicy] = mapped_column(default=QuotePolicy.PUBLIC)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), default=None)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    pinned_at: Mapped[datetime | None] = mapped_column(default=None)  # To its author's page.
    rev: Mapped[int] = mapped_column(default=1)
    replies_count: Mapped[int] = mapped_column(default=0)
    reblogs_count: Mapped[int] = mapped_column(default=0)
    favourites_count: Mapped[int] = mapped_column(default=0)


class RemoteStatus(Base):
    """What names a post of another site there; `context` is the talk that it says it belongs to.

    Whoever changes a row makes the post's `rev` grow: what is rendered of both is kept by it.
    """

    __tablename__ = "remote_statuses"

    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)
    uri: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str | None] = mapped_column(default=None)  # The page; None: there is only `uri`.
    context: Mapped[str | None] = mapped_column(default=None)
    # The id of what it answers, also if that is not here: it is joined to it when it comes.
    answers: Mapped[str | None] = mapped_column(index=True, default=None)
    fetched_at: Mapped[datetime]


class StatusEdit(Base):
    """How a post read from `created_at` until it was changed."""

    __tablename__ = "status_edits"
    __table_args__ = (Index("ix_status_edits_status_id", "status_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    text: Mapped[str]
    content_type: Mapped[ContentType]
    content_html: Mapped[str]
    spoiler: Mapped[str]
    sensitive: Mapped[bool]
    language: Mapped[str | None]
    media: Mapped[list[Any]]  # Of each picture then attached: its id and its description.
    poll: Mapped[list[Any] | None]  # The answers that could be chosen.
    created_at: Mapped[datetime]


class Mention(Base):
    """A post names an account, which may therefore see it; if `silent`, it only was sent to it."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_account_id", "account_id", "status_id"),)

    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    silent: Mapped[bool] = mapped_column(default=False)


class Tag(Base):
    """A hashtag, by the one spelling that all its spellings have in common."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class StatusTag(Base):
    """A post carries a hashtag."""

    __tablename__ = "status_tags"
    __table_args__ = (Index("ix_status_tags_status_id", "status_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"), primary_key=True)


class Favourite(Base):
    """Somebody tells the author of a post that they like it."""

    __tablename__ = "favourites"
    __table_args__ = (
        UniqueConstraint("account_id", "status_id"),
        Index("ix_favourites_account_id", "account_id", "id"),
        Index("ix_favourites_status_id", "status_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    created_at: Mapped[datetime]


class Bookmark(Base):
    """Somebody keeps a post for themselves; nobody else learns of it."""

    __tablename__ = "bookmarks"
    __table_args__ = (
        UniqueConstraint("account_id", "status_id"),
        Index("ix_bookmarks_account_id", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    created_at: Mapped[datetime]


class ConversationMute(Base):
    """Somebody does not want to be told about a talk any more."""

    __tablename__ = "conversation_mutes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Draft(Base):
    """A post that is not written to the end; only its author can see it."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_account_id", "account_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str]
    content_type: Mapped[ContentType]
    spoiler: Mapped[str]
    sensitive: Mapped[bool]
    language: Mapped[str | None]
    visibility: Mapped[Visibility]
    reply_audience: Mapped[ReplyAudience]
    in_reply_to_id: Mapped[int | None]  # Without a key: the answered post may be gone by then.
    quoted_id: Mapped[int | None]  # Nor here.
    quote_policy: Mapped[QuotePolicy]
    media_ids: Mapped[list[Any]]
    poll: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Scheduled(Base):
    """A post that waits for its moment; only its author can see it. It holds its pictures."""

    __tablename__ = "scheduled_statuses"
    __table_args__ = (Index("ix_scheduled_statuses_account_id", "account_id", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    due_at: Mapped[datetime]
    writing: Mapped[dict[str, Any]]  # As `Writing.dump` writes it.
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), default=None)
    created_at: Mapped[datetime]


class PostingKey(Base):
    """The key under which a caller posted, so that a repeated request posts nothing twice.

    `status_id` is that of the post, or of what was scheduled instead.
    """

    __tablename__ = "posting_keys"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    status_id: Mapped[int]
    created_at: Mapped[datetime]


_NEW = {"account": "NEW.account_id", "about": "NEW.id"}
tell(Status, NewsKind.POST, on="INSERT", **_NEW)
tell(
    Status,
    NewsKind.EDIT,
    on="UPDATE OF edited_at",
    when="NEW.edited_at IS NOT NULL AND (OLD.edited_at IS NULL OR NEW.edited_at <> OLD.edited_at)",
    **_NEW,
)
tell(
    Status,
    NewsKind.GONE,
    on="UPDATE OF deleted_at",
    when="NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL",
    **_NEW,
)
