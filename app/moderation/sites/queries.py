"""Reading what holds for a site: one look into a table that may hold thousands."""

from typing import Final, cast

from sqlalchemy import Connection, Table, Text, select

from app.core.prepared import Among, Prepared
from app.moderation.sites.models import StoredRule
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
