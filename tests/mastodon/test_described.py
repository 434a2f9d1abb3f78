"""Schemathesis over a description of the client API, as nobody, a member and an officer."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.db import Database
from app.members.models import Member
from app.members.offices import Office
from app.statuses.polls.rules import Asking
from app.statuses.visibility import Visibility
from tests.described import call_all
from tests.factories import make_mandate
from tests.fakes import FixedClock
from tests.kernels import assemble, riverside
from tests.mastodon.answered import ANSWERED
from tests.mastodon.apps import Site
from tests.mastodon.description import describe, routes
from tests.mastodon.test_posting import made
from tests.social import befriend, post
from tests.statuses.test_pictures import make_picture


@pytest.fixture
def site(database_url: str, tmp_path: Path, db: Database, clock: FixedClock) -> Site:
    """A site that counts nobody's calls."""
    return Site(assemble(riverside(database_url, tmp_path, test_open=True), db, clock))


EXAMPLES = {"sqlite": 4, "postgresql": 1}
V1 = "/api/v1"


def what_is_there(site: Site) -> Mapping[str, Collection[str]]:
    """Let people do all that apps show; return ids by the parameters that take them."""
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        make_mandate(session, session.get_one(Member, ada.member_id), Office.ADMIN)
        befriend(session, ada, bo)
        befriend(session, bo, ada)
        first = post(session, bo, "A #lottery for @ada")
        post(session, bo, "@ada psst", visibility=Visibility.DIRECT)
        asking = Asking(("one", "two"), timedelta(days=1))
        statuses = [
            first,
            post(session, ada, "No", in_reply_to_id=first.id),
            post(session, bo, "Which?", poll=asking),
        ]
        poll_id = str(statuses[-1].poll_id)
        pictures = [str(make_picture(session, ada)), str(make_picture(session, bo))]
    app = site.program("ada")
    later = {"status": "Later", "scheduled_at": "2027-01-01T00:00:00Z"}
    words = {
        "title": "Quiet",
        "context": ["home"],
        "keywords_attributes": [{"keyword": "rain", "whole_word": True}],
    }
    app.post(f"{V1}/statuses/{first.id}/favourite")
    kept = app.post("/api/v2/filters", json=words).json()
    return {
        "account_id": [str(ada.account_id), str(bo.account_id)],
        "account_ids": [str(bo.account_id)],
        "status_id": [str(status.id) for status in statuses],
        "status_ids": [str(first.id)],
        "quoting_id": [made(app, quoted_status_id=str(first.id))["id"]],
        "poll_id": [poll_id],
        "media_id": pictures,
        "media_ids": pictures,
        "scheduled_id": [made(app, **later)["id"]],
        "talk_id": [one["id"] for one in app.get(f"{V1}/conversations").json()],
        "list_id": [app.post(f"{V1}/lists", json={"title": "Few"}).json()["id"]],
        "filter_id": [kept["id"]],
        "keyword_id": [word["id"] for word in kept["keywords"]],
        "notice_id": [one["id"] for one in app.get(f"{V1}/notifications").json()],
        "group_key": [one["group_key"] for one in app.get(f"{V1}/notifications").json()],
        "name": ["lottery", "\u2764"],
        "picture": ["avatar", "header"],
        "choices": ["0", "1"],
    }


def test_every_route_says_what_it_answers() -> None:
    assert {f"{method} {path}" for method, path, _ in routes()} == set(ANSWERED)


def test_parameters_are_found_where_they_are_read() -> None:
    paths = describe({})["paths"]
    body: Any = paths[f"{V1}/statuses"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["properties"].keys() >= {"status", "poll", "scheduled_at", "media_ids"}
    of_account = paths[f"{V1}/accounts/{{account_id}}/statuses"]["get"]["parameters"]
    asked = {one["name"] for one in of_account}
    assert asked >= {"account_id", "only_media", "pinned", "tagged", "max_id", "limit"}


def test_whatever_fits_or_nearly_does_is_answered_as_described(
    site: Site, database_url: str
) -> None:
    there = what_is_there(site)
    people = {"nobody": None, "member": "bo", "officer": "ada"}
    programs = {who: site.program(name) for who, name in people.items()}
    told = call_all(describe(there), programs, examples=EXAMPLES[database_url.partition(":")[0]])
    assert told["nobody"].keys() >= {200, 401, 404, 422}
    for who in ("member", "officer"):
        assert told[who].keys() >= {200, 404, 422}
        assert told[who][200] > len(ANSWERED) / 5, "most of what is asked for is there"
