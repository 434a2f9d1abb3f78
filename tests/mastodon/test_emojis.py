"""The co-op's emoji as apps get them. Source: mastodon-api.md 4.1, 9.2, 9.4."""

from typing import Any

from app.emojis import service
from app.emojis.service import EmojiWish
from app.instance import announcements
from tests.emojis.making import keeper_of, make_emoji
from tests.factories import NOON
from tests.fakes import clock_of
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults
from tests.queries import counted

LIST = "/api/v1/custom_emojis"


def codes(entity: Any) -> list[str]:
    return [emoji["shortcode"] for emoji in entity["emojis"]]


def add(site: Site, name: str = "blob", **given: Any) -> int:
    return make_emoji(site.kernel, keeper_of(site.person("ada")), name, **given)


def test_apps_are_told_which_emoji_there_are(site: Site) -> None:
    app = site.program(None)
    assert app.get(LIST).json() == []
    add(site, category="Cats")
    add(site, "hidden", visible_in_picker=False)
    add(site, "off", enabled=False)
    clock_of(site.kernel).advance(seconds=16)
    answer = app.get(LIST)
    hidden, blob = answer.json()
    assert [hidden["shortcode"], blob["shortcode"]] == ["hidden", "blob"]
    assert [hidden["visible_in_picker"], blob["visible_in_picker"]] == [False, True]
    assert [hidden["category"], blob["category"]] == [None, "Cats"]
    assert not [fault for emoji in answer.json() for fault in faults("CustomEmoji", emoji)]
    assert "max-age" in answer.headers["cache-control"]
    for address in (blob["url"], blob["static_url"]):
        picture = app.get(address.removeprefix("https://riverside.example"))
        assert picture.status_code == 200
        assert picture.headers["access-control-allow-origin"] == "*"


def test_a_post_names_the_emoji_in_it(site: Site) -> None:
    emoji_id = add(site)
    bo = site.program("bo")
    poll = {"options": ["yes :blob:", "no"], "expires_in": 3600}
    sent = {"status": "Tea :blob: `x`", "spoiler_text": "A :blob:", "poll": poll}
    post = bo.post("/api/v1/statuses", json=sent).json()
    assert ":blob:" in post["content"]
    assert codes(post) == codes(post["poll"]) == ["blob"]
    one = f"/api/v1/statuses/{post['id']}"
    assert codes(bo.get(one).json()) == ["blob"]
    assert codes(bo.get(f"/api/v1/polls/{post['poll']['id']}").json()) == ["blob"]
    history = bo.get(f"{one}/history").json()
    assert [codes(wording) for wording in history] == [["blob"]]
    keeper = keeper_of(site.person("ada"))
    with site.write() as session:
        service.change_emoji(session, keeper, emoji_id, EmojiWish("blub"), now=NOON)
    assert codes(bo.get(one).json()) == [], "what was rendered before is not given again"
    with counted(site.kernel.db) as statements:
        bo.get(one)
    assert [s for s in statements if "custom_emojis" in s] == []


def test_an_account_names_the_emoji_in_it(site: Site) -> None:
    add(site)
    add(site, "leaf")
    add(site, "tea")
    bo = site.program("bo")
    changed = {
        "display_name": "Bo :blob:",
        "note": "Likes :leaf:",
        "fields_attributes": [{"name": "Drinks", "value": ":tea:"}],
    }
    own = bo.patch("/api/v1/accounts/update_credentials", json=changed).json()
    assert codes(own) == ["blob", "leaf", "tea"]
    post = bo.post("/api/v1/statuses", json={"status": "Tea"}).json()
    assert codes(post["account"]) == ["blob", "leaf", "tea"]
    assert codes(post) == []


def test_announcements_are_answered_with_our_emoji(site: Site) -> None:
    add(site)
    with site.write() as session:
        keeper = keeper_of(site.person("ada"))
        made = announcements.announce(session, keeper, "Tea :blob:", lasting=None, now=NOON)
    bo = site.program("bo")
    base = f"/api/v1/announcements/{made.id}/reactions"
    assert bo.put(f"{base}/nobody").status_code == 422
    assert bo.put(f"{base}/blob").status_code == 200
    [told] = bo.get("/api/v1/announcements").json()
    assert codes(told) == ["blob"]
    [reaction] = told["reactions"]
    assert (reaction["name"], reaction["count"], reaction["me"]) == ("blob", 1, True)
    assert reaction["url"].startswith("https://riverside.example/media/")
    assert reaction["static_url"].endswith("-small.webp")
    assert bo.delete(f"{base}/blob").status_code == 200
    assert bo.get("/api/v1/announcements").json()[0]["reactions"] == []
