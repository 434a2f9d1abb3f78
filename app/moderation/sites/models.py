"""The tables of what holds for other sites, and of what that cut."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.core.orm import Base, refuse_changes
from app.moderation.sites.rules import Severity


class StoredRule(Base):
    """What was decided about a site; `decision_id` names the decision, if there was one."""

    __tablename__ = "site_rules"
    __table_args__ = (CheckConstraint("domain = lower(domain)", name="in_one_spelling"),)

    domain: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[Severity]
    rejects_media: Mapped[bool] = mapped_column(default=False)
    rejects_reports: Mapped[bool] = mapped_column(default=False)
    public_comment: Mapped[str] = mapped_column(default="")
    private_comment: Mapped[str] = mapped_column(default="")
    is_obfuscated: Mapped[bool] = mapped_column(default=False)
    decision_id: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class SiteChange(Base):
    """One change of what holds for a site, and the decision that made it.

    `before` and `after` are rules as JSON (`app.moderation.sites.service`), null where none held.
    """

    __tablename__ = "site_changes"
    __table_args__ = (Index("ix_site_changes_domain", "domain", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    domain: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    decision_id: Mapped[int]
    at: Mapped[datetime]


refuse_changes(SiteChange, because="a change of what holds for a site is never changed")


class SeveredFollow(Base):
    """A follow that ended because a site was refused; `is_following`: the member followed."""

    __tablename__ = "severed_follows"
    __table_args__ = (UniqueConstraint("account_id", "change_id", "target_id", "is_following"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    change_id: Mapped[int] = mapped_column(ForeignKey("site_changes.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    is_following: Mapped[bool]
