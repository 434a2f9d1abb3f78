"""The table of what holds for other sites."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base
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
