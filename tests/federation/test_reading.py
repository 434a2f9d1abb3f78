"""Odd documents: what is too much is cut, what is wrong is passed over or refused in one way."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.federation.activitystreams.activities import announced, read_activity
from app.federation.activitystreams.collections import read_page
from app.federation.activitystreams.documents import (
    BYTES_MAX,
    PUBLIC,
    Unreadable,
    read_document,
)
from app.federation.activitystreams.posts import read_post
from tests.federation.written import LIKE, NOTE, NOW, THERE, WHO, actor, document, post


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"a"', id="a text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{", id="half of it"),
        pytest.param(b'{"a":1}{"a":2}', id="two of them"),
        pytest.param(b'{"a":"' + b"x" * BYTES_MAX + b'"}', id="a byte more than a megabyte"),
        pytest.param(nested(65), id="one too deep"),
        pytest.param(nested(100_000), id="a hundred thousand deep"),
        pytest.param(b"[" * 500_000, id="half a million brackets"),
        pytest.param(b'{"a":1,"a":2}', id="a name twice"),
        pytest.param(b'{"b":{"a":1,"\\u0061":2}}', id="a name twice, spelt otherwise"),
        pytest.param(b'{"a":NaN}', id="not a number"),
        pytest.param(b'{"a":-Infinity}', id="infinity"),
        pytest.param(b'{"a":1e999}', id="infinity spelt out"),
        pytest.param(b'{"a":' + b"9" * 10_000 + b"}", id="ten thousand digits"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="a byte order mark"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a":"\xff"}', id="no UTF-8"),
        pytest.param(b'{"a":"\x00"}', id="a control character"),
        *(
            pytest.param(f'{{"b":[{{"{name}":[]}}]}}'.encode(), id=name)
            for name in ("@graph", "@included", "@reverse", "\\u0040graph")
        ),
    ],
)
def test_what_is_no_document(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_document(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(nested(64), id="just as deep as may be"),
        pytest.param(b'{"a":"' + b"{" * 1_000 + b'"}', id="brackets in a text"),
        pytest.param(b'{"a":-0,"b":1.5,"c":1e3}', id="numbers"),
        pytest.param(json.dumps({str(n): 1 for n in range(80_000)}).encode(), id="80,000 names"),
        pytest.param(b'{"a":"\\ud800\\u0000"}', id="half a letter"),
    ],
)
def test_what_is_a_document(body: bytes) -> None:
    assert read_document(body).id is None


def test_half_letters_and_nul_become_signs_that_can_be_stored() -> None:
    found = read_document(b'{"content":"a\\ud800b\\u0000c"}').text("content", limit=10)
    assert found == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    "given",
    [
        {"id": None},
        {"id": 1},
        {"id": "tag:there.example,2026:1"},
        {"id": "https://ada@there.example/1"},
        {"id": f"{THERE}/{'a' * 2_048}"},
        {"attributedTo": None},
        {"attributedTo": {}},
        {"attributedTo": ["ada"]},
        {"type": None},
        {"type": "ChatMessage"},
        {"type": "Tombstone"},
        {"type": ["Story", "Note"]},
        {"type": "Unheard", "content": ""},
        {"type": {"Note": 1}},
    ],
    ids=str,
)
def test_what_is_no_post(given: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        post(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"id": None},
        {"type": "Note"},
        {"inbox": None},
        {"inbox": "file:///etc/passwd"},
        {"preferredUsername": None},
        {"preferredUsername": ""},
        {"preferredUsername": "a" * 2_049},
        {"preferredUsername": "a@b"},
        {"preferredUsername": "a/b"},
        {"preferredUsername": "a b"},
        {"preferredUsername": "\u0430da"},
        {"preferredUsername": {"@value": "ada"}},
    ],
    ids=str,
)
def test_what_is_no_actor(given: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        actor(**given)


@pytest.mark.parametrize("name", ["ada", "A_d-a", "wordpress.example", "a.b--c", "a" * 2_048])
def test_names_of_elsewhere(name: str) -> None:
    assert actor(preferredUsername=name).username == name


@pytest.mark.parametrize("missing", ["id", "actor", "object"])
def test_what_is_no_activity(missing: str) -> None:
    with pytest.raises(Unreadable):
        read_activity(document({k: v for k, v in LIKE.items() if k != missing}), now=NOW)


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ("Like", "Like"),
        ("as:Like", "Like"),
        (["Unheard", "Like"], "Like"),
        ("View", "noise"),
        ("Unheard", "other"),
        (None, "other"),
        (7, "other"),
        ("noise", "other"),
        ("other", "other"),
    ],
    ids=str,
)
def test_every_type_is_something(types: object, kind: str) -> None:
    assert read_activity(document(LIKE | {"type": types}), now=NOW).kind == kind


def test_other_spellings_of_names_are_understood() -> None:
    spelt = {
        "@id": f"{THERE}/1",
        "@type": "as:Note",
        "as:attributedTo": {"id": WHO, "type": "Person"},
        "https://www.w3.org/ns/activitystreams#content": "<p>Hi</p>",
        "as:to": "Public",
        "litepub:directMessage": True,
    }
    found = read_post(document(spelt), now=NOW)
    assert (found.id, found.author, found.content) == (f"{THERE}/1", WHO, "<p>Hi</p>")
    assert found.audience.to == (PUBLIC,)
    assert found.audience.is_direct_message


def test_the_plain_name_counts_before_other_spellings() -> None:
    both = {**NOTE, "@id": "https://evil.example/1", "as:content": "evil"}
    found = read_post(document(both), now=NOW)
    assert (found.id, found.content) == (f"{THERE}/1", "<p>Hi</p>")


@pytest.mark.parametrize(
    "wrong", [0, "", [], {}, True, None, [[]], [None, 1], "\x7f", 1.5, {"id": 7}]
)
@pytest.mark.parametrize(
    "name",
    [
        "summary",
        "name",
        "url",
        "to",
        "cc",
        "tag",
        "attachment",
        "published",
        "updated",
        "inReplyTo",
        "context",
        "replies",
        "contentMap",
        "sensitive",
        "interactionPolicy",
        "quote",
        "icon",
        "image",
        "language",
        "mediaType",
        "audience",
        "capabilities",
    ],
)
def test_a_wrong_value_spoils_nothing_beside_it(name: str, wrong: object) -> None:
    found = post(**{name: wrong})
    assert (found.id, found.author, found.content) == (f"{THERE}/1", WHO, "<p>Hi</p>")


@pytest.mark.parametrize("wrong", [0, "", [], {}, True, None, [[]], [None, 1], {"id": 7}])
@pytest.mark.parametrize(
    "name",
    [
        "icon",
        "image",
        "tag",
        "attachment",
        "publicKey",
        "endpoints",
        "assertionMethod",
        "alsoKnownAs",
        "summary",
        "published",
    ],
)
def test_a_wrong_value_spoils_no_actor(name: str, wrong: object) -> None:
    assert actor(**{name: wrong}).username == "ada"


def test_what_is_too_much_is_cut() -> None:
    found = post(
        content="x" * 300_000,
        name="n" * 5_000,
        summary="s" * 20_000,
        to=[f"{THERE}/users/{n}" for n in range(5_000)],
        tag=[{"type": "Mention", "href": f"{THERE}/users/{n}"} for n in range(1_000)]
        + [{"type": "Hashtag", "name": f"#t{n}"} for n in range(5_000)],
        attachment=[{"type": "Document", "url": f"{THERE}/{n}.png"} for n in range(1_000)],
    )
    assert len(found.content) == 1 << 18
    assert len(found.warning) == 10_000
    assert len(found.audience.to) == 1_000
    assert len(found.tags.mentions) == 200
    assert len(found.tags.hashtags) == 0  # Only the first thousand tags are looked at.
    assert len(found.attachments) == 16


def test_what_is_too_much_of_an_actor_is_cut() -> None:
    found = actor(
        name="n" * 200_000,
        summary="s" * 100_000,
        attachment=[{"type": "PropertyValue", "name": "n" * 3_000, "value": "v"}] * 60,
        alsoKnownAs=[f"{THERE}/old/{n}" for n in range(900)],
        publicKey=[{"id": f"{WHO}#{n}", "owner": WHO, "publicKeyPem": "PEM"} for n in range(50)],
    )
    assert len(found.name) == 2_048
    assert len(found.bio) == 20_000
    assert len(found.fields) == 50
    assert len(found.fields[0].name) == 2_047
    assert len(found.also_known_as) == 256
    assert len(found.keys) == 10


def test_what_is_too_much_of_a_poll_is_cut() -> None:
    options = [{"type": "Note", "name": "o" * 1_200 + str(n)} for n in range(700)]
    found = post(type="Question", oneOf=options)
    assert found.poll is not None
    assert len(found.poll.options) == 500
    assert len(found.poll.options[0].text) == 1_000


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2026-01-31T11:00:00Z", NOW - timedelta(hours=1)),
        ("2026-01-31T12:00:00+01:00", NOW - timedelta(hours=1)),
        ("2026-01-31T11:00:00", NOW - timedelta(hours=1)),
        ("2026-01-31T11:00:00.000000000Z", NOW - timedelta(hours=1)),
        ("2026-02-31T11:00:00Z", None),
        ("2027-01-01T00:00:00Z", NOW),
        ("9999-12-31T23:59:59Z", NOW),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("-0001-01-01T00:00:00Z", None),
        ("1969-12-31T23:59:59Z", None),
        ("2026-01-31T11:00:00+99:99", None),
        ("soon", None),
        ("", None),
        (1_769_853_600, None),
    ],
    ids=str,
)
def test_times_are_of_this_world(published: object, expected: datetime | None) -> None:
    assert post(published=published).published_at == expected


def test_a_post_is_not_edited_before_it_was_written() -> None:
    found = post(published="2026-01-30T00:00:00Z", updated="2026-01-29T00:00:00Z")
    assert found.updated_at is None
    later = post(published="2026-01-30T00:00:00Z", updated="2027-01-29T00:00:00Z")
    assert later.updated_at == NOW


def test_a_stolen_author_is_not_believed() -> None:
    """A person of another site, listed whole, does not become the author."""
    victim = {"type": "Person", "id": "https://victim.example/users/1"}
    assert post(attributedTo=[victim, WHO]).author == WHO


def test_hidden_recipients_are_not_read() -> None:
    found = post(bto=[f"{THERE}/users/8"], bcc=[f"{THERE}/users/9"], to=[PUBLIC])
    assert found.audience.named == ()


def test_the_addressing_of_the_activity_counts_if_the_object_has_none() -> None:
    create = {"id": f"{THERE}/c", "type": "Create", "actor": WHO, "object": NOTE, "to": PUBLIC}
    found = read_activity(document(create), now=NOW).object.post
    assert found is not None
    assert found.audience.to == (PUBLIC,)
    closer = create | {"object": NOTE | {"to": [], "cc": f"{WHO}/followers"}}
    nearer = read_activity(document(closer), now=NOW).object.post
    assert nearer is not None
    assert nearer.audience.to == ()


@pytest.mark.parametrize(
    ("wrapped", "uri"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ({"type": "Note", "id": "https://a.example/1"}, "https://a.example/1"),
        ({"type": "Question", "id": "https://a.example/1"}, "https://a.example/1"),
        (
            {
                "type": "Update",
                "actor": WHO,
                "object": {"type": "Page", "id": "https://a.example/1"},
            },
            "https://a.example/1",
        ),
        ({"type": "Announce", "actor": WHO, "object": "https://a.example/1"}, None),
        ({"type": "View", "actor": WHO, "object": "https://a.example/1"}, None),
        ({"type": "Create", "actor": WHO}, None),
        ({"type": "Note"}, None),
        ("bear:?u=x", None),
    ],
    ids=str,
)
def test_one_wrapping_is_taken_off(wrapped: object, uri: str | None) -> None:
    activity = read_activity(document(LIKE | {"type": "Announce", "object": wrapped}), now=NOW)
    found = announced(activity)
    assert (found and found.uri) == uri


def test_nothing_inline_is_read_where_it_would_not_be_believed() -> None:
    for kind in ("Announce", "Like", "Undo", "Delete", "Flag", "Accept", "Add"):
        found = read_activity(document(LIKE | {"type": kind, "object": NOTE}), now=NOW)
        assert found.object.post is None


def test_a_post_that_cannot_be_read_leaves_its_activity_readable() -> None:
    create = {"id": f"{THERE}/c", "type": "Create", "actor": WHO, "object": {**NOTE, "id": None}}
    found = read_activity(document(create), now=NOW)
    assert found.object.post is None
    assert found.object.uri is None


@pytest.mark.parametrize(
    ("given", "uris", "following"),
    [
        ({"type": "OrderedCollection", "orderedItems": [f"{THERE}/1", NOTE]}, 2, None),
        ({"type": "Collection", "items": f"{THERE}/1"}, 1, None),
        ({"type": "Collection", "first": f"{THERE}/p"}, 0, None),
        (
            {"type": "Collection", "first": {"items": [f"{THERE}/1"], "next": f"{THERE}/p"}},
            1,
            f"{THERE}/p",
        ),
        ({"type": "CollectionPage", "items": [f"{THERE}/{n}" for n in range(999)]}, 500, None),
    ],
    ids=lambda value: str(value)[:50],
)
def test_pages_of_collections(given: dict[str, Any], uris: int, following: str | None) -> None:
    found = read_page(document(given))
    assert len(found.uris) == uris
    assert found.next == following


def test_what_is_no_collection() -> None:
    with pytest.raises(Unreadable):
        read_page(document(NOTE))
