"""The table of the keys by which accounts of this site sign what they send to other sites."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base


class ActorKey(Base):
    """A pair of keys of an account; without an account, of the site itself.

    `number` counts the pairs of one owner: what is published is the newest, and the one before
    it goes on signing until others were told. Then it is `retired_at`, and its private half is
    forgotten.
    """

    __tablename__ = "actor_keys"
    __table_args__ = (
        UniqueConstraint("account_id", "number"),
        CheckConstraint(
            "(retired_at IS NULL) = (private_sealed IS NOT NULL)", name="forgotten_when_retired"
        ),
        Index(
            "uq_actor_keys_of_the_site",
            "number",
            unique=True,
            sqlite_where=text("account_id IS NULL"),
            postgresql_where=text("account_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    number: Mapped[int]
    public_pem: Mapped[str]
    private_sealed: Mapped[str | None]
    fingerprint: Mapped[str]  # SHA-256 of the public key as DER, in hexadecimal.
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
