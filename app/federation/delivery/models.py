"""The tables of what this site says to others: each saying once, and a row for each inbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base
from app.federation.signatures.forms import Form


class Reach(StrEnum):
    """Whom a saying is still to be addressed to, beside those whose inboxes are listed."""

    LISTED = "listed"
    FOLLOWERS = "followers"  # Of the sender.
    EVERYBODY = "everybody"  # Every account of elsewhere that we know.


class Outgoing(Base):
    """Something that an account, or the site itself, says to others.

    It is a row of the transaction that caused it. The words (`body`, an activity) are written
    and addressed afterwards, in small steps, from `due_at` on; None: it is all addressed.
    `payload` is what the writer of `kind` needs. What one sender says `about_id`, a post or an
    account, is addressed and reaches each inbox in the order of ids.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_due_at", "due_at", "id"),
        Index(
            "ix_outgoing_about_id",
            "about_id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    about_id: Mapped[int | None] = mapped_column(default=None)
    status_id: Mapped[int | None] = mapped_column(default=None)  # Not sent once that is deleted.
    lane: Mapped[int]
    body: Mapped[str | None] = mapped_column(default=None)
    reach: Mapped[Reach] = mapped_column(default=Reach.LISTED)
    reached_id: Mapped[int] = mapped_column(default=0)  # Accounts up to this one are addressed.
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Delivery(Base):
    """A saying that is to be put into one inbox; the row goes when that is done, or given up.

    A lease is a postponement of `due_at`, and `attempts` the token of who holds it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outgoing_id", "inbox"),
        Index("ix_deliveries_due_at", "lane", "due_at", "id"),
        Index("ix_deliveries_about_id", "about_id", "inbox"),
        Index("ix_deliveries_host", "host", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"))
    sender_id: Mapped[int | None] = mapped_column(default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    lane: Mapped[int]
    host: Mapped[str]
    inbox: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    answered: Mapped[int | None] = mapped_column(default=None)  # The status of the last answer.


class FarHost(Base):
    """What we learnt of another machine by delivering to it; none that gave no trouble.

    `failed_on` are the days of failures since the last success. One that is dead gets nothing
    but, from `probe_at` on, a single delivery to see whether it is back.
    """

    __tablename__ = "far_hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)  # One after another.
    failed_on: Mapped[list[str]] = mapped_column(default=list)
    paused_until: Mapped[datetime | None] = mapped_column(default=None)
    dead_since: Mapped[datetime | None] = mapped_column(default=None)
    probe_at: Mapped[datetime | None] = mapped_column(default=None)
    form: Mapped[Form | None] = mapped_column(default=None)  # Of signatures: what it took last.
    form_until: Mapped[datetime | None] = mapped_column(default=None)
