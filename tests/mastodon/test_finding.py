"""Search, the directory, markers and preferences, as apps use them."""

from sqlalchemy import update

from app.accounts.models import Account
from app.relationships.keeping import endorse
from app.relationships.suggestions import want_suggestions
from tests.mastodon.apps import Site
from tests.social import befriend, post


def test_an_app_searches(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        shy = post(session, bo, "The slow #ferry")
    app, visitor = site.program("ada"), site.program(None)
    assert app.get("/api/v2/search?q=ferry").json()["statuses"] == []
    with site.write() as session:
        session.execute(update(Account).values(indexable=True))
    found = app.get("/api/v2/search?q=ferry").json()
    assert [s["id"] for s in found["statuses"]] == [str(shy.id)]
    assert [t["name"] for t in found["hashtags"]] == ["ferry"]
    assert app.get("/api/v1/search?q=ferry").json()["hashtags"] == ["ferry"]
    only = app.get("/api/v2/search", params={"q": "ferry", "type": "hashtags"}).json()
    assert (only["statuses"], len(only["hashtags"])) == ([], 1)
    narrow = {"q": "ferry", "account_id": str(ada.account_id)}
    assert app.get("/api/v2/search", params=narrow).json()["statuses"] == []
    open_one = visitor.get("/api/v2/search?q=ferry").json()
    assert (open_one["statuses"], len(open_one["hashtags"])) == ([], 1)
    for closed in ("resolve=true", "offset=20"):
        assert visitor.get(f"/api/v2/search?q=ferry&{closed}").status_code == 401
    pasted = f"https://riverside.example/@bo/{shy.id}"
    by_address = app.get("/api/v2/search", params={"q": pasted, "resolve": "true"}).json()
    assert [s["id"] for s in by_address["statuses"]] == [str(shy.id)]
    person = app.get("/api/v2/search?q=https://riverside.example/@bo").json()
    assert [a["acct"] for a in person["accounts"]] == ["bo"]
    elsewhere = app.get("/api/v2/search?q=https://far.example/@bo").json()
    assert elsewhere == {"accounts": [], "statuses": [], "hashtags": []}


def test_an_app_looks_for_people(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    app, base = site.program("ada"), "/api/v1/accounts/search"
    for words in ("@bo", "bo@riverside.example", "BO"):
        assert [a["acct"] for a in app.get(base, params={"q": words}).json()] == ["bo"]
    assert app.get(base, params={"q": "bo", "following": "true"}).json() == []
    with site.write() as session:
        befriend(session, ada, bo)
    assert len(app.get(base, params={"q": "bo", "following": "true"}).json()) == 1
    assert app.get(base, params={"q": " "}).json() == []


def test_the_directory_lists_who_wants_to_be_found(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    site.person("shy", discoverable=False)
    with site.write() as session:
        post(session, ada)
    visitor = site.program(None)
    assert [a["acct"] for a in visitor.get("/api/v1/directory").json()] == ["ada", "bo"]
    newest = visitor.get("/api/v1/directory?order=new&limit=1&offset=0").json()
    assert [a["id"] for a in newest] == [str(bo.account_id)]


def test_nothing_is_ranked(site: Site) -> None:
    app = site.program("ada")
    for path in (
        "v1/trends",
        "v1/trends/links",
        "v1/suggestions",
        "v2/suggestions",
        "v1/custom_emojis",
    ):
        assert app.get(f"/api/{path}").json() == []


def test_an_app_keeps_how_far_one_has_read(site: Site) -> None:
    app, base = site.program("ada"), "/api/v1/markers"
    assert app.get(base, params={"timeline[]": ["home"]}).json() == {}
    kept = app.post(base, data={"home[last_read_id]": "12"}).json()
    assert list(kept) == ["home"]
    assert (kept["home"]["last_read_id"], kept["home"]["version"]) == ("12", 1)
    back = app.post(base, json={"home": {"last_read_id": "7"}}).json()["home"]
    assert (back["last_read_id"], back["version"]) == ("7", 2)
    asked = {"timeline[]": ["home", "notifications", "attic"]}
    assert app.get(base, params=asked).json() == {"home": back}
    assert app.get(base).json() == {}
    assert app.post(base, json={"home": {"last_read_id": "x"}}).status_code == 422
    assert site.program("bo").get(base, params=asked).json() == {}


def test_preferences_have_flat_names(site: Site) -> None:
    shown = site.program("ada").get("/api/v1/preferences").json()
    assert shown["posting:default:visibility"] == "public"
    assert shown["reading:expand:spoilers"] is False
    assert len(shown) == 7


def test_suggestions_come_from_people_and_only_if_asked_for(site: Site) -> None:
    ada, bo, cy = site.person("ada"), site.person("bo"), site.person("cy")
    with site.write() as session:
        befriend(session, ada, bo)
        befriend(session, bo, cy)
        endorse(session, bo, target_id=cy.account_id, now=site.now)
    app = site.program("ada")
    assert app.get("/api/v1/suggestions").json() == app.get("/api/v2/suggestions").json() == []
    with site.write() as session:
        want_suggestions(session, ada, wanted=True)
    [person] = app.get("/api/v1/suggestions").json()
    [suggested] = app.get("/api/v2/suggestions").json()
    assert person["acct"] == suggested["account"]["acct"] == "cy"
    assert suggested["sources"] == ["friends_of_friends"]
    assert app.delete(f"/api/v1/suggestions/{cy.account_id}").json() == {}
    assert app.get("/api/v2/suggestions").json() == []
