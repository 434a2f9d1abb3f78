"""The co-op's own row, and the link by which it is founded."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base
from app.instance.presets import Preset

ONLY = 1


class Coop(Base):
    """The one co-op of this site. Its row is what makes the site founded."""

    __tablename__ = "coops"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    name: Mapped[str]
    tagline: Mapped[str]
    currency: Mapped[str]
    preset: Mapped[Preset]
    contact: Mapped[str]  # A mail address that anybody may write to.
    founded_at: Mapped[datetime]


class FoundingLink(Base):
    """The single-use link that the service prints at each start while there is no co-op."""

    __tablename__ = "founding_links"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    secret_hash: Mapped[str]
    expires_at: Mapped[datetime]
