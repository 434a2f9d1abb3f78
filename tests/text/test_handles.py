"""Handles and domains: one spelling, and no way to pass for another."""

import pytest

from app.text.handles import (
    Handle,
    host_of,
    is_local_username,
    is_reserved,
    normal_domain,
    parse_handle,
    shown_domain,
)

HANDLES = [
    pytest.param("ada", Handle("ada"), id="a name"),
    pytest.param(" @ada ", Handle("ada"), id="a name with its sign"),
    pytest.param("@Ada@Example.org", Handle("Ada", "example.org"), id="of another site"),
    pytest.param("acct:ada@riverside.example", Handle("ada"), id="of this site"),
    pytest.param("ada@", None, id="an empty domain"),
    pytest.param("ada@a@b", None, id="two domains"),
    pytest.param("@", None, id="nothing"),
    pytest.param("a b", None, id="two words"),
    pytest.param("ädä", None, id="a name beyond ASCII"),
    pytest.param("аda", None, id="a Cyrillic letter"),
    pytest.param("ada\n", Handle("ada"), id="a line end around it"),
    pytest.param("a\nda", None, id="a line end inside"),
    pytest.param("a" * 65, None, id="a name too long"),
    pytest.param("ada@evil.example/riverside.example", None, id="a slash"),
]


@pytest.mark.parametrize(("text", "expected"), HANDLES)
def test_parse_handle(text: str, expected: Handle | None) -> None:
    assert parse_handle(text, here="riverside.example") == expected


DOMAINS = [
    pytest.param("Example.ORG", "example.org", id="small letters"),
    pytest.param("BÜCHER.example", "xn--bcher-kva.example", id="punycode"),
    pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", id="punycode already"),
    pytest.param("example.org:8443", "example.org:8443", id="a port"),
    pytest.param("ｅxample.org", "example.org", id="wide letters"),
    pytest.param("example.org:0080", "example.org:80", id="a port in one spelling"),
    pytest.param("exa/mple.org", None, id="a slash"),
    pytest.param("example.org:", None, id="an empty port"),
    pytest.param("example.org:a", None, id="a port that is no number"),
    pytest.param("a@example.org", None, id="a user name"),
    pytest.param("exa mple.org", None, id="a space"),
    pytest.param("exam\u200bple.org", "example.org", id="an ignored sign, as browsers do"),
    pytest.param("example..org", None, id="an empty label"),
    pytest.param("-example.org", None, id="a leading hyphen"),
    pytest.param("exa_mple.org", None, id="an underscore"),
    pytest.param("a" * 64 + ".org", None, id="a label too long"),
    pytest.param("a." * 127 + "org", None, id="a domain too long"),
    pytest.param("", None, id="nothing"),
    pytest.param("xn--zz--zz.example", None, id="broken punycode"),
]


@pytest.mark.parametrize(("text", "expected"), DOMAINS)
def test_normal_domain(text: str, expected: str | None) -> None:
    assert normal_domain(text) == expected
    if expected is not None:
        assert normal_domain(expected) == expected


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("ada", True),
        ("ada_l", True),
        ("7up", True),
        ("a", True),
        ("Ada", False),
        ("_ada", False),
        ("ada_", False),
        ("ada.l", False),
        ("ada-l", False),
        ("a" * 31, False),
        ("", False),
        ("ada\n", False),
    ],
)
def test_local_usernames(name: str, allowed: bool) -> None:
    assert is_local_username(name) is allowed


@pytest.mark.parametrize("name", ["admin", "Treasurer", "no_reply", "a_d_m_i_n", "_staff_"])
def test_names_of_offices_are_reserved(name: str) -> None:
    assert is_reserved(name)
    assert not is_reserved("ada")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/a", "example.org"),
        ("http://example.org:8080", "example.org:8080"),
        ("https://a@example.org", None),
        ("https://@example.org", None),
        ("ftp://example.org", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://example.org:99999", None),
        ("//example.org", None),
    ],
)
def test_host_of(url: str, host: str | None) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("xn--bcher-kva.example", "bücher.example"),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),  # Cyrillic letters that read "apple".
        ("xn--e1afmkfd.example", "пример.example"),
        ("xn--a.example", "xn--a.example"),
    ],
)
def test_a_domain_is_shown_in_its_script_unless_it_poses(domain: str, shown: str) -> None:
    assert shown_domain(domain) == shown
