"""Reading what holds for a site: one look into a table that may hold thousands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, Table, Text, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.prepared import Among, Prepared
from app.core.records import Record
from app.moderation.sites.models import SeveredFollow, SiteChange, StoredRule
from app.moderation.sites.rules import Severity, SiteRule, Treatment, treatment_of
from app.text.hosts import names_above

stored = cast(Table, StoredRule.__table__)
_COLUMNS: Final = ("domain", "severity", "rejects_media", "rejects_reports")
_FOUND: Final = Prepared(
    select(*(stored.c[name] for name in _COLUMNS)).where(Among(stored.c.domain, "names", of=Text))
)


def treatment_by(connection: Connection, host: str) -> Treatment:
    """Return how the site with a normal `host` is treated, by the rules that were decided."""
    rows = _FOUND.rows(connection, {"names": names_above(host)})
    rules = {
        domain: SiteRule(
            domain=domain,
            severity=Severity(severity),
            rejects_media=bool(rejects_media),
            rejects_reports=bool(rejects_reports),
        )
        for domain, severity, rejects_media, rejects_reports in rows
    }
    return treatment_of(host, rules)


class DecidedSite(Record):
    """What was decided about a site, when, and by which decision."""

    rule: SiteRule
    decision_id: int | None
    since: datetime


def decided_sites(session: Session) -> Sequence[DecidedSite]:
    """Return every site about which something was decided, by its name."""
    rows = session.scalars(select(StoredRule).order_by(StoredRule.domain)).all()
    return [DecidedSite(rule_in(row), row.decision_id, row.created_at) for row in rows]


def rule_in(row: StoredRule) -> SiteRule:
    """Return the rule that a row holds."""
    return SiteRule(
        domain=row.domain,
        severity=row.severity,
        rejects_media=row.rejects_media,
        rejects_reports=row.rejects_reports,
        public_comment=row.public_comment,
        private_comment=row.private_comment,
        is_obfuscated=row.is_obfuscated,
    )


class Severed(Record):
    """What one decision about a site cut for a member: addresses, in their order."""

    change_id: int
    domain: str
    at: datetime
    decision_id: int
    following: tuple[str, ...]
    followers: tuple[str, ...]


def severed_of(session: Session, account_id: int) -> Sequence[Severed]:
    """Return what was cut for a member, the newest decision first."""
    rows = session.execute(
        select(SiteChange, Account.username, Account.domain, SeveredFollow.is_following)
        .join(SeveredFollow, SeveredFollow.change_id == SiteChange.id)
        .join(Account, Account.id == SeveredFollow.target_id)
        .where(SeveredFollow.account_id == account_id)
        .order_by(SiteChange.id.desc(), Account.domain, Account.username)
    ).all()
    ways: dict[SiteChange, dict[bool, list[str]]] = {}
    for change, username, domain, is_following in rows:
        ways.setdefault(change, {}).setdefault(is_following, []).append(f"{username}@{domain}")
    return [
        Severed(
            change_id=change.id,
            domain=change.domain,
            at=change.at,
            decision_id=change.decision_id,
            following=tuple(found.get(True, ())),
            followers=tuple(found.get(False, ())),
        )
        for change, found in ways.items()
    ]
