"""The table of the client API, called: every route by every caller."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.core import ids
from app.mastodon.routers import ROUTERS
from app.members.models import Member
from app.members.states import MemberState
from tests.engines import copy_sqlite, opened
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.kernels import assemble, riverside
from tests.mastodon.apps import ALL, Site
from tests.mastodon.table import CALLERS, NAMED, ROWS, Row

MISSING_ID = "4242"
STATES = {
    "unconfirmed": MemberState.UNCONFIRMED,
    "waiting": MemberState.WAITING,
    "suspended": MemberState.SUSPENDED,
}


@pytest.fixture(scope="module")
def site(sqlite_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for the whole table: no row changes anything for the next."""
    folder, clock = tmp_path_factory.mktemp("table"), FixedClock(NOON)
    ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
    url = copy_sqlite(sqlite_template, folder)
    with opened(url) as db:
        made = Site(assemble(riverside(url, folder, test_open=True), db, clock))
        for name, state in STATES.items():
            person = made.person(name)
            with made.write() as session:
                session.get_one(Member, person.member_id).state = state
        made.app.state.streams.close()  # They would go on for ever.
        yield made
        made.app.state.streams.stop()


@pytest.fixture(scope="module")
def client(site: Site) -> TestClient:
    return TestClient(site.app, raise_server_exceptions=False)


def token_of(site: Site, caller: str, scope: str) -> str | None:
    other = "read:search" if scope != "read:search" else "read:lists"
    match caller:
        case "nobody":
            return None
        case "program":
            return site.application_token()
        case "other scope":
            return site.token(site.person("ada"), other)
        case "scope":
            return site.token(site.person("ada"), *([scope] if scope else []))
        case "parent":
            return site.token(site.person("ada"), *ALL)
        case _:
            return site.token(site.person(caller), *ALL)


@pytest.fixture(scope="module")
def tokens(site: Site) -> dict[tuple[str, str], str | None]:
    """A token of each kind for each scope, given out once."""
    scopes = {row.scope for row in ROWS}
    return {(who, s): token_of(site, who, s) for who in CALLERS for s in scopes}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_caller_gets_the_status_that_the_table_says(
    client: TestClient, tokens: dict[tuple[str, str], str | None], row: Row
) -> None:
    address = re.sub(r"{(\w+)}", lambda m: NAMED.get(m[1], MISSING_ID), row.path)
    found = {}
    for caller in CALLERS:
        token = tokens[caller, row.scope]
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        answer = client.request(row.method, address, json=row.body, headers=headers)
        found[caller] = answer.status_code
        assert answer.status_code < 400 or "error" in answer.json()
        assert "detail" not in answer.text
    assert found == dict(zip(CALLERS, row.statuses, strict=True))


def test_the_table_has_every_route() -> None:
    served = {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert served == {str(row) for row in ROWS}


TOLD = {
    "nobody": "The access token is invalid",
    "program": "This method requires an authenticated user",
    "other scope": "This action is outside the authorized scopes",
    "unconfirmed": "Your login is missing a confirmed e-mail address",
    "waiting": "Your login is currently pending approval",
}


@pytest.mark.parametrize("caller", TOLD)
def test_whoever_is_stopped_at_the_gate_is_told_why(
    client: TestClient, tokens: dict[tuple[str, str], str | None], caller: str
) -> None:
    token = tokens[caller, "read:statuses"]
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = client.get("/api/v1/timelines/home", headers=headers)
    assert answer.json() == {"error": TOLD[caller]}
