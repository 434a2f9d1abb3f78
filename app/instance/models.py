"""The co-op's own row, and the link by which it is founded."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base, refuse_changes
from app.core.settings import Registration
from app.instance.presets import Preset
from app.instance.sitesettings import SiteSetting

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
    registration: Mapped[Registration | None] = mapped_column(default=None)  # Else the operator's.


class SettingChange(Base):
    """One change of a setting that belongs to the members, and the decision that made it."""

    __tablename__ = "setting_changes"
    __table_args__ = (Index("ix_setting_changes_name", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[SiteSetting]
    before: Mapped[str | None]
    after: Mapped[str | None]
    decision_id: Mapped[int]
    at: Mapped[datetime]


refuse_changes(SettingChange, because="a change of a setting is never changed")


class FoundingLink(Base):
    """The single-use link that the service prints at each start while there is no co-op."""

    __tablename__ = "founding_links"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    secret_hash: Mapped[str]
    expires_at: Mapped[datetime]
