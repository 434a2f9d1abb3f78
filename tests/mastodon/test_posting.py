"""What apps do with posts of their own: polls, changes, pins, waiting posts, letters."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.statuses.polls.models import Poll
from app.statuses.polls.rules import Asking
from app.statuses.visibility import Visibility
from tests.fakes import FixedClock
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import post
from tests.statuses.test_pictures import make_picture

V1 = "/api/v1"


def made(app: TestClient, **sent: Any) -> dict[str, Any]:
    """Publish a post by the app."""
    answer = app.post(f"{V1}/statuses", json={"status": "Drinks?"} | sent)
    assert answer.status_code == 200, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


def error(answer: Any, status: int) -> str:
    """Return what an answer declines with."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    return str(answer.json()["error"])


def test_a_poll_is_asked_in_every_encoding_and_answered_once(
    site: Site, clock: FixedClock
) -> None:
    ada, bo, visitor = site.program("ada"), site.program("bo"), site.program(None)
    fields = {"status": "Drinks?", "poll[options][]": ["Tea", " Milk "], "poll[expires_in]": "300"}
    asked = ada.post(f"{V1}/statuses", data=fields).json()["poll"]
    assert [option["title"] for option in asked["options"]] == ["Tea", "Milk"]
    one = f"{V1}/polls/{asked['id']}"
    assert "voted" not in visitor.get(one).json()
    for choices in ([], ["2"], ["0", "1"]):
        assert error(bo.post(f"{one}/votes", json={"choices": choices}), 422)
    voted = bo.post(f"{one}/votes", params={"choices[]": "1"}).json()
    assert (voted["own_votes"], voted["voted"], voted["votes_count"]) == ([1], True, 1)
    again = error(bo.post(f"{one}/votes", json={"choices": [0]}), 422)
    assert again == "Validation failed: You have already voted on this poll"
    assert error(ada.post(f"{one}/votes", json={"choices": [0]}), 422)
    clock.advance(minutes=5)
    late = error(site.program("cy").post(f"{one}/votes", json={"choices": [0]}), 422)
    assert late == "Validation failed: The poll has already ended"
    assert visitor.get(one).json()["expired"] is True
    assert visitor.get(one).json()["options"][1] == {"title": "Milk", "votes_count": 1}


def test_a_poll_that_hides_how_it_stands(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    asking = {"options": ["Tea", "Milk"], "expires_in": 300, "multiple": True, "hide_totals": True}
    poll = made(ada, poll=asking)["poll"]
    told = bo.post(f"{V1}/polls/{poll['id']}/votes", json={"choices": [0, 1]}).json()
    assert [option["votes_count"] for option in told["options"]] == [None, None]
    assert told["own_votes"] == [0, 1]


def test_a_poll_is_seen_by_whom_its_post_is_for(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    asking = {"options": ["Tea", "Milk"], "expires_in": 300}
    poll = made(ada, visibility="direct", poll=asking)["poll"]
    one = f"{V1}/polls/{poll['id']}"
    unknown = bo.get(f"{V1}/polls/4242")
    assert unknown.status_code == 404
    for answer in (bo.get(one), site.program(None).get(one)):
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert error(bo.post(f"{one}/votes", json={"choices": [0]}), 404) == "Record not found"
    with site.write() as session:
        assert session.get_one(Poll, int(poll["id"])).voters_count == 0


@pytest.mark.parametrize("verb", ["put", "patch"])
def test_a_post_is_changed_and_every_wording_stays_readable(
    site: Site, clock: FixedClock, verb: str
) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    with site.write() as session:
        picture = make_picture(session, site.person("ada"), "A heron")
    status = made(ada, status="One", media_ids=[str(picture)], language="en")
    one = f"{V1}/statuses/{status['id']}"
    change = getattr(ada, verb)
    clock.advance(hours=1)
    caption = {"id": str(picture), "description": "A grey heron", "focus": "0.5,-0.25"}
    sent = {"status": "Two", "media_ids": [str(picture)], "media_attributes": [caption]}
    told = change(one, json=sent).json()
    assert (told["content"], told["language"]) == ("<p>Two</p>", "en")
    assert told["media_attachments"][0]["description"] == "A grey heron"
    assert told["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert told["edited_at"] == "2026-11-09T13:00:00.000Z"
    assert change(one, json=sent).json()["edited_at"] == told["edited_at"]
    poll = {"options": ["Tea", "Milk"], "expires_in": 300}
    clock.advance(hours=1)
    data = {"spoiler_text": "Drinks", "poll[options][]": poll["options"], "poll[expires_in]": 300}
    third = change(one, data=data).json()
    assert (third["content"], third["spoiler_text"]) == ("<p>Two</p>", "Drinks")
    assert third["media_attachments"] == []
    assert third["poll"]["options"][0]["title"] == "Tea"
    history = site.program(None).get(f"{one}/history").json()
    assert [w["content"] for w in history] == ["<p>One</p>", "<p>Two</p>", "<p>Two</p>"]
    assert history[2]["poll"] == {"options": [{"title": "Tea"}, {"title": "Milk"}]}
    assert history[0]["account"]["acct"] == "ada"
    source = ada.get(f"{one}/source").json()
    assert (source["text"], source["spoiler_text"]) == ("Two", "Drinks")
    for refused in (bo.get(f"{one}/source"), bo.put(one, json={"status": "Mine"})):
        assert error(refused, 404) == "Record not found"


def test_captions_of_a_change_are_shown_in_its_history(site: Site, clock: FixedClock) -> None:
    ada = site.program("ada")
    with site.write() as session:
        picture = make_picture(session, site.person("ada"), "A heron")
    ids = [str(picture)]
    status = made(ada, media_ids=ids)
    one = f"{V1}/statuses/{status['id']}"
    clock.advance(hours=1)
    query: dict[str, Any] = {
        "media_ids[]": ids,
        "media_attributes[][id]": picture,
        "media_attributes[][description]": "A stork",
    }
    ada.put(one, params=query)
    told = [w["media_attachments"][0]["description"] for w in ada.get(f"{one}/history").json()]
    assert told == ["A heron", "A stork"]


def test_a_deleted_post_can_be_written_anew_with_its_pictures(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    with site.write() as session:
        pictures = [make_picture(session, site.person("ada")) for _ in range(2)]
    first = made(ada, status="A *typo*", content_type="text/markdown", media_ids=[pictures[0]])
    one = f"{V1}/statuses/{first['id']}"
    assert error(bo.delete(one), 404) == "Record not found"
    told = ada.delete(one).json()
    assert told["text"] == "A *typo*"
    assert "content" not in told
    assert told["media_attachments"][0]["id"] == str(pictures[0])
    assert error(ada.get(one), 404)
    assert error(ada.delete(one), 404)
    again = made(ada, status="No typo", media_ids=[pictures[0]])
    assert again["media_attachments"][0]["id"] == str(pictures[0])
    last = made(ada, status="Gone", media_ids=[pictures[1]])
    ada.request("DELETE", f"{V1}/statuses/{last['id']}", data={"delete_media": "true"})
    assert error(ada.get(f"{V1}/media/{pictures[1]}"), 404)


def test_pins_stand_on_the_page_and_talks_can_be_left(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    ids = [made(ada, status=f"Post {n}")["id"] for n in range(6)]
    for status_id in ids[:5]:
        assert ada.post(f"{V1}/statuses/{status_id}/pin").json()["pinned"] is True
    most = error(ada.post(f"{V1}/statuses/{ids[5]}/pin"), 422)
    assert most == "Validation failed: You have already pinned the maximum number of posts"
    assert error(bo.post(f"{V1}/statuses/{ids[5]}/pin"), 404)
    assert ada.post(f"{V1}/statuses/{ids[0]}/unpin").json()["pinned"] is False
    page = f"{V1}/accounts/{site.person('ada').account_id}/statuses"
    shown = bo.get(page, params={"pinned": "true"}).json()
    assert [p["id"] for p in shown] == ids[4:0:-1]
    assert "pinned" not in shown[0]
    one = f"{V1}/statuses/{ids[0]}"
    assert bo.post(f"{one}/mute").json()["muted"] is True
    assert bo.get(one).json()["muted"] is True
    assert ada.get(one).json()["muted"] is False
    assert bo.post(f"{one}/unmute").json()["muted"] is False


def test_posts_wait_for_their_moment(site: Site, clock: FixedClock) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    with site.write() as session:
        picture = make_picture(session, site.person("ada"), "A heron")
    at = (clock.now() + timedelta(days=1)).isoformat()
    sent = {"status": "Later", "scheduled_at": at, "media_ids": [str(picture)]}
    headers = {"Idempotency-Key": "one"}
    waiting = ada.post(f"{V1}/statuses", json=sent, headers=headers).json()
    assert ada.post(f"{V1}/statuses", json=sent, headers=headers).json() == waiting
    assert waiting["scheduled_at"] == "2026-11-10T12:00:00.000Z"
    assert waiting["params"]["text"] == "Later"
    assert waiting["media_attachments"][0]["description"] == "A heron"
    base, one = f"{V1}/scheduled_statuses", f"{V1}/scheduled_statuses/{waiting['id']}"
    assert ada.get(base).json() == [waiting] == [ada.get(one).json()]
    assert bo.get(base).json() == []
    soon = (clock.now() + timedelta(minutes=4)).isoformat()
    for refused in (
        ada.post(f"{V1}/statuses", json=sent | {"scheduled_at": soon, "media_ids": []}),
        ada.post(f"{V1}/statuses", json=sent | {"scheduled_at": "soon", "media_ids": []}),
        ada.put(one, json={"scheduled_at": soon}),
        ada.put(one, json={}),
    ):
        assert error(refused, 422).startswith("Validation failed: ")
    for refused in (bo.get(one), bo.put(one, json={"scheduled_at": at}), bo.delete(one)):
        assert error(refused, 404) == "Record not found"
    moved = ada.put(one, data={"scheduled_at": "2026-11-12T08:00:00Z"}).json()
    assert moved["scheduled_at"] == "2026-11-12T08:00:00.000Z"
    past = made(ada, scheduled_at="2020-01-01T00:00:00Z")
    assert past["content"] == "<p>Drinks?</p>"
    assert ada.delete(one).json() == {}
    assert ada.get(base).json() == []


def test_waiting_posts_are_paged(site: Site, clock: FixedClock) -> None:
    ada = site.program("ada")
    at = clock.now() + timedelta(days=1)
    ids = [made(ada, scheduled_at=(at + timedelta(hours=n)).isoformat())["id"] for n in range(3)]
    first = ada.get(f"{V1}/scheduled_statuses", params={"limit": 2})
    assert [row["id"] for row in first.json()] == ids[:0:-1]
    second = ada.get(first.links["next"]["url"])
    assert [row["id"] for row in second.json()] == ids[:1]
    back = ada.get(second.links["prev"]["url"])
    assert [row["id"] for row in back.json()] == ids[:0:-1]


def test_letters_are_read_and_put_away(site: Site) -> None:
    ada, bo, cy = site.program("ada"), site.program("bo"), site.program("cy")
    site.person("bo"), site.person("cy")
    public = made(ada, status="@bo in public")
    first = made(ada, status="@bo psst", visibility="direct")
    answer = made(bo, status="@ada what?", visibility="direct", in_reply_to_id=first["id"])
    [talk] = ada.get(f"{V1}/conversations/").json()
    assert (talk["unread"], talk["last_status"]["id"]) == (True, answer["id"])
    assert [a["acct"] for a in talk["accounts"]] == ["bo"]
    assert [t["unread"] for t in bo.get(f"{V1}/conversations").json()] == [False]
    assert cy.get(f"{V1}/conversations").json() == []
    one = f"{V1}/conversations/{talk['id']}"
    unknown = error(bo.post(f"{V1}/conversations/4242/read"), 404)
    assert error(bo.post(f"{one}/read"), 404) == error(bo.delete(one), 404) == unknown
    assert ada.post(f"{one}/read").json()["unread"] is False
    direct = ada.get(f"{V1}/timelines/direct").json()
    assert [p["id"] for p in direct] == [answer["id"], first["id"]]
    assert public["id"] not in {p["id"] for p in bo.get(f"{V1}/timelines/direct").json()}
    assert cy.get(f"{V1}/timelines/direct").json() == []
    assert ada.delete(one).json() == {}
    assert ada.get(f"{V1}/conversations").json() == []
    assert len(bo.get(f"{V1}/conversations").json()) == 1
    assert ada.get(f"{V1}/statuses/{first['id']}").status_code == 200


def test_letters_are_paged_by_their_latest(site: Site) -> None:
    ada, bo = site.person("ada"), site.program("bo")
    site.person("bo")
    with site.write() as session:
        ids = [
            str(post(session, ada, f"@bo {n}", visibility=Visibility.DIRECT).id) for n in range(3)
        ]
    first = bo.get(f"{V1}/conversations", params={"limit": 2})
    assert [talk["last_status"]["id"] for talk in first.json()] == ids[:0:-1]
    second = bo.get(first.links["next"]["url"])
    assert [talk["last_status"]["id"] for talk in second.json()] == ids[:1]


def test_a_quote_is_shown_told_and_taken_back(site: Site) -> None:
    ada, bo, visitor = site.program("ada"), site.program("bo"), site.program(None)
    first = made(ada, status="One")
    assert first["quote"] is None
    approval = {"automatic": ["public"], "manual": []}
    assert visitor.get(f"{V1}/statuses/{first['id']}").json()["quote_approval"] == approval | {
        "current_user": "denied"
    }
    assert first["quote_approval"] == approval | {"current_user": "automatic"}
    second = made(bo, status="Two", quoted_status_id=first["id"])
    assert (second["quote"]["state"], second["quote"]["quoted_status"]["content"]) == (
        "accepted",
        "<p>One</p>",
    )
    third = made(bo, status="Three", quoted_status_id=second["id"])
    inner = third["quote"]["quoted_status"]["quote"]
    assert inner == {"state": "accepted", "quoted_status_id": first["id"]}
    one = f"{V1}/statuses/{first['id']}"
    assert [p["id"] for p in bo.get(f"{one}/quotes").json()] == [second["id"]]
    revoke = f"{one}/quotes/{second['id']}/revoke"
    assert error(bo.post(revoke), 403) == "This action is not allowed"
    taken = ada.post(revoke).json()
    assert taken["id"] == second["id"]
    assert taken["quote"] == {"state": "revoked", "quoted_status": None}
    assert bo.get(f"{one}/quotes").json() == []
    third_now = visitor.get(f"{V1}/statuses/{third['id']}").json()
    assert third_now["quote"]["quoted_status"]["quote"] == {
        "state": "revoked",
        "quoted_status_id": None,
    }


def test_who_may_quote_is_the_authors_choice(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    first = made(ada, quote_approval_policy="nobody")
    one = f"{V1}/statuses/{first['id']}"
    assert bo.get(one).json()["quote_approval"]["current_user"] == "denied"
    refused = bo.post(f"{V1}/statuses", json={"status": "Look", "quoted_status_id": first["id"]})
    assert error(refused, 403)
    letter = made(ada, visibility="direct")
    for unseen in (letter["id"], "4242"):
        refused = bo.post(f"{V1}/statuses", json={"status": "Look", "quoted_status_id": unseen})
        assert error(refused, 404) == "Record not found"
    change = f"{one}/interaction_policy"
    assert error(bo.put(change, json={"quote_approval_policy": "public"}), 404)
    assert error(ada.put(change, json={"quote_approval_policy": "friends"}), 422)
    assert error(ada.put(change, json={"reply_policy": "friends"}), 422)
    told = ada.patch(change, data={"quote_approval_policy": "followers"}).json()
    assert told["quote_approval"]["automatic"] == ["followers"]
    assert bo.get(one).json()["quote_approval"]["current_user"] == "denied"
    bo.post(f"{V1}/accounts/{site.person('ada').account_id}/follow")
    assert bo.get(one).json()["quote_approval"]["current_user"] == "automatic"
    assert made(bo, quoted_status_id=first["id"])["quote"]["state"] == "accepted"
    kept = ada.put(one, json={"status": "Other words"}).json()
    assert kept["quote_approval"]["automatic"] == ["followers"]


def test_a_post_goes_to_nobody_whom_the_app_did_not_expect(site: Site) -> None:
    ada = site.program("ada")
    bo, cy = site.person("bo"), site.person("cy")
    sent = {"status": "@bo and @cy, psst", "visibility": "direct"}
    allowed = sent | {"allowed_mentions": [str(bo.account_id)]}
    refused = ada.post(f"{V1}/statuses", json=allowed)
    assert refused.status_code == 422
    assert [a["acct"] for a in refused.json()["unexpected_accounts"]] == ["cy"]
    assert "unexpected accounts" in refused.json()["error"]
    assert ada.get(f"{V1}/timelines/direct").json() == []
    allowed["allowed_mentions"] = [str(cy.account_id), str(bo.account_id)]
    assert ada.post(f"{V1}/statuses", json=allowed).status_code == 200


def test_polls_and_quotes_cost_a_fixed_number_of_statements(site: Site) -> None:
    ada, me = site.program("ada"), site.person("ada")
    asking = Asking(("Tea", "Milk"), timedelta(days=1))

    def cost() -> int:
        ada.get(f"{V1}/timelines/home")
        with counted(site.kernel.db) as statements:
            assert ada.get(f"{V1}/timelines/home").status_code == 200
        return len(statements)

    def happens(times: int) -> None:
        with site.write() as session:
            for _ in range(times):
                quoted = post(session, me, "One", poll=asking, quoted_id=first.id)
                post(session, me, "Two", poll=asking, quoted_id=quoted.id)

    with site.write() as session:
        first = post(session, me)
    plain = cost()
    happens(1)
    few = cost()
    happens(5)
    assert cost() == few
    assert few - plain <= 5, "polls, quotes, the quoted posts, their polls and what they quote"


def test_who_may_answer_is_said_with_the_post(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    wrong = ada.post(f"{V1}/statuses", json={"status": "Tea", "reply_policy": "friends"})
    assert error(wrong, 422)
    post = made(ada, reply_policy="followers")
    answer = {"status": "Oh", "in_reply_to_id": post["id"]}
    assert error(bo.post(f"{V1}/statuses", json=answer), 403)
    bo.post(f"{V1}/accounts/{site.person('ada').account_id}/follow")
    assert bo.post(f"{V1}/statuses", json=answer).status_code == 200
