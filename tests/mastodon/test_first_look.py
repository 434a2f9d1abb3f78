"""What an app does first, and the posts that it then shows."""

from app.accounts.models import Account
from tests.mastodon.apps import Site
from tests.social import befriend, post


def test_an_app_looks_at_the_site(site: Site) -> None:
    app = site.program(None)
    described = app.get("/api/v2/instance").json()
    assert described["domain"] == "riverside.example"
    assert described["version"].startswith("4.5.0 (compatible; Commonhold ")
    assert app.get("/api/v1/instance/").json()["uri"] == "riverside.example"
    assert app.get("/api/v1/instance/rules").json()[0]["id"] == "1"
    assert app.get("/api/v1/instance/activity").json()[0]["statuses"] == "0"


def test_a_member_reads_home_and_a_post(site: Site) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        befriend(session, ada, bo)
        first = post(session, bo, "Good morning #garden @ada")
        second = post(session, ada, "Good morning", in_reply_to_id=first.id)
    app = site.program("ada")
    assert app.get("/api/v1/accounts/verify_credentials").json()["username"] == "ada"
    home = app.get("/api/v1/timelines/home")
    assert [p["id"] for p in home.json()] == [str(second.id), str(first.id)]
    assert home.headers["link"].startswith(
        "<https://riverside.example/api/v1/timelines/home?max_id="
    )
    shown = app.get(f"/api/v1/statuses/{first.id}").json()
    assert shown["mentions"][0]["acct"] == "ada"
    assert shown["tags"] == [{"name": "garden", "url": "https://riverside.example/tags/garden"}]
    assert shown["account"]["acct"] == "bo"
    context = app.get(f"/api/v1/statuses/{first.id}/context").json()
    assert [p["id"] for p in context["descendants"]] == [str(second.id)]
    assert context["ancestors"] == []


def test_a_member_posts_boosts_and_likes(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    made = ada.post("/api/v1/statuses", json={"status": "Bread is ready", "language": "en"})
    assert made.status_code == 200, made.text
    assert made.json()["content"] == "<p>Bread is ready</p>"
    one = f"/api/v1/statuses/{made.json()['id']}"
    boost = bo.post(f"{one}/reblog").json()
    assert boost["reblog"]["id"] == made.json()["id"]
    assert boost["reblog"]["reblogged"] is True
    assert bo.post(f"{one}/favourite").json()["favourited"] is True
    assert bo.post(f"{one}/unfavourite").json()["favourited"] is False
    assert bo.post(f"{one}/unreblog").json()["reblogged"] is False
    assert [p["username"] for p in ada.get(f"{one}/reblogged_by").json()] == []


def test_a_member_changes_their_page(site: Site) -> None:
    ada = site.program("ada")
    change = "/api/v1/accounts/update_credentials"
    form = {
        "display_name": "Ada",
        "fields_attributes[0][name]": "Bread",
        "fields_attributes[0][value]": "rye",
        "source[privacy]": "private",
        "attribution_domains[]": ["Blog.example", "blog.example"],
        "locked": "true",
    }
    changed = ada.patch(change, data=form).json()
    assert (changed["display_name"], changed["locked"]) == ("Ada", True)
    assert changed["fields"] == [{"name": "Bread", "value": "rye", "verified_at": None}]
    assert changed["source"]["attribution_domains"] == ["blog.example"]
    assert ada.post("/api/v1/statuses", data={"status": "Hello"}).json()["visibility"] == "private"
    again = ada.put(change, json={"note": "I bake."}).json()
    assert (again["display_name"], again["source"]["note"]) == ("Ada", "I bake.")
    for wrong in ({"attribution_domains": ["no domain"]}, {"source": {"privacy": "everybody"}}):
        assert ada.patch(change, json=wrong).status_code == 422


def test_head_is_answered_everywhere_and_no_stream_goes_on_for_it(site: Site) -> None:
    app = site.program("ada")
    for path in ("timelines/home", "instance", "streaming/user"):
        told = app.head(f"/api/v1/{path}")
        assert (told.status_code, told.content) == (200, b""), path


def test_a_line_says_since_when_its_page_links_back(site: Site) -> None:
    ada = site.person("ada")
    line = {"name": "Home", "value": "https://ada.example/", "html": "https://ada.example/"}
    with site.write() as session:
        account = session.get_one(Account, ada.account_id)
        account.fields = [line | {"verified_at": site.now.isoformat()}, line]
    told = site.program("ada").get("/api/v1/accounts/verify_credentials").json()
    for fields in (told["fields"], told["source"]["fields"]):
        assert [field["verified_at"] for field in fields] == ["2026-11-09T12:00:00.000Z", None]
    page = site.program(None).get("/@ada", headers={"accept": "text/html"}).text
    assert page.count("links back") == 1
