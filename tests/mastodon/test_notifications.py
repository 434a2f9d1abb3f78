"""Notices, groups of them, and what is held, as apps show them."""

import pytest

from app.core.errors import NotFound
from app.mastodon.entities.notification import key_text, kinds_of, read_key
from app.notifications.grouping import GroupKey
from app.notifications.kinds import NoticeKind
from app.notifications.service import notify
from app.statuses.service.marks import favourite_status
from tests.factories import NOON
from tests.mastodon.apps import Site
from tests.social import befriend, post

NOTICES, GROUPS = "/api/v1/notifications", "/api/v2/notifications"


@pytest.mark.parametrize(
    "key",
    [
        GroupKey(NoticeKind.FAVOURITE, 12, 3),
        GroupKey(NoticeKind.BOOST, 12, 3),
        GroupKey(NoticeKind.FOLLOW, None, 3),
        GroupKey(NoticeKind.MENTION, id=12),
    ],
)
def test_keys_of_groups_are_read_as_they_are_written(key: GroupKey) -> None:
    assert read_key(key_text(key)) == key


@pytest.mark.parametrize(
    "text",
    ["", "ungrouped-", "ungrouped-x", "mention-1-2", "favourite-1", "follow-1-2", "follow--1"],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NotFound):
        read_key(text)


def test_types_that_nobody_knows_are_ignored() -> None:
    assert kinds_of({"mention", "wave"}, ()) == {NoticeKind.MENTION, NoticeKind.ANSWER}
    assert kinds_of({"wave"}, ()) == frozenset()
    assert NoticeKind.DUES not in kinds_of((), ())
    assert NoticeKind.FOLLOW not in kinds_of((), {"follow"})


def test_an_app_shows_notices(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        status = post(session, ada, "Bread")
        favourite_status(session, bo, status.id, now=NOON)
        befriend(session, bo, ada)
        answer = post(session, bo, "@ada yes", in_reply_to_id=status.id)
        notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, now=NOON)
    app = site.program("ada")
    page = app.get(f"{NOTICES}?limit=2")
    mention, follow = page.json()
    assert (mention["type"], mention["status"]["id"]) == ("mention", str(answer.id))
    assert mention["account"]["id"] == str(bo.account_id)
    assert mention["group_key"] == f"ungrouped-{mention['id']}"
    assert follow["type"] == "follow"
    assert "status" not in follow
    [favourite] = app.get(page.links["next"]["url"]).json()
    assert favourite["type"] == "favourite"
    assert favourite["group_key"].startswith(f"favourite-{status.id}-")
    only = app.get(NOTICES, params={"types[]": ["follow"], "account_id": str(bo.account_id)})
    assert [n["id"] for n in only.json()] == [follow["id"]]
    assert "types%5B%5D=follow" in only.headers["link"]
    without = app.get(NOTICES, params={"exclude_types[]": ["follow", "mention"]}).json()
    assert [n["id"] for n in without] == [favourite["id"]]
    assert app.get(f"{NOTICES}/{follow['id']}").json() == follow
    stranger = site.program("bo")
    assert stranger.get(f"{NOTICES}/{follow['id']}").status_code == 404
    assert app.get(f"{NOTICES}/unread_count").json() == {"count": 3}
    app.post("/api/v1/markers", json={"notifications": {"last_read_id": follow["id"]}})
    assert app.get(f"{NOTICES}/unread_count").json() == {"count": 1}
    assert app.post(f"{NOTICES}/{mention['id']}/dismiss").json() == {}
    assert app.post(f"{NOTICES}/dismiss", data={"id": follow["id"]}).json() == {}
    assert [n["id"] for n in app.get(NOTICES).json()] == [favourite["id"]]
    assert app.post(f"{NOTICES}/clear").json() == {}
    assert app.get(NOTICES).json() == []


def test_an_app_shows_groups(site: Site) -> None:
    ada, bo, cy = site.person("ada"), site.person("bo"), site.person("cy")
    with site.write() as session:
        status = post(session, ada, "Bread")
        for fan in (bo, cy):
            favourite_status(session, fan, status.id, now=NOON)
        post(session, bo, "@ada good morning")
    app = site.program("ada")
    page = app.get(GROUPS).json()
    mention, likes = page["notification_groups"]
    assert (mention["type"], mention["notifications_count"]) == ("mention", 1)
    assert (likes["type"], likes["notifications_count"]) == ("favourite", 2)
    assert likes["sample_account_ids"] == [str(cy.account_id), str(bo.account_id)]
    assert isinstance(likes["most_recent_notification_id"], int)
    assert likes["status_id"] == str(status.id)
    assert {a["id"] for a in page["accounts"]} == set(likes["sample_account_ids"])
    assert [s["id"] for s in page["statuses"]] == [mention["status_id"], likes["status_id"]]
    apart = app.get(GROUPS, params={"grouped_types[]": ["follow"]}).json()
    assert [g["notifications_count"] for g in apart["notification_groups"]] == [1, 1, 1]
    partial = app.get(f"{GROUPS}?expand_accounts=partial_avatars&types[]=favourite").json()
    assert [a["id"] for a in partial["accounts"]] == [str(cy.account_id)]
    assert [a["acct"] for a in partial["partial_accounts"]] == ["bo"]
    assert app.get(f"{GROUPS}/unread_count").json() == {"count": 2}
    one = f"{GROUPS}/{likes['group_key']}"
    [whole] = app.get(one).json()["notification_groups"]
    assert whole["notifications_count"] == 2
    assert [a["acct"] for a in app.get(f"{one}/accounts").json()] == ["cy", "bo"]
    assert site.program("bo").get(f"{one}/accounts").status_code == 404
    assert app.post(f"{one}/dismiss").json() == {}
    assert len(app.get(GROUPS).json()["notification_groups"]) == 1
    assert app.post(f"{GROUPS}/clear").json() == {}
    assert app.get(GROUPS).json() == {
        "accounts": [],
        "statuses": [],
        "notification_groups": [],
    }


def test_an_app_holds_strangers(site: Site) -> None:
    bo = site.person("bo")
    app, policy = site.program("ada"), f"{GROUPS}/policy"
    assert app.get(policy).json()["for_not_following"] == "accept"
    assert app.patch(policy, json={"for_not_following": "burn"}).status_code == 422
    changed = app.put(f"{NOTICES}/policy", json={"filter_not_following": True}).json()
    assert (changed["filter_not_following"], changed["filter_new_accounts"]) == (True, False)
    assert app.get(f"{NOTICES}/policy").json() == changed
    with site.write() as session:
        status = post(session, bo, "@ada hello")
    assert app.get(NOTICES).json() == []
    [held] = app.get(f"{NOTICES}?include_filtered=true").json()
    assert held["filtered"] is True
    summary = {"pending_requests_count": 1, "pending_notifications_count": 1}
    assert app.get(policy).json()["summary"] == summary
    [request] = app.get(f"{NOTICES}/requests").json()
    assert (request["account"]["acct"], request["notifications_count"]) == ("bo", "1")
    assert request["last_status"]["id"] == str(status.id)
    one = f"{NOTICES}/requests/{request['id']}"
    assert app.get(one).json() == request
    assert site.program("bo").get(one).status_code == 404
    assert app.post(f"{one}/accept").json() == {}
    assert app.get(f"{NOTICES}/requests/merged").json() == {"merged": True}
    assert len(app.get(NOTICES).json()) == 1
    assert app.patch(policy, data={"for_not_following": "drop"}).json()["summary"] == {
        "pending_requests_count": 0,
        "pending_notifications_count": 0,
    }
