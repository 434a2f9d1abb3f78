"""Hosts: every spelling of one name is one name, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.hosts import (
    covering,
    host_of_uri,
    is_same_origin,
    names_above,
    normal_host,
    origin_of,
)

SITE = "https://site.example"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("site.example", "site.example"),
        ("SITE.Example.", "site.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--BCHER-kva.example", "xn--bcher-kva.example"),
        ("site。example", "site.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("[2001:DB8:0:0::1]", "[2001:db8::1]"),
        ("", None),
        (".", None),
        ("site..example", None),
        ("site.example..", None),
        ("site.example:443", None),
        ("site.example/", None),
        ("a b.example", None),
        ("-site.example", None),
        ("[site.example]", None),
        ("[fe80::1%eth0]", None),
        ("xn--a.example", None),
        ("a" * 64 + ".example", None),
        ("a." * 200 + "example", None),
    ],
)
def test_a_host_has_one_spelling(text: str, host: str | None) -> None:
    assert normal_host(text) == host


@pytest.mark.parametrize(
    "uri",
    [
        f"{SITE}/users/1",
        "HTTPS://Site.EXAMPLE",
        "https://site.example:443/x#y",
        "https://site.example./?q",
        "https://site.example:/",
    ],
)
def test_an_origin_has_one_spelling(uri: str) -> None:
    assert origin_of(uri) == SITE
    assert host_of_uri(uri) == "site.example"


@pytest.mark.parametrize(
    ("uri", "origin", "host"),
    [
        ("http://site.example", "http://site.example", "site.example"),
        ("http://site.example:80", "http://site.example", "site.example"),
        ("https://site.example:80", "https://site.example:80", "site.example"),
        ("https://[::1]:8443/x", "https://[::1]:8443", "[::1]"),
        ("https://[::1]/x", "https://[::1]", "[::1]"),
    ],
)
def test_ports_and_schemes_make_other_origins(uri: str, origin: str, host: str) -> None:
    assert origin_of(uri) == origin
    assert host_of_uri(uri) == host


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "site.example",
        "//site.example/x",
        "acct:ada@site.example",
        "tag:site.example,2026:1",
        "bear:?u=https://site.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https:///x",
        "https://",
        "https://site.example@evil.example/",
        "https://@site.example/",
        "https://site.example\\@evil.example/",
        "https://site.example /x",
        "https://site.example/\x00",
        " https://site.example",
        "java\tscript:x",
        "https://site.example:99999/",
        "https://site.example:x/",
        "https://[::1/",
        f"{SITE}/{'a' * 2_048}",
    ],
)
def test_what_has_no_origin(uri: str) -> None:
    assert origin_of(uri) is None
    assert host_of_uri(uri) is None
    assert not is_same_origin(uri, uri)


def test_one_origin_for_all_or_none() -> None:
    assert is_same_origin(f"{SITE}/a", "https://SITE.example:443/b", SITE)
    assert not is_same_origin(f"{SITE}/a", "http://site.example/b")
    assert not is_same_origin(f"{SITE}/a", "https://www.site.example/b")
    assert not is_same_origin(f"{SITE}/a", f"{SITE}/b", "x")


@pytest.mark.parametrize(
    ("host", "listed", "found"),
    [
        pytest.param("bad.example", {"bad.example"}, "bad.example", id="itself"),
        pytest.param("a.b.bad.example", {"bad.example"}, "bad.example", id="below"),
        pytest.param(
            "a.b.bad.example", {"bad.example", "b.bad.example"}, "b.bad.example", id="the longest"
        ),
        pytest.param("notbad.example", {"bad.example"}, None, id="a name that ends alike"),
        pytest.param("example", {"bad.example"}, None, id="above"),
        pytest.param("10.0.0.1", {"0.0.1", "1"}, None, id="an address lies in nothing"),
        pytest.param("[::1]", {"[::1]"}, "[::1]", id="IPv6"),
    ],
)
def test_the_most_specific_domain_covers(host: str, listed: set[str], found: str | None) -> None:
    assert covering(host, listed) == found


def test_names_above_are_few_whatever_comes() -> None:
    assert names_above("a.b.example") == ("a.b.example", "b.example", "example")
    assert len(names_above("a." * 5_000 + "example")) <= 127


@given(
    st.text(max_size=60) | st.text("htps:/@[].%xn-0189ü\\", max_size=40).map("https://".__add__)
)
def test_whatever_comes_has_an_origin_or_none_and_it_is_its_own(uri: str) -> None:
    origin = origin_of(uri)
    if origin is not None:
        assert origin_of(origin) == origin
        host = host_of_uri(uri)
        assert host is not None
        assert normal_host(host) == host
