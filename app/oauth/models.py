"""Applications, the codes that members hand them, and the access tokens by which they act."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base


class Application(Base):
    """A program that asks members to act for them."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    website: Mapped[str | None] = mapped_column(default=None)
    client_id: Mapped[str] = mapped_column(unique=True)
    client_secret_hash: Mapped[str | None] = mapped_column(default=None)  # None: a public client.
    redirect_uris: Mapped[list[str]]
    scopes: Mapped[str]
    created_at: Mapped[datetime]
    was_used: Mapped[bool] = mapped_column(default=False)  # Somebody gave it a token once.


class AuthorizationCode(Base):
    """What a member who consented hands to an application, which changes it for a token, once.

    Only its hash is kept; used ones stay for a while, so that a second use is noticed.
    """

    __tablename__ = "authorization_codes"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    hash: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    redirect_uri: Mapped[str]
    scopes: Mapped[str]  # As consented to, parted by spaces.
    challenge: Mapped[str | None] = mapped_column(default=None)  # Of S256, RFC 7636.
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class AccessToken(Base):
    """A bearer token; only its hash is kept. Without a member it stands for the application."""

    __tablename__ = "access_tokens"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    hash: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id"), index=True, default=None
    )
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id"), index=True, default=None
    )
    # Somebody who signs up by a program has a token before they are in the register.
    sign_up_id: Mapped[int | None] = mapped_column(
        ForeignKey("sign_ups.id", ondelete="CASCADE"), index=True, default=None
    )
    code_id: Mapped[int | None] = mapped_column(index=True, default=None)  # It was given for.
    scopes: Mapped[str]  # As granted, parted by spaces.
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)


tell(AccessToken, NewsKind.ACCESS, on="DELETE", about="OLD.id")
tell(AccessToken, NewsKind.ACCESS, on="UPDATE OF scopes, member_id, expires_at", about="NEW.id")
