"""Lists, tags and what one keeps about others, as apps use them."""

from typing import Any

from tests.factories import make_account
from tests.mastodon.apps import Site
from tests.social import befriend, post


def test_an_app_keeps_a_list(site: Site) -> None:
    ada, bo, cy = site.person("ada"), site.person("bo"), site.person("cy")
    with site.write() as session:
        befriend(session, ada, bo)
        befriend(session, ada, cy)
        status = post(session, bo, "From the boats")
    app, other = site.program("ada"), site.program("bo")
    made = app.post("/api/v1/lists?title=Boats&exclusive=true").json()
    assert made == {
        "id": made["id"],
        "title": "Boats",
        "replies_policy": "list",
        "exclusive": True,
    }
    one = f"/api/v1/lists/{made['id']}"
    assert app.post("/api/v1/lists", json={"title": " "}).status_code == 422
    refused = app.post("/api/v1/lists", data={"title": "x", "replies_policy": "some"})
    assert refused.json() == {"error": "Validation failed: 'some' is not a valid replies_policy"}
    ids = [str(bo.account_id), str(cy.account_id)]
    assert app.post(f"{one}/accounts", json={"account_ids": ids}).json() == {}
    assert app.post(f"{one}/accounts", json={"account_ids": ids}).status_code == 422
    shown = app.get(f"/api/v1/timelines/list/{made['id']}").json()
    assert [p["id"] for p in shown] == [str(status.id)]
    assert app.get("/api/v1/timelines/home").json() == []
    assert app.get(f"/api/v1/accounts/{ids[0]}/lists").json() == [made]
    for address in (one, f"{one}/accounts", f"/api/v1/timelines/list/{made['id']}"):
        hidden, unknown = other.get(address), other.get(address.replace(made["id"], "1"))
        assert (hidden.status_code, hidden.content) == (404, unknown.content)
    changed = app.put(one, json={"replies_policy": "none"}).json()
    assert changed == made | {"replies_policy": "none"}
    first = app.get(f"{one}/accounts", params={"limit": 1})
    assert [a["id"] for a in first.json()] == ids[1:]
    assert "since_id" in first.headers["link"]
    second = app.get(first.links["next"]["url"])
    assert [a["id"] for a in second.json()] == ids[:1]
    assert len(app.get(f"{one}/accounts?limit=0").json()) == 2
    assert app.delete(f"{one}/accounts?account_ids[]={ids[0]}").json() == {}
    assert [a["id"] for a in app.get(f"{one}/accounts").json()] == ids[1:]
    assert app.delete(one).json() == {}
    assert app.get("/api/v1/lists").json() == []
    assert [p["id"] for p in app.get("/api/v1/timelines/home").json()] == [str(status.id)]


def test_an_app_follows_and_features_tags(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    app = site.program("ada")
    unheard = site.program(None).get("/api/v1/tags/Ferry").json()
    address = "https://riverside.example/tags/ferry"
    assert unheard == {"id": "0", "name": "ferry", "url": address, "history": []}
    followed = app.post("/api/v1/tags/Ferry/follow").json()
    assert (followed["following"], followed["featuring"]) == (True, False)
    with site.write() as session:
        status = post(session, bo, "#ferry")
        post(session, ada, "#boat")
    home = app.get("/api/v1/timelines/home").json()
    assert str(status.id) in [p["id"] for p in home]
    app.post("/api/v1/tags/boat/follow")
    first = app.get("/api/v1/followed_tags?limit=1")
    assert [tag["name"] for tag in first.json()] == ["boat"]
    assert [tag["name"] for tag in app.get(first.links["next"]["url"]).json()] == ["ferry"]
    assert app.post("/api/v1/tags/ferry/unfollow").json()["following"] is False
    suggested = app.get("/api/v1/featured_tags/suggestions").json()
    assert [tag["name"] for tag in suggested] == ["boat"]
    shown = app.post("/api/v1/featured_tags", data={"name": "#Boat"}).json()
    assert (shown["name"], shown["statuses_count"]) == ("boat", "1")
    assert shown["url"] == "https://riverside.example/@ada/tagged/boat"
    assert app.get(f"/api/v1/accounts/{ada.account_id}/featured_tags").json() == [shown]
    assert app.post("/api/v1/featured_tags", data={"name": "no tag"}).status_code == 422
    assert app.post(f"/api/v1/tags/{followed['id']}/feature").json()["featuring"] is True
    assert app.post("/api/v1/tags/ferry/unfeature").json()["featuring"] is False
    assert app.delete(f"/api/v1/featured_tags/{shown['id']}").json() == {}
    assert app.get("/api/v1/featured_tags").json() == []


def test_an_app_keeps_things_about_others(site: Site) -> None:
    ada, bo, cy = site.person("ada"), site.person("bo"), site.person("cy")
    app, one = site.program("ada"), f"/api/v1/accounts/{bo.account_id}"
    assert app.post(f"{one}/endorse").status_code == 422
    with site.write() as session:
        befriend(session, ada, bo)
        befriend(session, ada, cy)
        befriend(session, cy, bo)
    assert app.post(f"{one}/pin").json()["endorsed"] is True
    assert app.post(f"{one}/note", json={"comment": "Sings"}).json()["note"] == "Sings"
    seen_by_others = site.program("cy").get(f"/api/v1/accounts/relationships?id[]={bo.account_id}")
    assert (seen_by_others.json()[0]["note"], seen_by_others.json()[0]["endorsed"]) == ("", False)
    for address in ("/api/v1/endorsements", f"/api/v1/accounts/{ada.account_id}/endorsements"):
        assert [a["id"] for a in app.get(address).json()] == [str(bo.account_id)]
    [familiar] = app.get(f"/api/v1/accounts/familiar_followers?id[]={bo.account_id}").json()
    assert familiar["id"] == str(bo.account_id)
    assert [a["id"] for a in familiar["accounts"]] == [str(cy.account_id)]
    assert app.post(f"{one}/unendorse").json()["endorsed"] is False
    assert app.get(f"{one}/identity_proofs").json() == []
    domains = "/api/v1/domain_blocks"
    assert app.post(domains, data={"domain": "Far.example"}).json() == {}
    assert app.get(domains).json() == ["far.example"]
    ties = app.get(f"{domains}/preview?domain=far.example").json()
    assert ties == {"following_count": 0, "followers_count": 0}
    assert app.delete(f"{domains}?domain=far.example").json() == {}
    assert app.get(domains).json() == []


def test_a_tag_is_read_with_others_and_by_where_posts_are_from(site: Site) -> None:
    ada = site.person("ada")
    with site.write() as session:
        far = make_account(session, username="bo", domain="elsewhere.example")
        texts = ("#tea", "#tea #milk", "#milk", "#tea #rum", "#rum", "#tea #milk #rum")
        posts = [post(session, ada, text, now=site.now) for text in texts]
        posts[0].account_id = far.id
        session.flush()
        names = {str(status.id): number for number, status in enumerate(posts)}

    def read(**asked: Any) -> list[int]:
        answer = site.program("ada").get("/api/v1/timelines/tag/Tea", params=asked)
        assert answer.status_code == 200, answer.text
        assert "next" in answer.links or not answer.json()
        return [names[one["id"]] for one in answer.json()]

    assert read() == [5, 3, 1, 0]
    assert read(**{"any[]": ["MILK"]}) == [5, 3, 2, 1, 0]
    assert read(**{"all[]": ["milk"]}) == [5, 1]
    assert read(**{"all[]": ["milk", "rum", "Milk"]}) == [5]
    assert read(**{"none[]": ["rum"]}) == [1, 0]
    assert read(**{"any[]": ["rum"], "all[]": ["milk"], "none[]": ["cocoa"]}) == [5, 1]
    assert read(**{"all[]": ["cocoa"]}) == []
    assert read(local="true") == [5, 3, 1]
    assert read(remote="true") == [0]
    assert read(remote="true", **{"any[]": ["milk"]}) == [0]
    assert read(local="true", **{"none[]": ["milk"]}) == [3]
    assert read(only_media="true", **{"any[]": ["milk"]}) == []
    assert read(**{"any[]": ["milk"], "limit": "2"}) == [5, 3]
