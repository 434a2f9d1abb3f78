"""People and posts of another site, against the field tables of the client API.

They come in as that site sends them. Source: mastodon-api.md 9.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.members.actor import Actor
from tests.fakes import clock_of
from tests.federation.inbox.test_posts_in import created, followed, note
from tests.federation.inbox.there import There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults
from tests.social import post

V1 = "/api/v1"
FILES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("image/png", "/a.png", {"name": "A heron", "width": 40, "height": 30, "focalPoint": [0, 2]}),
    ("video/mp4", "/b.mp4", {"duration": "PT3S"}),
    ("audio/ogg", "/c.ogg", {}),
    ("application/zip", "/d.zip", {}),
)


@pytest.fixture
def ines(site: Site) -> Actor:
    return site.person("ines")


@pytest.fixture
def ada(site: Site, there: There, ines: Actor) -> str:
    """Somebody of there whom Ines follows, with a page of their own."""
    return followed(site, there, "ada", ines)


def told(there: There, app: TestClient, path: str, entity: str) -> Any:
    """Return what is told, once it has its shape; the tests' other site speaks without TLS."""
    answer = app.get(f"{V1}/{path}")
    assert answer.status_code == 200, f"{path}: {answer.text}"
    found = json.loads(answer.text.replace(there.url(""), f"https://{there.host}"))
    for one in found if isinstance(found, list) else [found]:
        assert faults(entity, one) == [], path
    return found


def send_every_kind(there: There, ada: str, mine: str) -> None:
    """Let Ada of there post something of each kind."""
    files = [
        {"type": "Document", "mediaType": kind, "url": there.url(path), **more}
        for kind, path, more in FILES
    ]
    ends = clock_of(there.site.kernel).now() + timedelta(days=1)
    answers = [{"type": "Note", "name": name} for name in ("Tea", "Milk")]
    asked = {"type": "Question", "oneOf": answers, "endTime": ends.isoformat()}
    letter = {"to": [URLS.actor(there.site.person("ines").account_id)], "cc": []}
    first = note(there, ada, '<p>One <a href="https://x.example/">x</a></p>')
    for posted in (
        first,
        note(there, ada, url=there.url("/@ada/1")),
        note(there, ada, attachment=files),
        note(there, ada, summary="Birds", sensitive=True),
        note(there, ada, "<p>Which?</p>") | asked,
        note(there, ada, inReplyTo=mine),
        note(there, ada, "<p>psst</p>") | letter,
    ):
        there.deliver(created(there, posted))
    changed = first | {"content": "<p>Two</p>", "updated": ends.replace(year=2026).isoformat()}
    there.deliver(there.act("Update", ada, changed), there.act("Announce", ada, mine))


def test_every_kind_of_post_of_there_has_its_shape(
    site: Site, there: There, ada: str, ines: Actor
) -> None:
    with site.write() as session:
        mine = post(session, ines, "Ask me", now=site.now)
    uri = URLS.status_uri(ines.account_id, mine.id)
    send_every_kind(there, ada, uri)
    app = site.program("ines")
    words = {"title": "Tea", "context": ["home"], "keywords_attributes": [{"keyword": "which"}]}
    assert app.post("/api/v2/filters", json=words).status_code == 200
    home = told(there, app, "timelines/home", "Status")
    assert len(home) >= 7
    theirs = [status for status in home if status["account"]["acct"] != "ines"]
    kinds = {file["type"] for status in theirs for file in status["media_attachments"]}
    assert kinds >= {"image", "video", "audio"}
    assert [status for status in theirs if status["poll"]]
    assert [status for status in theirs if status["filtered"]]
    for status in theirs:
        one = f"statuses/{status['id']}"
        told(there, app, one, "Status")
        told(there, app, f"{one}/context", "Context")
        if status["reblog"] is None:
            told(there, app, f"{one}/history", "StatusEdit")
        assert there.host in status["account"]["acct"]
        assert status["uri"].startswith(f"https://{there.host}/")
        assert status["url"].startswith(f"https://{there.host}/")
    account = f"accounts/{theirs[0]['account']['id']}"
    told(there, app, account, "Account")
    told(there, app, f"{account}/statuses", "Status")
    told(there, app, f"accounts/relationships?id[]={theirs[0]['account']['id']}", "Relationship")
    told(there, app, "notifications", "Notification")
    told(there, app, "conversations", "Conversation")


def test_a_boost_is_named_as_at_the_home_of_who_boosts(
    site: Site, there: There, ada: str, ines: Actor
) -> None:
    with site.write() as session:
        mine = post(session, ines, "Ask me", now=site.now)
    boost = there.act("Announce", ada, URLS.status_uri(ines.account_id, mine.id))
    there.deliver(boost, created(there, note(there, ada)))
    app = site.program("ines")
    [status] = [one for one in app.get(f"{V1}/timelines/home").json() if one["reblog"]]
    assert (status["uri"], status["url"]) == (boost["id"], boost["id"])
    assert status["reblog"]["uri"] == URLS.status_uri(ines.account_id, mine.id)
    # And a boost of something of there by somebody of here is ours.
    [far] = [one for one in app.get(f"{V1}/timelines/home").json() if not one["reblog"]][:1]
    ours = app.post(f"{V1}/statuses/{far['id']}/reblog").json()
    assert ours["uri"] == URLS.activity(ines.account_id, int(ours["id"]))
    assert ours["reblog"]["uri"] == far["uri"]


def test_what_is_deleted_there_is_not_there_here(
    site: Site, there: There, ada: str, ines: Actor
) -> None:
    first = note(there, ada)
    there.deliver(created(there, first))
    app = site.program("ines")
    [status] = app.get(f"{V1}/timelines/home").json()
    there.deliver(there.act("Delete", ada, first["id"]))
    unknown = app.get(f"{V1}/statuses/4242")
    gone = app.get(f"{V1}/statuses/{status['id']}")
    assert (gone.status_code, gone.content) == (404, unknown.content)
