"""Finding others: content types, handles and their round trip, pages with a document behind."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.federation.activitystreams.actors import Actor, read_actor
from app.federation.activitystreams.documents import Unreadable
from app.federation.answers import is_asked
from app.federation.lookup.alternates import alternate_in_header, alternate_in_page
from app.federation.lookup.webfinger import (
    address_of,
    asks_elsewhere,
    claimed_handle,
    is_round,
    read_found,
)
from app.federation.mediatypes import ACCEPT, is_activity, is_for_inboxes
from app.text.handles import Handle
from tests.federation.written import NOW, PERSON, THERE, WHO, document

LD: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
SELF: Final = {"rel": "self", "type": "application/activity+json", "href": WHO}
ADA: Final = Handle("ada", "there.example")


@pytest.mark.parametrize(
    ("content_type", "is_read", "is_put"),
    [
        ("application/activity+json", True, True),
        ("application/activity+json; charset=utf-8", True, True),
        (LD, True, True),
        (
            LD.replace("; ", ";")
            .upper()
            .replace(
                "HTTPS://WWW.W3.ORG/NS/ACTIVITYSTREAMS", "https://www.w3.org/ns/activitystreams"
            ),
            True,
            True,
        ),
        ('application/ld+json; profile="x https://www.w3.org/ns/activitystreams"', True, True),
        ("application/ld+json", False, True),
        ('application/ld+json; profile="https://evil.example"', False, True),
        ("application/json", False, False),
        ("text/html; application/activity+json", False, False),
        ("text/html", False, False),
        ("application/activity+jsonx", False, False),
        ("", False, False),
    ],
)
def test_content_types(content_type: str, *, is_read: bool, is_put: bool) -> None:
    assert is_activity(content_type) is is_read
    assert is_for_inboxes(content_type) is is_put


def test_we_ask_for_what_we_read_and_answer() -> None:
    assert is_asked(ACCEPT)
    assert all(is_activity(each) for each in ACCEPT.split(", "))


def found(**given: Any) -> Any:
    return read_found(document({"subject": "acct:ada@there.example", "links": [SELF]} | given))


def actor(**given: Any) -> Actor:
    return read_actor(document(PERSON | given), now=NOW)


def test_where_to_ask() -> None:
    assert address_of(ADA) == (
        "https://there.example/.well-known/webfinger?resource=acct%3Aada%40there.example"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"subject": "acct:ADA@There.Example"},
        {"links": [{"rel": "self", "type": "text/html", "href": "https://x.example"}, SELF]},
        {"links": [SELF, SELF | {"href": "https://evil.example/users/1"}]},
        {"links": [SELF | {"type": LD}]},
        {"links": SELF},
    ],
    ids=str,
)
def test_what_a_site_says_of_a_handle(given: dict[str, Any]) -> None:
    assert found(**given).subject.key == ADA.key
    assert found(**given).actor == WHO


@pytest.mark.parametrize(
    "given",
    [
        {"subject": None},
        {"subject": "ada"},
        {"subject": "https://there.example/ada"},
        {"subject": "acct:ada@there example"},
        {"subject": "acct:@"},
        {"links": None},
        {"links": []},
        {"links": [SELF | {"rel": "me"}]},
        {"links": [SELF | {"type": "application/json"}]},
        {"links": [SELF | {"href": "file:///x"}]},
        {"links": [7, None, []]},
    ],
    ids=str,
)
def test_what_says_nothing(given: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        found(**given)


@pytest.mark.parametrize(
    ("template", "is_kept"),
    [
        (f"{THERE}/interact?uri={{uri}}", True),
        (f"{THERE}/interact", False),
        ("javascript:alert({uri})", False),
        (f"{THERE}/{{uri}}/{{uri}}", False),
        (7, False),
    ],
)
def test_where_one_follows_from(template: object, *, is_kept: bool) -> None:
    link = {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template}
    assert (found(links=[SELF, link]).template == template) is is_kept


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "ada@there.example"),
        ({"webfinger": "ada@example.org"}, "ada@example.org"),
        ({"webfinger": "acct:ada@example.org"}, "ada@example.org"),
        ({"webfinger": "ada"}, "ada@there.example"),
        ({"webfinger": 7}, "ada@there.example"),
        ({"preferredUsername": "a" * 100}, None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_an_actor_claims(given: dict[str, Any], expected: str | None) -> None:
    claimed = claimed_handle(actor(**given))
    assert (str(claimed) if claimed else None) == expected


def test_a_handle_is_believed_after_the_round_trip() -> None:
    assert is_round(ADA, found(), actor())
    assert is_round(Handle("ADA", "there.example"), found(), actor(preferredUsername="Ada"))
    assert not is_round(ADA, found(), actor(id=f"{THERE}/users/2"))
    assert not is_round(ADA, found(), actor(preferredUsername="bea"))
    assert not is_round(Handle("ada", "example.org"), found(), actor())


def test_a_site_may_point_to_another_one_once() -> None:
    elsewhere = Handle("ada", "example.org")
    assert asks_elsewhere(ADA, found()) is None
    assert asks_elsewhere(Handle("Ada", "there.example"), found()) is None
    assert asks_elsewhere(elsewhere, found()) == ADA


PAGE: Final = f"{THERE}/@ada/1"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f'<{WHO}>; rel="alternate"; type="application/activity+json"', WHO),
        (f"<{WHO}>; rel=alternate; type=application/activity+json", WHO),
        (f'<a>; rel="next", <{WHO}>; type="application/activity+json"; rel="x alternate"', WHO),
        ('</users/1>; rel="alternate"; type="application/activity+json"', f"{THERE}/users/1"),
        (f'<{WHO}>; rel="alternate"; type="text/html"', None),
        (f'<{WHO}>; rel="me"; type="application/activity+json"', None),
        ('<javascript:x>; rel="alternate"; type="application/activity+json"', None),
        ("<" * 100_000, None),
        ("", None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_documents_named_by_a_header(header: str, expected: str | None) -> None:
    assert alternate_in_header(header, page=PAGE) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<link href="{WHO}" rel="alternate" type="application/activity+json">', WHO),
        (f"<LINK REL='alternate' TYPE=application/activity+json HREF={WHO} />", WHO),
        (f"<link rel=alternate type='{LD}' href='/users/1'>", f"{THERE}/users/1"),
        (
            '<link rel="alternate" type="application/activity+json" href="/?a=1&amp;b">',
            f"{THERE}/?a=1&b",
        ),
        (f'<link rel="alternate" type="application/rss+xml" href="{WHO}">', None),
        (f'<a rel="alternate" type="application/activity+json" href="{WHO}">', None),
        ('<link rel="alternate" type="application/activity+json" href="http://[/">', None),
        ("<link " * 80_000, None),
        ("<link a=" + "'" * 500_000, None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_documents_named_by_a_page(html: str, expected: str | None) -> None:
    assert alternate_in_page(html, page=PAGE) == expected


@given(st.text(max_size=200) | st.text("<link>=\"' relaternate;,:/[]", max_size=100))
def test_whatever_a_page_says_is_read(text: str) -> None:
    alternate_in_page(text, page=PAGE)
    alternate_in_header(text, page=PAGE)
    is_activity(text)
