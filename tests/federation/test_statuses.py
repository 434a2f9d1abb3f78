"""Our posts as other sites read them."""

from datetime import timedelta
from typing import Any

import pytest

from app.accounts.models import RemoteActor
from app.members.actor import Actor
from app.statuses.models import Mention, RemoteStatus, Status
from app.statuses.polls.rules import Asking
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.quotes.service import revoke_quote
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType, Writing
from tests.emojis.making import keeper_of, make_emoji
from tests.factories import NOON, make_account
from tests.fakes import clock_of
from tests.federation.reading import BASE, URLS, Reader
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import post
from tests.statuses.test_pictures import make_picture

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
THERE = "https://elsewhere.example"


def write(site: Site, author: Actor, text: str = "Hello", **given: Any) -> Status:
    with site.write() as session:
        return post(session, author, text, **given)


def uri_of(status: Status) -> str:
    return URLS.status_uri(status.account_id, status.id)


def test_a_post_says_all_that_others_ask_for(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        far = make_account(session, username="far", domain="elsewhere.example")
        session.add(
            RemoteActor(
                account_id=far.id, uri=f"{THERE}/u/1", inbox=f"{THERE}/inbox", fetched_at=NOON
            )
        )
        status = post(
            session, ines, "Look, @bo: #Bread", spoiler="Food", language="en", sensitive=True
        )
        session.add(Mention(status_id=status.id, account_id=far.id))
    uri, actor = uri_of(status), URLS.actor(ines.account_id)
    found = other.read(uri)
    context = found.pop("@context")
    assert context[0] == "https://www.w3.org/ns/activitystreams"
    content = URLS.absolute(status.content_html)
    assert f'href="{BASE}/@bo"' in content
    talk = f"{BASE}/contexts/{status.id}"
    everybody = {"automaticApproval": [PUBLIC], "manualApproval": []}
    assert found == {
        "id": uri,
        "type": "Note",
        "attributedTo": actor,
        "content": content,
        "contentMap": {"en": content},
        "summary": "Food",
        "sensitive": True,
        "published": "2026-11-09T12:00:00Z",
        "url": f"{BASE}/@ines/{status.id}",
        "inReplyTo": None,
        "to": [PUBLIC],
        "cc": [f"{actor}/followers", URLS.actor(bo.account_id), f"{THERE}/u/1"],
        "tag": [
            {
                "type": "Mention",
                "href": URLS.actor(bo.account_id),
                "name": "@bo@riverside.example",
            },
            {"type": "Mention", "href": f"{THERE}/u/1", "name": "@far@elsewhere.example"},
            {"type": "Hashtag", "href": f"{BASE}/tags/bread", "name": "#bread"},
        ],
        "attachment": [],
        "conversation": talk,
        "context": talk,
        "replies": {
            "id": f"{uri}/replies",
            "type": "Collection",
            "first": {
                "type": "CollectionPage",
                "partOf": f"{uri}/replies",
                "items": [],
                "next": f"{uri}/replies?after=0",
            },
        },
        "likes": f"{uri}/likes",
        "shares": f"{uri}/shares",
        "interactionPolicy": {
            "canReply": everybody,
            "canLike": everybody,
            "canAnnounce": everybody,
            "canQuote": everybody,
        },
    }


def test_the_act_holds_the_post(site: Site, other: Reader) -> None:
    status = write(site, site.person("ines"), "Hello, @ines", spoiler="x")
    uri = uri_of(status)
    found = other.read(uri)
    assert other.read(f"{uri}/activity") == {
        "@context": found.pop("@context"),
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": URLS.actor(status.account_id),
        "published": found["published"],
        "to": found["to"],
        "cc": found["cc"],
        "object": found,
    }


def test_quiet_public_is_addressed_the_other_way_round(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    found = other.read(uri_of(write(site, ines, visibility=Visibility.UNLISTED)))
    assert found["to"] == [f"{URLS.actor(ines.account_id)}/followers"]
    assert found["cc"] == [PUBLIC]


def test_an_edit_and_markdown_are_told(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    status = write(site, ines, "*one*", content_type=ContentType.MARKDOWN)
    writing = Writing("*two*", content_type=ContentType.MARKDOWN)
    with site.write() as session:
        edit_status(session, ines, status.id, writing, now=NOON + timedelta(minutes=1))
    found = other.read(uri_of(status))
    assert found["content"].strip() == "<p><em>two</em></p>"
    assert found["source"] == {"content": "*two*", "mediaType": "text/markdown"}
    assert (found["published"], found["updated"]) == (
        "2026-11-09T12:00:00Z",
        "2026-11-09T12:01:00Z",
    )


def test_pictures_are_documents_with_their_words_twice(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        media_id = make_picture(session, ines, description="A boat")
        status = post(session, ines, "Look", media_ids=(media_id,))
    [file] = other.read(uri_of(status))["attachment"]
    assert file["url"].startswith(f"{BASE}/media/")
    del file["url"]
    assert file == {
        "type": "Document",
        "mediaType": "image/webp",
        "width": 4,
        "height": 3,
        "blurhash": "x",
        "focalPoint": [0.0, 0.0],
        "name": "A boat",
        "summary": "A boat",
    }


@pytest.mark.parametrize("multiple", [False, True], ids=["one answer", "several"])
@pytest.mark.parametrize("hide", [False, True], ids=["totals shown", "totals hidden"])
def test_a_poll_is_a_question(site: Site, other: Reader, multiple: bool, hide: bool) -> None:
    asking = Asking(("Boat", "Bread"), timedelta(hours=1), multiple=multiple, hide_totals=hide)
    uri = uri_of(write(site, site.person("ines"), "What?", poll=asking))
    found = other.read(uri)
    assert found["type"] == "Question"
    assert ("anyOf" in found, "oneOf" in found) == (multiple, not multiple)
    replies = {"type": "Collection"} | ({} if hide else {"totalItems": 0})
    assert found["anyOf" if multiple else "oneOf"] == [
        {"type": "Note", "name": name, "replies": replies} for name in ("Boat", "Bread")
    ]
    assert found["endTime"] == "2026-11-09T13:00:00Z"
    assert "closed" not in found
    assert ("votersCount" in found) is not hide
    clock_of(site.kernel).advance(hours=1)
    over = other.read(uri)
    assert over["closed"] == over["endTime"]
    assert over["votersCount"] == 0


def test_an_answer_names_what_it_answers_and_its_talk(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    first = write(site, ines)
    answer = write(site, bo, in_reply_to_id=first.id)
    more = write(site, ines, "and more", in_reply_to_id=first.id)
    write(site, bo, "not for all", in_reply_to_id=first.id, visibility=Visibility.FOLLOWERS)
    found = other.read(uri_of(answer))
    assert found["inReplyTo"] == uri_of(first)
    assert found["context"] == f"{BASE}/contexts/{first.id}"
    root = other.read(uri_of(first))
    assert root["replies"]["first"]["items"] == [uri_of(more)]
    assert other.read(f"{uri_of(first)}/replies")["first"] == root["replies"]["first"]
    page = other.read(root["replies"]["first"]["next"])
    assert (page["type"], page["items"], "next" in page) == (
        "CollectionPage",
        [uri_of(answer)],
        False,
    )
    talk = other.read(root["context"])
    assert talk["orderedItems"] == [uri_of(first), uri_of(answer), uri_of(more)]
    assert talk["attributedTo"] == URLS.actor(ines.account_id)


def test_the_pages_of_many_answers_lead_on(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    first = write(site, ines)
    answers = [uri_of(write(site, bo, str(n), in_reply_to_id=first.id)) for n in range(23)]
    page = other.read(f"{uri_of(first)}/replies?after=0")
    last = other.read(page["next"])
    assert page["items"] + last["items"] == answers
    assert "next" not in last


def test_what_is_for_this_coop_is_not_named_by_an_answer(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    first = write(site, ines, visibility=Visibility.LOCAL)
    answer = write(site, ines, in_reply_to_id=first.id)
    assert other.read(uri_of(answer))["inReplyTo"] is None


def test_posts_of_other_sites_are_named_as_they_are_there(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    first = write(site, ines)
    with site.write() as session:
        far = make_account(session, username="far", domain="elsewhere.example")
        session.get_one(Status, first.id).account_id = far.id
        session.add(
            RemoteStatus(
                status_id=first.id, uri=f"{THERE}/n/1", context=f"{THERE}/c/1", fetched_at=NOON
            )
        )
        session.add(
            RemoteActor(
                account_id=far.id, uri=f"{THERE}/u/1", inbox=f"{THERE}/inbox", fetched_at=NOON
            )
        )
        answer = post(session, ines, "Well", in_reply_to_id=first.id)
        boost = boost_status(session, ines, first.id, now=NOON)
    found = other.read(uri_of(answer))
    assert (found["inReplyTo"], found["context"]) == (f"{THERE}/n/1", f"{THERE}/c/1")
    act = other.read(f"{uri_of(boost)}/activity")
    assert (act["object"], act["cc"][1]) == (f"{THERE}/n/1", f"{THERE}/u/1")
    assert other.get(uri_of(first)).status_code == 404
    assert other.get(URLS.status_uri(far.id, first.id)).status_code == 404


def test_a_boost_is_an_announcement(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    status = write(site, ines)
    with site.write() as session:
        boost = boost_status(session, bo, status.id, now=NOON)
    actor = URLS.actor(bo.account_id)
    found = other.read(f"{uri_of(boost)}/activity")
    del found["@context"]
    assert found == {
        "id": f"{uri_of(boost)}/activity",
        "type": "Announce",
        "actor": actor,
        "published": "2026-11-09T12:00:00Z",
        "to": [PUBLIC],
        "cc": [f"{actor}/followers", URLS.actor(ines.account_id)],
        "object": uri_of(status),
    }
    assert other.get(uri_of(boost)).status_code == 404


def test_a_quote_shows_whose_leave_it_has_until_that_ends(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    quoted = write(site, ines)
    quoting = write(site, bo, "So true", quoted_id=quoted.id)
    found, stamp = other.read(uri_of(quoting)), URLS.quote_stamp(ines.account_id, quoting.id)
    for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        assert found[name] == uri_of(quoted)
    assert found["quoteAuthorization"] == stamp
    assert found["content"].startswith('<p class="quote-inline">RE: <a href=')
    [link] = [tag for tag in found["tag"] if tag["type"] == "Link"]
    assert (link["href"], link["name"]) == (uri_of(quoted), f"RE: {uri_of(quoted)}")
    leave = other.read(stamp)
    del leave["@context"]
    assert leave == {
        "id": stamp,
        "type": "QuoteAuthorization",
        "attributedTo": URLS.actor(ines.account_id),
        "interactingObject": uri_of(quoting),
        "interactionTarget": uri_of(quoted),
    }
    assert other.get(URLS.quote_stamp(bo.account_id, quoting.id)).status_code == 404
    with site.write() as session:
        revoke_quote(session, ines, quoted.id, quoting.id)
    assert other.get(stamp).status_code == 404
    without = other.read(uri_of(quoting))
    assert not {"quote", "quoteAuthorization", "_misskey_quote"} & set(without)
    assert "quote-inline" not in without["content"]


@pytest.mark.parametrize(
    ("given", "name", "whom"),
    [
        ({"reply_audience": ReplyAudience.FOLLOWERS}, "canReply", "{actor}/followers"),
        ({"reply_audience": ReplyAudience.MENTIONED}, "canReply", "{actor}"),
        ({"quote_policy": QuotePolicy.FOLLOWERS}, "canQuote", "{actor}/followers"),
        ({"quote_policy": QuotePolicy.NOBODY}, "canQuote", "{actor}"),
    ],
)
def test_who_may_do_what_is_told(
    site: Site, other: Reader, given: dict[str, Any], name: str, whom: str
) -> None:
    ines = site.person("ines")
    policy = other.read(uri_of(write(site, ines, **given)))["interactionPolicy"]
    expected = [whom.format(actor=URLS.actor(ines.account_id))]
    assert policy[name] == {"automaticApproval": expected, "manualApproval": []}


def test_emoji_stand_among_the_tags_and_have_documents(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    emoji_id = make_emoji(site.kernel, keeper_of(ines), "boat")
    [tag] = other.read(uri_of(write(site, ines, "A :boat: and a :car:")))["tag"]
    assert tag["id"] == f"{BASE}/emojis/{emoji_id}"
    assert (tag["type"], tag["name"], tag["updated"]) == (
        "Emoji",
        ":boat:",
        "2026-11-09T12:00:00Z",
    )
    assert tag["icon"]["type"] == "Image"
    assert tag["icon"]["url"].startswith(f"{BASE}/media/")
    document = other.read(tag["id"])
    del document["@context"]
    assert document == tag
    assert other.get(tag["id"], accept="image/*").status_code == 307


@pytest.mark.parametrize("visibility", Visibility)
def test_of_what_was_deleted_only_what_all_could_see_left_a_stone(
    site: Site, other: Reader, visibility: Visibility
) -> None:
    ines = site.person("ines")
    status = write(site, ines, "Look, @ines", visibility=visibility)
    other.get(uri_of(status))
    with site.write() as session:
        delete_status(session, ines, status.id, now=NOON)
    stands = visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
    for url in (uri_of(status), f"{uri_of(status)}/activity"):
        answer = other.get(url)
        assert answer.status_code == (410 if stands else 404)
        if stands:
            stone = answer.json()
            assert (stone["id"], stone["type"]) == (url, "Tombstone")
            assert stone["deleted"] == "2026-11-09T12:00:00Z"
    for name in ("replies", "likes", "shares"):
        assert other.get(f"{uri_of(status)}/{name}").status_code == 404


def test_page_and_document_of_a_post_lead_to_each_other(site: Site, other: Reader) -> None:
    status = write(site, site.person("ines"))
    page = f"{BASE}/@ines/{status.id}"
    at_page = other.get(page)
    assert (at_page.status_code, at_page.headers["location"]) == (303, uri_of(status))
    shown = other.get(page, accept="text/html")
    link = f'<{uri_of(status)}>; rel="alternate"; type="application/activity+json"'
    assert shown.headers["link"] == link
    for url in (uri_of(status), f"{uri_of(status)}/activity"):
        at_id = other.get(url, accept="text/html")
        assert (at_id.status_code, at_id.headers["location"]) == (303, page)
    assert other.get(f"{BASE}/@bo/{status.id}").status_code == 404


def test_lists_that_would_count_tell_nothing(site: Site, other: Reader) -> None:
    status = write(site, site.person("ines"))
    for name in ("likes", "shares"):
        found = other.read(f"{uri_of(status)}/{name}")
        del found["@context"]
        assert found == {"id": f"{uri_of(status)}/{name}", "type": "Collection"}


def test_a_document_costs_a_fixed_number_of_statements(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    costs = []
    for answers in (1, 4):
        first = write(site, ines, "#a #b @ines")
        for _ in range(answers):
            write(site, ines, in_reply_to_id=first.id)
        with counted(site.kernel.db) as statements:
            other.read(uri_of(first))
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 10
