"""Filters, new and old, as apps keep them."""

from tests.mastodon.apps import Site
from tests.social import post

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
