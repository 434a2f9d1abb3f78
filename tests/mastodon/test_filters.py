"""Filters, new and old, as apps keep them."""

from datetime import timedelta

from app.statuses.polls.rules import Asking
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import befriend, post

FORM = {
    "title": "Quiet",
    "context[]": ["home", "public"],
    "filter_action": "hide",
    "expires_in": "3600",
    "keywords_attributes[][keyword]": ["lottery", "prize"],
}


def test_an_app_keeps_a_filter(site: Site) -> None:
    app, other = site.program("ada"), site.program("bo")
    for missing, text in (
        ({"context": ["home"]}, "Title can't be blank"),
        ({"title": "x"}, "Context can't be blank"),
        ({"title": "x", "context": ["attic"]}, "Context is invalid"),
        ({"title": "x", "context": ["home"], "filter_action": "burn"}, "Action is invalid"),
    ):
        refused = app.post("/api/v2/filters", json=missing)
        assert (refused.status_code, refused.json()) == (
            422,
            {"error": f"Validation failed: {text}"},
        )
    made = app.post("/api/v2/filters", data=FORM).json()
    assert made["context"] == ["home", "public"]
    assert made["expires_at"] == "2026-11-09T13:00:00.000Z"
    assert [k["keyword"] for k in made["keywords"]] == ["lottery", "prize"]
    one, (first, second) = f"/api/v2/filters/{made['id']}", made["keywords"]
    assert other.get(one).content == other.get("/api/v2/filters/1").content
    assert app.get(one).json() == made
    changed = app.patch(
        one,
        json={
            "expires_in": "",
            "keywords_attributes": {
                "0": {"id": first["id"], "keyword": "raffle", "whole_word": "true"},
                "1": {"id": second["id"], "_destroy": True},
                "2": {"keyword": "tombola"},
            },
        },
    ).json()
    assert (changed["title"], changed["expires_at"]) == ("Quiet", None)
    told = [(k["keyword"], k["whole_word"]) for k in changed["keywords"]]
    assert told == [("raffle", True), ("tombola", False)]
    added = app.post(f"{one}/keywords", json={"keyword": "bingo", "whole_word": True}).json()
    keyword = f"/api/v2/filters/keywords/{added['id']}"
    assert app.put(keyword, json={"whole_word": False}).json() == added | {"whole_word": False}
    assert app.get(keyword).json()["keyword"] == "bingo"
    assert app.delete(keyword).json() == {}
    assert len(app.get(f"{one}/keywords").json()) == 2
    with site.write() as session:
        status = post(session, site.person("bo"))
    row = app.post(f"{one}/statuses", json={"status_id": str(status.id)}).json()
    assert row["status_id"] == str(status.id)
    assert app.get(f"{one}/statuses").json() == [row]
    assert app.get(f"/api/v2/filters/statuses/{row['id']}").json() == row
    assert app.delete(f"/api/v2/filters/statuses/{row['id']}").json() == row
    assert app.delete(one).json() == {}
    assert app.get("/api/v2/filters").json() == []


def test_an_older_app_keeps_a_filter(site: Site) -> None:
    app = site.program("ada")
    sent = {"phrase": "lottery", "context": ["home"], "irreversible": True, "whole_word": True}
    made = app.post("/api/v1/filters", json=sent).json()
    assert made == {"id": made["id"], "expires_at": None, **sent}
    one = f"/api/v1/filters/{made['id']}"
    assert app.get(one).json() == made
    changed = app.put(one, json={"phrase": "prize", "irreversible": False}).json()
    assert changed == made | {"phrase": "prize", "irreversible": False}
    [whole] = app.get("/api/v2/filters").json()
    assert (whole["filter_action"], len(whole["keywords"])) == ("warn", 1)
    app.post(f"/api/v2/filters/{whole['id']}/keywords", json={"keyword": "bingo"})
    assert app.put(one, json={"phrase": "x"}).status_code == 422
    assert len(app.get("/api/v1/filters").json()) == 2
    for shown in app.get("/api/v1/filters").json():
        assert app.delete(f"/api/v1/filters/{shown['id']}").json() == {}
    assert app.get("/api/v2/filters").json() == []


def test_posts_tell_which_filters_they_match(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    asking = Asking(("A raffle", "Nothing"), timedelta(hours=1))
    with site.write() as session:
        befriend(session, ada, bo)
        won = post(session, bo, "I won the LOTTERY!")
        hidden = post(session, bo, "Look", spoiler="lottery")
        asked = post(session, bo, "Which?", poll=asking)
        mine = post(session, ada, "My lottery")
        plain = post(session, bo, "Bread")
    app = site.program("ada")
    made = app.post("/api/v2/filters", data=FORM).json()
    app.post(f"/api/v2/filters/{made['id']}/keywords", json={"keyword": "raffle"})
    app.post(f"/api/v2/filters/{made['id']}/statuses", json={"status_id": str(plain.id)})
    home = {p["id"]: p["filtered"] for p in app.get("/api/v1/timelines/home").json()}
    assert home[str(mine.id)] == []
    for status in (won, hidden):
        [result] = home[str(status.id)]
        assert result["keyword_matches"] == ["lottery"]
        assert result["status_matches"] is None
        assert (result["filter"]["title"], "keywords" in result["filter"]) == ("Quiet", False)
    assert home[str(asked.id)][0]["keyword_matches"] == ["raffle"]
    assert home[str(plain.id)][0]["status_matches"] == [str(plain.id)]
    assert site.program("bo").get(f"/api/v1/statuses/{won.id}").json()["filtered"] == []
    assert app.delete(f"/api/v2/filters/{made['id']}").status_code == 200
    assert app.get(f"/api/v1/statuses/{won.id}").json()["filtered"] == []


def test_filters_cost_no_statement_once_they_are_known(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        befriend(session, ada, bo)
        post(session, bo, "I won the lottery!")
    app, home = site.program("ada"), "/api/v1/timelines/home"
    for _ in range(2):  # The first call of a day notes that the token was used.
        app.get(home)
    with counted(site.kernel.db) as without:
        assert app.get(home).json()[0]["filtered"] == []
    app.post("/api/v2/filters", data=FORM)
    with counted(site.kernel.db) as first:
        assert len(app.get(home).json()[0]["filtered"]) == 1
    with counted(site.kernel.db) as second:
        app.get(home)
    assert len(first) > len(second) == len(without)
