"""PRIVACY: who may see what. The cases that tests of the packages hold stand in `cases`."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.core.kernel import Kernel
from app.core.logs import configure_logs, secrets_of
from app.relationships import service as relationships
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.visibility import Visibility
from governance.rules import DecisionType
from tests.factories import NOON
from tests.governance.web import API, SQLITE, Web
from tests.mastodon.apps import Site
from tests.mastodon.table import NAMED, ROWS
from tests.social import befriend, post
from tests.statuses.test_pictures import make_picture
from tests.web.people.conftest import PASSWORD

SECRET = "plover"
V1 = "/api/v1"


@pytest.fixture
def site(kernel: Kernel) -> Site:
    """A site without anybody on it yet."""
    return Site(kernel)


def kept_by_bo(site: Site) -> str:
    """Let Ada write to her followers, and Bo keep it; then Ada removes Bo. Return its address."""
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        befriend(session, bo, ada)
        picture = make_picture(session, ada, SECRET)
        status = post(
            session, ada, f"A {SECRET}", visibility=Visibility.FOLLOWERS, media_ids=(picture,)
        )
        favourite_status(session, bo, status.id, now=NOON)
        bookmark_status(session, bo, status.id, now=NOON)
        relationships.remove_follower(session, ada, follower_id=bo.account_id, now=NOON)
    return f"{V1}/statuses/{status.id}"


def test_101_a_removed_follower_gets_nothing_back(site: Site) -> None:
    one = kept_by_bo(site)
    bo, nobody = site.program("bo"), f"{V1}/statuses/4242"
    unknown = bo.get(nobody)
    for path in ("", "/context", "/history", "/reblogged_by", "/favourited_by", "/card"):
        answer = bo.get(f"{one}{path}")
        assert (answer.status_code, answer.content) == (404, unknown.content), path
    lists = ("favourites", "bookmarks", "timelines/home", "notifications", "timelines/tag/plover")
    for path in lists:
        assert SECRET not in bo.get(f"{V1}/{path}").text.replace("tag/plover", ""), path
    for act in ("unfavourite", "unbookmark"):
        assert SECRET not in bo.post(f"{one}/{act}").text, act
    for act in ("favourite", "bookmark", "reblog"):
        assert bo.post(f"{one}/{act}").status_code == 404, act


@SQLITE
def test_104_what_is_told_to_a_member_is_kept_by_nobody_between(site: Site) -> None:
    """Each caller in turn at one process: what the author was shown is not shown to others."""
    ada = site.person("ada")
    with site.write() as session:
        status = post(session, ada, f"A {SECRET}", visibility=Visibility.LOCAL)
        session.flush()
        ids = {"account_id": str(ada.account_id), "status_id": str(status.id)}
    member, visitor = site.program("ada"), site.program(None)
    looked_at = 0
    for row in ROWS:
        if row.method != "GET" or "streaming" in row.path:
            continue
        address = row.path.format_map(_Filled(NAMED | ids))
        told, public = member.get(address), visitor.get(address)
        assert SECRET not in public.text, str(row)
        looked_at += SECRET in told.text
        if row.gate != "anyone":
            assert told.headers["cache-control"] == "private, no-store", str(row)
        if public.is_success and "no-store" not in public.headers["cache-control"]:
            vary = public.headers["vary"].lower()
            assert row.gate == "anyone" or "authorization" in vary, str(row)
    assert looked_at > 3


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "4242"


QUESTIONS = {
    "q[member_email_start]": "a",
    "q[password_hash_cont]": "argon",
    "sort": "password_hash",
    "order_by": "members.email",
    "expand": "member.sessions",
    "include": "tokens",
    "fields": "email,password_hash",
    "filter[email]": "a@",
}


@SQLITE
def test_110_nobody_asks_by_columns_that_they_may_not_read(site: Site) -> None:
    ada, bo = site.person("ada", discoverable=True), site.person("bo", discoverable=True)
    with site.write() as session:
        befriend(session, bo, ada)
        for who in (ada, bo, ada):
            post(session, who, "A #garden")
    app = site.program("ada")
    ids = {"account_id": str(ada.account_id)}
    for row in ROWS:
        if row.method != "GET" or row.good != 200 or "streaming" in row.path:
            continue
        address = row.path.format_map(_Filled(NAMED | ids))
        asked = {"q": "a"} if "search" in row.path else {}
        strange = {name: text for name, text in QUESTIONS.items() if not asked or "q[" not in name}
        plain, probing = app.get(address, params=asked), app.get(address, params=asked | strange)
        assert (probing.status_code, probing.content) == (plain.status_code, plain.content), row
        assert "password" not in plain.text
        assert "@mail.example" not in plain.text


@pytest.fixture
def log(kernel: Kernel) -> Iterator[io.StringIO]:
    """What the product logs meanwhile, as it does in production."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(secrets=secrets_of(kernel.settings), stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


CANARIES = ("canary-post", "canary-reason", "canary-search", "canary-file", "canary@mail.example")


@SQLITE
def test_111_nothing_that_people_said_is_logged(web: Web, log: io.StringIO) -> None:
    """Posts, ballots and their reasons, searches, addresses, tokens: done, refused and broken."""
    proposal_id = web.hall.voting(type=DecisionType.POLICY, effects=[])
    app = web.program("ada", "coop:vote", "coop:read", "read", "write")
    ada = app.headers["authorization"].removeprefix("Bearer ")
    file = {"file": ("canary-file.png", b"canary-file")}
    who = {"login": "canary@mail.example", "password": PASSWORD}
    ballot = f"{API}/proposals/{proposal_id}/ballot"
    answers = (
        app.put(ballot, json={"choice": "yes", "reason": "canary-reason"}),
        app.put(ballot, json={"choice": "canary-reason"}),
        app.post(f"{V1}/statuses", json={"status": "canary-post"}),
        app.post(f"{V1}/statuses", json={"status": "canary-post" * 5000}),
        app.get("/api/v2/search", params={"q": "canary-search", "access_token": ada}),
        app.post("/api/v2/media", files=file),
        app.post("/login", data=who),
    )
    assert [answer.status_code for answer in answers] == [200, 422, 200, 422, 200, 422, 403]
    text = log.getvalue() + app.get("/metrics").text
    assert "/api/v1/statuses" in text
    assert "/proposals/{proposal_id}/ballot" in text
    assert not [word for word in (*CANARIES, ada, PASSWORD) if word in text]
