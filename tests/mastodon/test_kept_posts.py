"""Posts that are kept as they went out, and what makes them be put together anew."""

from typing import Any

from tests.fakes import FixedClock
from tests.mastodon.apps import Site
from tests.social import befriend, post

HOME = "/api/v1/timelines/home"


def befriended(site: Site) -> Any:
    """Let ada follow bo, who has posted; return ada's program."""
    app = site.program("ada")
    with site.write() as session:
        befriend(session, site.person("ada"), site.person("bo"))
        post(session, site.person("bo"), text="A lottery")
    return app


def test_what_changes_shows_at_once(site: Site) -> None:
    app, other = befriended(site), site.program("bo")
    [first] = app.get(HOME).json()
    assert app.get(HOME).json() == [first]
    one = f"/api/v1/statuses/{first['id']}"
    app.post(f"{one}/favourite")
    assert app.get(HOME).json()[0]["favourited"]
    other.put(one, json={"status": "A raffle"})
    assert "raffle" in app.get(HOME).json()[0]["content"]
    other.patch("/api/v1/accounts/update_credentials", json={"display_name": "Boris"})
    assert app.get(HOME).json()[0]["account"]["display_name"] == "Boris"


def test_each_reader_gets_their_own(site: Site) -> None:
    app, other = befriended(site), site.program("bo")
    [for_ada], [for_bo] = app.get(HOME).json(), other.get(HOME).json()
    assert "pinned" in for_bo
    assert "pinned" not in for_ada
    [for_visitors] = (
        site.program(None).get(f"/api/v1/accounts/{for_ada['account']['id']}/statuses").json()
    )
    assert "favourited" not in for_visitors


def test_a_filter_that_runs_out_is_noticed(site: Site, clock: FixedClock) -> None:
    app = befriended(site)
    asked = {"title": "Luck", "context": ["home"], "expires_in": 3600}
    app.post("/api/v2/filters", json=asked | {"keywords_attributes": [{"keyword": "lottery"}]})
    assert [bool(status["filtered"]) for status in app.get(HOME).json()] == [True]
    assert [bool(status["filtered"]) for status in app.get(HOME).json()] == [True]
    clock.advance(hours=2)
    assert [bool(status["filtered"]) for status in app.get(HOME).json()] == [False]
