"""Addresses of programs: which are taken, and how the answer gets there."""

import pytest

from app.core.errors import Invalid
from app.oauth.redirects import (
    LENGTH_MAX,
    OUT_OF_BAND,
    URIS_MAX,
    Mode,
    form_actions,
    is_redirect_uri,
    place_of,
    read_redirect_uris,
    with_answer,
)

REFUSED = [
    pytest.param("javascript:alert(1)", id="a script"),
    pytest.param("JavaScript:alert(1)", id="a script in other letters"),
    pytest.param("data:text/html,x", id="a page in the address"),
    pytest.param("vbscript:x", id="an old script"),
    pytest.param("blob:https://far.example/1", id="a blob"),
    pytest.param("file:///etc/passwd", id="a file"),
    pytest.param("https://far.example/\r\nSet-Cookie: a=b", id="a line end"),
    pytest.param("https://far.example/a b", id="a space"),
    pytest.param("https://far.example/#here", id="a fragment"),
    pytest.param("https://good.example@far.example/", id="a name before the host"),
    pytest.param("https:///done", id="no host"),
    pytest.param("https://far.example:0/", id="port zero"),
    pytest.param("https://[far", id="a broken host"),
    pytest.param("https://far.example\\@good.example/", id="a backslash"),
    pytest.param("https://fär.example/", id="a host that is not ASCII"),
    pytest.param("https://far.example/; default-src *", id="a policy of its own"),
    pytest.param("/done", id="no scheme"),
    pytest.param("urn:ietf:wg:oauth:2.0:other", id="another name"),
    pytest.param("", id="nothing"),
    pytest.param("https://far.example/" + "x" * LENGTH_MAX, id="too long"),
]


@pytest.mark.parametrize("uri", REFUSED)
def test_is_no_address_of_a_program(uri: str) -> None:
    assert not is_redirect_uri(uri)
    with pytest.raises(Invalid):
        read_redirect_uris([uri])


TAKEN = [
    pytest.param("https://elk.zone/api/x/oauth/https%3A%2F%2Felk.zone", id="a web client"),
    pytest.param("http://localhost:5173/done?a=b", id="a program on this machine"),
    pytest.param("http://[::1]:8080/", id="an address of version six"),
    pytest.param("tusky://oauth", id="a scheme of its own"),
    pytest.param("icecubesapp://", id="nothing but a scheme"),
    pytest.param("com.tapbots.ivory.219:/request_token", id="a scheme with dots"),
    pytest.param(OUT_OF_BAND, id="the code is copied by hand"),
]


@pytest.mark.parametrize("uri", TAKEN)
def test_is_an_address_of_a_program(uri: str) -> None:
    assert is_redirect_uri(uri)
    assert read_redirect_uris(uri) == [uri]


def test_several_are_parted_by_line_ends_or_listed() -> None:
    two = ["https://one.example/", "two://done"]
    assert read_redirect_uris("\r\n".join(two)) == read_redirect_uris([*two, two[0]]) == two


@pytest.mark.parametrize("given", ["", "  ", [], ["a://b"] * URIS_MAX + ["c://d"]])
def test_none_and_too_many_are_refused(given: str | list[str]) -> None:
    with pytest.raises(Invalid):
        read_redirect_uris(given)


@pytest.mark.parametrize(
    ("uri", "allowed", "place"),
    [
        pytest.param(OUT_OF_BAND, [], "urn:", id="nowhere"),
        pytest.param("https://a.example:8443/x?y", ["https://a.example:8443"], "a.example:8443"),
        pytest.param("https://a.example?x", ["https://a.example"], "a.example", id="no path"),
        pytest.param("http://[::1]:80/", ["http:"], "[::1]:80", id="policies know no version six"),
        pytest.param("tusky://oauth", ["tusky:"], "tusky:", id="a scheme of its own"),
    ],
)
def test_where_a_form_may_lead(uri: str, allowed: list[str], place: str) -> None:
    assert form_actions(uri) == allowed
    assert place_of(uri) == place


@pytest.mark.parametrize(
    ("uri", "mode", "led_to"),
    [
        pytest.param("a://", Mode.QUERY, "a://?code=1&state=%26x%2F", id="a bare scheme"),
        pytest.param("https://a/?b=c", Mode.QUERY, "https://a/?b=c&code=1&state=%26x%2F"),
        pytest.param("https://a/?", Mode.QUERY, "https://a/?code=1&state=%26x%2F"),
        pytest.param("https://a/", Mode.FRAGMENT, "https://a/#code=1&state=%26x%2F"),
    ],
)
def test_the_answer_is_added(uri: str, mode: Mode, led_to: str) -> None:
    assert with_answer(uri, {"code": "1", "state": "&x/"}, mode=mode) == led_to
