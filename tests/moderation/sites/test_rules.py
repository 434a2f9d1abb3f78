"""Which rule is for a site: the most specific one, in every spelling."""

from itertools import product

import pytest

from app.moderation.sites.rules import (
    OPEN,
    REFUSED,
    Severity,
    SiteRule,
    digest_of,
    shown_in_public,
    treatment_of,
)


def rules(**severities: str) -> dict[str, SiteRule]:
    """Return rules by domain; an underscore in a name stands for a dot."""
    named = {name.replace("_", "."): Severity(word) for name, word in severities.items()}
    return {name: SiteRule(domain=name, severity=severity) for name, severity in named.items()}


@pytest.mark.parametrize(
    ("host", "is_refused", "is_limited"),
    [
        ("bad.example", True, False),
        ("www.bad.example", True, False),
        ("a.b.c.bad.example", True, False),
        ("good.bad.example", False, False),
        ("deep.good.bad.example", False, False),
        ("worse.good.bad.example", True, False),
        ("loud.example", False, True),
        ("notbad.example", False, False),
        ("example", False, False),
    ],
)
def test_the_most_specific_rule_counts(host: str, *, is_refused: bool, is_limited: bool) -> None:
    known = rules(
        bad_example="suspend",
        good_bad_example="noop",
        worse_good_bad_example="suspend",
        loud_example="silence",
    )
    found = treatment_of(host, known)
    assert (found.is_refused, found.is_limited) == (is_refused, is_limited)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("friend.example", OPEN, id="allowed"),
        pytest.param("sub.friend.example", OPEN, id="below what is allowed"),
        pytest.param("other.example", REFUSED, id="not named"),
        pytest.param("both.example", OPEN, id="allowed and refused alike"),
        pytest.param("good.bad.example", OPEN, id="allowed below what is refused"),
    ],
)
def test_where_only_named_sites_are_spoken_with(host: str, expected: object) -> None:
    known = rules(both_example="suspend", bad_example="suspend", bad_friend_example="suspend")
    allowed = {"friend.example", "both.example", "good.bad.example"}
    assert treatment_of(host, known, allowed=allowed) == expected
    assert treatment_of("bad.friend.example", known, allowed=allowed).is_refused
    assert treatment_of("bad.example", known, allowed=allowed) == REFUSED


def test_without_that_mode_allowing_changes_nothing() -> None:
    known = rules(bad_example="suspend")
    assert treatment_of("bad.example", known).is_refused
    assert treatment_of("anybody.example", known) == OPEN
    assert treatment_of("anybody.example", known, allowed=()) == REFUSED


@pytest.mark.parametrize(("media", "reports", "severity"), list(product([0, 1], [0, 1], Severity)))
def test_what_follows_from_a_rule(media: int, reports: int, severity: Severity) -> None:
    rule = SiteRule(
        domain="a.example",
        severity=severity,
        rejects_media=bool(media),
        rejects_reports=bool(reports),
    )
    found = treatment_of("a.example", {"a.example": rule})
    is_suspended = severity is Severity.SUSPENDED
    assert found.rule is rule
    assert found.is_refused is is_suspended
    assert found.rejects_media is (bool(media) or is_suspended)
    assert found.rejects_reports is (bool(reports) or is_suspended)


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("example.org", "exa****.*rg"),
        ("a.b", "a.*"),
        ("sub.domain.example", "sub.d*****.***mple"),
    ],
)
def test_a_hidden_domain_keeps_its_ends(domain: str, shown: str) -> None:
    rule = SiteRule(domain=domain, severity=Severity.SUSPENDED, is_obfuscated=True)
    assert shown_in_public(rule) == shown
    assert len(digest_of(rule)) == 64


def test_other_domains_are_shown() -> None:
    rule = SiteRule(domain="example.org", severity=Severity.SUSPENDED)
    assert shown_in_public(rule) == "example.org"
    # printf example.org | sha256sum
    assert digest_of(rule).startswith("bfabc37432958b06")
