"""Comparing what holds for other sites with the decisions about them."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.moderation.sites.models import SiteChange, StoredRule
from app.moderation.sites.service import rule_of, told
from governance import sites
from governance.live_acts import done_by


def differences(session: Session) -> Iterator[Words]:
    """Yield what differs: a change that nobody decided, and a rule that no change left."""
    newest: dict[str, SiteChange] = {}
    for change in session.scalars(select(SiteChange).order_by(SiteChange.id)).all():
        if not _decided(session, change):
            yield say("site {domain}: no decision changed it", domain=change.domain)
        newest[change.domain] = change
    unknown = session.scalars(select(StoredRule.domain)).all()
    for domain in sorted({*newest, *unknown}):
        last = newest.get(domain)
        if told(rule_of(session, domain)) != (last.after if last else None):
            yield say("site {domain}: it is not what was decided", domain=domain)


def _decided(session: Session, change: SiteChange) -> bool:
    """Return whether a decision is about this site; one that was undone gives back what held."""
    kinds = (sites.SUSPEND, sites.LIFT)
    return any(
        done["kind"] in kinds and done["payload"]["domain"] == change.domain
        for done in done_by(session, change.decision_id)
    )
