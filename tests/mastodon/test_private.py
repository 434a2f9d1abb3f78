"""What is private, asked for through every door of the client API: as if it were not there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.statuses.letters.queries import talks_of
from app.statuses.polls.rules import Asking
from app.statuses.service.edit import edit_status
from app.statuses.service.pins import pin_status
from app.statuses.service.schedule import schedule_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.mastodon.apps import Site
from tests.mastodon.table import ROWS, Row
from tests.social import befriend, post

UNKNOWN = "4242"
SECRET = "plover"
LISTS = (
    "timelines/public",
    "timelines/home",
    "timelines/direct",
    f"timelines/tag/{SECRET}",
    "conversations",
    "notifications",
    "bookmarks",
    "favourites",
    "scheduled_statuses",
)


@pytest.fixture
def hidden(site: Site) -> Mapping[str, str]:
    """Ada's private things; Bo may see the posts, nobody else. By the names in paths."""
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        befriend(session, bo, ada)
        asking = Asking(("Yes", "No"), timedelta(days=1))
        words = f"@bo about #{SECRET}"
        letter = post(session, ada, words, visibility=Visibility.DIRECT, poll=asking)
        edited = Writing(text=f"{words} again", poll=Asking(asking.options))
        edit_status(session, ada, letter.id, edited, now=NOON)
        for_few = post(session, ada, f"A #{SECRET}", visibility=Visibility.FOLLOWERS)
        quoting = post(
            session, ada, f"My #{SECRET}", visibility=Visibility.FOLLOWERS, quoted_id=for_few.id
        )
        pin_status(session, ada, for_few.id, now=NOON)
        later = Writing(text=f"A {SECRET} tomorrow")
        at = NOON + timedelta(days=1)
        waiting = schedule_status(session, ada, later, at=at, now=NOON)
        session.flush()
        connection = session.connection()
        [talk] = talks_of(connection, ada.account_id, now=NOON, before=2**62, limit=9)
        return {
            "status_id": str(letter.id),
            "for_few": str(for_few.id),
            "quoting_id": str(quoting.id),
            "poll_id": str(letter.poll_id),
            "scheduled_id": str(waiting.id),
            "talk_id": str(talk.id),
        }


def told(app: TestClient, row: Row, ids: Mapping[str, str]) -> tuple[int, bytes]:
    """Return what a call of the route is answered."""
    body: Any = {"status": "Mine", "choices": [0], "scheduled_at": "2027-01-01T00:00:00Z"}
    answer = app.request(row.method, row.path.format(**ids), json=body)
    return answer.status_code, answer.content


def test_a_stranger_is_answered_as_if_nothing_were_there(
    site: Site, hidden: Mapping[str, str]
) -> None:
    unknown = dict.fromkeys(hidden, UNKNOWN)
    rows = [row for row in ROWS if any(f"{{{name}}}" in row.path for name in hidden)]
    assert len(rows) > 30
    for app in (site.program("cy"), site.program(None)):
        for row in rows:
            nothing = told(app, row, unknown)
            assert nothing[0] in (401, 404, 422), str(row)
            assert told(app, row, hidden) == nothing, str(row)
            for_few = {**hidden, "status_id": hidden["for_few"]}
            assert told(app, row, for_few) == nothing, str(row)


def test_no_list_shows_it_and_no_number_counts_it(site: Site, hidden: Mapping[str, str]) -> None:
    ada = site.person("ada").account_id
    pages = [f"accounts/{ada}/statuses{query}" for query in ("", "?pinned=1", "?only_media=1")]
    for app in (site.program("cy"), site.program(None)):
        for path in (*LISTS, *pages):
            answer = app.get(f"/api/v1/{path}")
            assert answer.status_code in (200, 401), path
            assert SECRET not in answer.text.replace(f"tag/{SECRET}", ""), path
            assert not [i for i in hidden.values() if f'"{i}"' in answer.text], path
        found = app.get("/api/v2/search", params={"q": SECRET})
        assert not found.json().get("statuses"), found.text


def test_nobody_answers_or_quotes_what_they_do_not_see(
    site: Site, hidden: Mapping[str, str]
) -> None:
    cy = site.program("cy")
    for name in ("in_reply_to_id", "quoted_status_id"):
        made = {"status": "Look", name: UNKNOWN}
        nothing = cy.post("/api/v1/statuses", json=made)
        assert nothing.status_code == 404
        for secret in ("status_id", "for_few"):
            answer = cy.post("/api/v1/statuses", json=made | {name: hidden[secret]})
            assert (answer.status_code, answer.content) == (404, nothing.content)
    assert cy.get("/api/v1/timelines/home").json() == []


def test_who_may_see_it_does(site: Site, hidden: Mapping[str, str]) -> None:
    bo = site.program("bo")
    for name in ("status_id", "for_few", "quoting_id"):
        assert SECRET in bo.get(f"/api/v1/statuses/{hidden[name]}").text
    assert bo.get(f"/api/v1/polls/{hidden['poll_id']}").status_code == 200
    assert len(bo.get(f"/api/v1/statuses/{hidden['status_id']}/history").json()) == 2
    assert bo.get(f"/api/v1/scheduled_statuses/{hidden['scheduled_id']}").status_code == 404
