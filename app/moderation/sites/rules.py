"""Which rule is for a site, and what follows from it. Pure.

The most specific rule counts: what is said of a part of a site is meant for that part. Where only
named sites are spoken with, the same holds between what is allowed and what is not.
Source: security.md (c) 64; the manual of Mastodon on moderating domains.
"""

import hashlib
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.text.hosts import covering

COMMENT_MAX: Final = 500  # Letters.


class Severity(StrEnum):
    """How far a site is kept away. The words are those of Mastodon's lists."""

    NOTED = "noop"
    LIMITED = "silence"
    SUSPENDED = "suspend"


ORDER: Final = tuple(Severity)  # From the mildest to the hardest.


class SiteRule(Record, kw_only=True):
    """What holds for a site and everything below its domain, which is in its one spelling."""

    domain: str
    severity: Severity
    rejects_media: bool = False
    rejects_reports: bool = False
    public_comment: str = ""
    private_comment: str = ""
    is_obfuscated: bool = False


class Treatment(Record, kw_only=True):
    """What happens with what comes from a site. Refused: nothing is taken, sent or fetched."""

    is_refused: bool = False
    is_limited: bool = False
    rejects_media: bool = False
    rejects_reports: bool = False
    rule: SiteRule | None = None


OPEN: Final = Treatment()
REFUSED: Final = Treatment(is_refused=True, rejects_media=True, rejects_reports=True)


def treatment_of(
    host: str, rules: Mapping[str, SiteRule], *, allowed: Collection[str] | None = None
) -> Treatment:
    """Return how the site with a normal `host` is treated. `rules` are by domain.

    With `allowed`, only these sites are spoken with; where one of them and a rule are about the
    same domain, the site is allowed. Otherwise allowing changes nothing.
    """
    found = covering(host, rules)
    rule = rules[found] if found is not None else None
    if allowed is not None:
        allowing = covering(host, allowed)
        if allowing is None:
            return REFUSED
        if rule is not None and len(allowing) >= len(rule.domain):
            return OPEN
    return OPEN if rule is None else _treatment(rule)


def _treatment(rule: SiteRule) -> Treatment:
    is_refused = rule.severity is Severity.SUSPENDED
    return Treatment(
        is_refused=is_refused,
        is_limited=rule.severity is Severity.LIMITED,
        rejects_media=rule.rejects_media or is_refused,
        rejects_reports=rule.rejects_reports or is_refused,
        rule=rule,
    )


def shown_in_public(rule: SiteRule) -> str:
    """Return the domain as visitors see it: with stars in its middle if that was decided.

    Its first and last letters and the dots stay, as in Mastodon's lists.
    """
    if not rule.is_obfuscated:
        return rule.domain
    length = len(rule.domain)
    edge = length // 4
    return "".join(
        "*" if edge < at < length - edge and letter != "." else letter
        for at, letter in enumerate(rule.domain)
    )


def digest_of(rule: SiteRule) -> str:
    """Return the SHA-256 of the domain, by which somebody who knows it finds it."""
    return hashlib.sha256(rule.domain.encode()).hexdigest()
