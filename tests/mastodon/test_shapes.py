"""Every kind of post, and what stands around posts, against the field tables."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.statuses.visibility import Visibility
from tests.fakes import FixedClock
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults, fields_of
from tests.mastodon.test_posting import made
from tests.social import befriend, post
from tests.statuses.test_pictures import make_picture

V1 = "/api/v1"
SEEN_BY_MEMBERS = {"favourited", "reblogged", "muted", "bookmarked", "filtered"}


def check(entity: str, answer: Any) -> Any:
    """Hold an answer, or each part of a list, against the entity's table."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    for one in told if isinstance(told, list) else [told]:
        assert faults(entity, one) == []
    return told


@pytest.mark.parametrize(
    ("entity", "value", "fault"),
    [
        pytest.param("PollOption", {"title": "Tea"}, "is missing", id="a field is missing"),
        pytest.param("PollOption", {"title": None, "votes_count": 1}, "is null", id="null"),
        pytest.param("PollOption", {"title": "T", "votes_count": True}, "no i", id="a wrong type"),
        pytest.param("EditedOption", {"title": "T", "detail": 1}, "unknown", id="one too many"),
        pytest.param("FilterStatus", {"id": "x1", "status_id": "1"}, "no id", id="no id"),
        pytest.param("EditedPoll", {"options": {}}, "no list", id="no list"),
        pytest.param("EditedPoll", {"options": [{}]}, "[0].title", id="inside of a list"),
    ],
)
def test_what_is_not_as_the_table_says_is_found(entity: str, value: Any, fault: str) -> None:
    [found] = faults(entity, value)
    assert fault in found


def test_what_may_be_null_or_absent_is_no_fault() -> None:
    assert faults("PollOption", {"title": "Tea", "votes_count": None}) == []
    assert faults("StatusTag", {"name": "tea", "url": "https://x.example/tags/tea"}) == []
    assert "content" not in fields_of("DeletedStatus")


def every_kind(site: Site, ada: TestClient, bo: TestClient) -> dict[str, str]:
    """Publish a post of each kind; return their ids by what they are."""
    me = site.person("ada")
    with site.write() as session:
        befriend(session, site.person("bo"), me)
        picture = make_picture(session, me, "A heron")
        here = post(session, me, "In the house", visibility=Visibility.LOCAL)
        letter = post(session, me, "@bo psst", visibility=Visibility.DIRECT)
    poll = {"options": ["Tea", "Milk"], "expires_in": 600, "hide_totals": True}
    plain = made(ada, status="@bo look at #tea https://weir.example/", language="en")
    kinds = {
        "plain": plain,
        "warned": made(ada, spoiler_text="Tea", content_type="text/markdown"),
        "media": made(ada, media_ids=[str(picture)]),
        "poll": made(ada, poll=poll),
        "answer": made(bo, status="Yes", in_reply_to_id=plain["id"]),
        "quoting": made(bo, status="Read", quoted_status_id=plain["id"]),
        "filtered": made(bo, status="A spoilt plover"),
        "boost": bo.post(f"{V1}/statuses/{plain['id']}/reblog").json(),
    }
    found = {name: status["id"] for name, status in kinds.items()}
    found["quoting a quote"] = made(ada, quoted_status_id=found["quoting"])["id"]
    found["boost of a quote"] = ada.post(f"{V1}/statuses/{found['quoting']}/reblog").json()["id"]
    return found | {"here": str(here.id), "letter": str(letter.id)}


def test_every_kind_of_post_has_its_shape_for_everybody(site: Site) -> None:
    ada, bo, visitor = site.program("ada"), site.program("bo"), site.program(None)
    kinds = every_kind(site, ada, bo)
    words = {"title": "Birds", "context": ["home"], "keywords_attributes": [{"keyword": "plover"}]}
    assert ada.post("/api/v2/filters", json=words).status_code == 200
    for name, status_id in kinds.items():
        one = f"{V1}/statuses/{status_id}"
        for reader in (ada, bo):
            told = check("Status", reader.get(one))
            assert told.keys() >= SEEN_BY_MEMBERS, name
        answer = visitor.get(one)
        if name in ("here", "letter"):
            assert answer.status_code == 404, name
        else:
            told = check("Status", answer)
            assert not SEEN_BY_MEMBERS & told.keys(), name
    assert ada.get(f"{V1}/statuses/{kinds['filtered']}").json()["filtered"]
    assert ada.get(f"{V1}/statuses/{kinds['here']}").json()["local_only"] is True
    for path in ("timelines/home", "timelines/public", "timelines/tag/tea", "timelines/direct"):
        assert check("Status", ada.get(f"{V1}/{path}")), path
    context = check("Context", ada.get(f"{V1}/statuses/{kinds['plain']}/context"))
    assert context["descendants"]
    check("Notification", ada.get(f"{V1}/notifications"))


def test_what_stands_around_posts_has_its_shape(site: Site, clock: FixedClock) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    kinds = every_kind(site, ada, bo)
    poll_id = ada.get(f"{V1}/statuses/{kinds['poll']}").json()["poll"]["id"]
    for reader in (ada, bo, site.program(None)):
        check("Poll", reader.get(f"{V1}/polls/{poll_id}"))
    check("Poll", bo.post(f"{V1}/polls/{poll_id}/votes", json={"choices": ["1"]}))
    clock.advance(minutes=10)
    check("Poll", bo.get(f"{V1}/polls/{poll_id}"))
    media = f"{V1}/statuses/{kinds['media']}"
    check("Status", ada.put(media, json={"status": "No heron", "spoiler_text": "Birds"}))
    assert len(check("StatusEdit", bo.get(f"{media}/history"))) == 2
    check("StatusEdit", bo.get(f"{V1}/statuses/{kinds['poll']}/history"))
    check("StatusSource", ada.get(f"{media}/source"))
    check("DeletedStatus", ada.delete(f"{V1}/statuses/{kinds['poll']}"))
    later = {"status": "Later", "scheduled_at": "2027-01-01T00:00:00Z"}
    poll = {"options": ["Tea", "Milk"], "expires_in": 600}
    check("ScheduledStatus", ada.post(f"{V1}/statuses", json=later | {"poll": poll}))
    assert check("ScheduledStatus", ada.get(f"{V1}/scheduled_statuses"))
    assert check("Conversation", bo.get(f"{V1}/conversations"))
    assert check("Status", bo.get(f"{V1}/statuses/{kinds['plain']}/quotes"))
    revoked = f"{V1}/statuses/{kinds['plain']}/quotes/{kinds['quoting']}/revoke"
    check("Status", ada.post(revoked))
    ids = {name: site.person(name).account_id for name in ("ada", "bo")}
    check("Account", bo.get(f"{V1}/accounts/{ids['ada']}"))
    check("CredentialAccount", ada.get(f"{V1}/accounts/verify_credentials"))
    asked = {"id[]": list(ids.values())}
    check("Relationship", ada.get(f"{V1}/accounts/relationships", params=asked))
