"""Announcements and reports, as apps use them."""

from app.instance.announcements import announce
from app.members.actor import Actor
from app.members.offices import Office
from tests.mastodon.apps import Site
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
