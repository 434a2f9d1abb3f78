"""Announcements and reports, as apps use them."""

from datetime import timedelta

from app.instance.announcements import announce
from app.members.actor import Actor
from app.members.models import Member
from app.members.offices import Office
from tests.factories import make_mandate
from tests.fakes import clock_of
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults
from tests.social import post


def test_an_app_shows_announcements(site: Site) -> None:
    ada = site.person("ada")
    admin = Actor(ada.member_id, ada.account_id, frozenset({Office.ADMIN}))
    with site.write() as session:
        announce(session, admin, "The #ferry stops", lasting=None, now=site.now)
    app, base = (
        site.program("bo", "read:lists", "write:favourites", "write:accounts"),
        ("/api/v1/announcements"),
    )
    [shown] = app.get(base).json()
    assert "https://riverside.example/tags/ferry" in shown["content"]
    assert (shown["read"], shown["ends_at"], shown["reactions"]) == (False, None, [])
    one = f"{base}/{shown['id']}"
    assert app.put(f"{one}/reactions/🎉").json() == {}
    assert app.put(f"{one}/reactions/party").status_code == 422
    [shown] = app.get(base).json()
    assert shown["reactions"] == [{"name": "🎉", "count": 1, "me": True}]
    assert app.delete(f"{one}/reactions/🎉").json() == {}
    assert app.post(f"{one}/dismiss").json() == {}
    assert app.get(base).json() == []
    [seen] = app.get(f"{base}?with_dismissed=true").json()
    assert (seen["read"], seen["reactions"]) == (True, [])


def test_an_app_reports_somebody(site: Site) -> None:
    bo = site.person("bo")
    with site.write() as session:
        status = post(session, bo, "Rude")
    app, base = site.program("ada"), "/api/v1/reports"
    sent = {"account_id": str(bo.account_id), "status_ids": [str(status.id)], "comment": "Look"}
    made = app.post(base, json=sent).json()
    assert (made["action_taken"], made["category"], made["comment"]) == (False, "other", "Look")
    assert made["status_ids"] == [str(status.id)]
    assert made["target_account"]["acct"] == "bo"
    by_rule = app.post(base, data={"account_id": bo.account_id, "rule_ids[]": ["1"]}).json()
    assert (by_rule["category"], by_rule["rule_ids"]) == ("violation", ["1"])
    for wrong in ({"rule_ids": ["99"]}, {"category": "dull"}, {"comment": "x" * 1_001}):
        assert app.post(base, json=sent | wrong).status_code == 422
    assert app.post(base, json={"account_id": "1"}).status_code == 404


def test_officers_wear_their_badges_everywhere(site: Site) -> None:
    ada = site.person("ada")
    with site.write() as session:
        member = session.get_one(Member, ada.member_id)
        for office in (Office.TREASURER, Office.MODERATOR):
            make_mandate(session, member, office, ends_at=site.now + timedelta(days=1))
        post(session, ada, "Tea is ready")
    app, one = site.program("bo"), f"/api/v1/accounts/{ada.account_id}"
    app.get("/api/v1/timelines/public")
    for told in (app.get(one).json(), app.get("/api/v1/timelines/public").json()[0]["account"]):
        assert [role["name"] for role in told["roles"]] == ["Treasurer", "Moderator"]
        assert not [fault for role in told["roles"] for fault in faults("AccountRole", role)]
    own = site.program("ada").get("/api/v1/accounts/verify_credentials").json()
    assert (own["role"]["name"], own["role"]["highlighted"]) == ("Moderator", True)
    bare = site.program("bo").get("/api/v1/accounts/verify_credentials").json()
    assert (bare["roles"], bare["role"]["name"]) == ([], "")
    clock_of(site.kernel).advance(days=1)
    assert app.get(one).json()["roles"] == [], "a mandate ends by itself"
