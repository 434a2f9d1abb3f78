"""The effects "domain.suspend" and "domain.lift": whether we speak with another site."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import Field, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.words import Words, say
from app.moderation.sites.rules import COMMENT_MAX, Severity, SiteRule
from app.moderation.sites.service import (
    decide_site,
    follows_with,
    restore_site,
    rule_of,
    under,
)
from app.text.hosts import normal_host
from app.text.names import one_line
from governance.effects import Effect, Payload, Warrant
from governance.guard import check_warrant
from governance.rules import DecisionType

SUSPEND: Final = "domain.suspend"
LIFT: Final = "domain.lift"
DOMAIN_MAX: Final = 253


class Site(Payload):
    """The payload of "domain.lift": a domain, in the one spelling in which it is kept."""

    domain: str = Field(min_length=4, max_length=DOMAIN_MAX)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        kept = kept_domain(self.domain)
        if kept is None:
            raise ValueError("must be a domain, such as troubled.example")
        if kept != self.domain:
            raise ValueError(f"must be written as {kept!r}")
        return self


class SuspendedSite(Site):
    """The payload of "domain.suspend". `reason` is public; with `is_obfuscated`, visitors see the
    name with stars in it.
    """

    reason: str = Field(default="", max_length=COMMENT_MAX)
    is_obfuscated: bool = False


def kept_domain(written: str) -> str | None:
    """Return a domain in its one spelling, however it was written; None if it is none."""
    name = written.strip().removeprefix("https://").removeprefix("http://").removeprefix("@")
    host = normal_host(name.partition("/")[0].rpartition("@")[2])
    return host if host is not None and "." in host and not host.startswith("[") else None


def _check_suspend(session: Session, payload: SuspendedSite, _now: datetime) -> None:
    if rule_of(session, payload.domain) == _rule(payload):
        _refuse_idle()


def _check_lift(session: Session, payload: Site, _now: datetime) -> None:
    if rule_of(session, payload.domain) is None:
        _refuse_idle()


def _refuse_idle() -> None:
    text = say("Nothing would change.")
    raise Invalid(text, effects=text)


def _rule(payload: SuspendedSite) -> SiteRule:
    return SiteRule(
        domain=payload.domain,
        severity=Severity.SUSPENDED,
        rejects_media=True,
        rejects_reports=True,
        public_comment=one_line(payload.reason, limit=COMMENT_MAX),
        is_obfuscated=payload.is_obfuscated,
    )


def _preview_suspend(session: Session, payload: SuspendedSite, now: datetime) -> dict[str, Any]:
    return {
        **_preview_lift(session, payload, now),
        "after": Severity.SUSPENDED.value,
        "reason": payload.reason,
    }


def _preview_lift(session: Session, payload: Site, _now: datetime) -> dict[str, Any]:
    """Return what holds and what would, with the people whom it concerns, counted now."""
    before = rule_of(session, payload.domain)
    ways = [out for _, _, out in follows_with(session, payload.domain)]
    people = select(func.count()).where(under(session, payload.domain))
    return {
        "domain": payload.domain,
        "before": None if before is None else before.severity.value,
        "after": None,
        "known": session.scalars(people.select_from(Account)).one(),
        "followed": sum(ways),
        "following": len(ways) - sum(ways),
    }


def _describe_suspend(preview: Mapping[str, Any]) -> Words:
    return say(
        "We close the door to {domain}: we take nothing from it and send nothing to it. Follows "
        "that would end now: {followed} of ours, {following} of theirs.",
        domain=preview["domain"],
        followed=preview["followed"],
        following=preview["following"],
    )


def _describe_lift(preview: Mapping[str, Any]) -> Words:
    return say("We open the door to {domain} again.", domain=preview["domain"])


def _suspend(session: Session, payload: SuspendedSite, warrant: Warrant) -> None:
    _decide(session, payload, _rule(payload), warrant)


def _lift(session: Session, payload: Site, warrant: Warrant) -> None:
    _decide(session, payload, None, warrant)


def _decide(session: Session, payload: Site, after: SiteRule | None, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    decide_site(session, payload.domain, after, decision_id=warrant.decision_id, now=warrant.now)


def _restore(session: Session, payload: Site, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    restore_site(session, payload.domain, decision_id=warrant.decision_id, now=warrant.now)


SUSPEND_SITE: Effect[SuspendedSite] = Effect(
    payload=SuspendedSite,
    types=lambda _payload: frozenset({DecisionType.DOMAIN}),
    subject=lambda payload: f"site:{payload.domain}",
    check=_check_suspend,
    preview=_preview_suspend,
    describe=_describe_suspend,
    apply=_suspend,
    is_urgent=lambda _payload: True,
    restore=_restore,
)
LIFT_SITE: Effect[Site] = Effect(
    payload=Site,
    types=lambda _payload: frozenset({DecisionType.DOMAIN}),
    subject=lambda payload: f"site:{payload.domain}",
    check=_check_lift,
    preview=_preview_lift,
    describe=_describe_lift,
    apply=_lift,
)
