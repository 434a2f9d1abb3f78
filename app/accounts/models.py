"""Accounts: who posts, here or on another site."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class AccountKind(StrEnum):
    """What stands behind an account."""

    PERSON = "person"
    COOP = "coop"
    SERVICE = "service"


def address_key(username: str, domain: str | None) -> str:
    """Return the text by which two spellings of one address are equal."""
    return f"{username}@{domain}".lower() if domain else username.lower()


def _key_of_row(context: DefaultExecutionContext) -> str:
    row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return address_key(row["username"], row.get("domain"))


class Account(Base):
    """An actor with a profile. A row is never deleted, so that no address is given out twice."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("username <> ''", name="has_a_name"),
        CheckConstraint("domain <> ''", name="has_a_domain_or_none"),
        Index(
            "uq_accounts_one_coop",
            "kind",
            unique=True,
            sqlite_where=text("kind = 'coop' AND domain IS NULL"),
            postgresql_where=text("kind = 'coop' AND domain IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str]
    domain: Mapped[str | None] = mapped_column(default=None)  # None: this site.
    key: Mapped[str] = mapped_column(unique=True, default=_key_of_row)
    display_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    note_html: Mapped[str] = mapped_column(default="")
    fields: Mapped[list[Any]] = mapped_column(default=list)
    avatar_key: Mapped[str | None] = mapped_column(default=None)
    header_key: Mapped[str | None] = mapped_column(default=None)
    locked: Mapped[bool] = mapped_column(default=False)
    bot: Mapped[bool] = mapped_column(default=False)
    discoverable: Mapped[bool] = mapped_column(default=True)
    indexable: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[AccountKind] = mapped_column(default=AccountKind.PERSON)
    created_at: Mapped[datetime]
    waiting: Mapped[bool] = mapped_column(default=False)  # An applicant's: shown to nobody yet.
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
    rev: Mapped[int] = mapped_column(default=1)
    # Whether somebody of another site follows it, or did: only then is it told what it says.
    followed_elsewhere: Mapped[bool] = mapped_column(default=False)
    filters_rev: Mapped[int] = mapped_column(default=0)  # Of its filters; 0: it never had any.
    # Of what stands on their page, boosts too. They change with each post, and `rev` does not.
    statuses_count: Mapped[int] = mapped_column(default=0)
    last_status_id: Mapped[int | None] = mapped_column(default=None)

    @property
    def name(self) -> str:
        """What people call the account: its display name, or else its username."""
        return self.display_name or self.username


class RemoteActor(Base):
    """How an account of another site is reached, as that site told us.

    Whoever changes a row makes its account's `rev` grow: what is rendered of both is kept by it.
    """

    __tablename__ = "remote_actors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    uri: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str | None] = mapped_column(default=None)  # The page; None: there is only `uri`.
    inbox: Mapped[str] = mapped_column(index=True)
    shared_inbox: Mapped[str | None] = mapped_column(default=None)
    outbox: Mapped[str | None] = mapped_column(default=None)
    followers: Mapped[str | None] = mapped_column(default=None)
    following: Mapped[str | None] = mapped_column(default=None)
    featured: Mapped[str | None] = mapped_column(default=None)
    featured_tags: Mapped[str | None] = mapped_column(default=None)
    also_known_as: Mapped[list[str]] = mapped_column(default=list)
    moved_to: Mapped[str | None] = mapped_column(default=None)  # The uri of another actor.
    fetched_at: Mapped[datetime] = mapped_column(index=True)


class RemoteKey(Base):
    """A public key by which an account of another site signs; `uri` names it in signatures."""

    __tablename__ = "remote_keys"

    uri: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    public_pem: Mapped[str]
    fetched_at: Mapped[datetime]
