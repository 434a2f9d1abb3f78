"""The table of the co-op API, called: every route by every caller gets the status that it says."""

import pytest

from app.http.openapi import PREFIX
from tests.coop_api.table import CALLERS, ROWS, Row
from tests.coop_api.world import World


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_caller_gets_the_status_that_the_table_says(world: World, row: Row) -> None:
    address, found = world.address(row), {}
    for caller in CALLERS:
        answer = world.programs[caller].request(row.method, address, json=row.body)
        found[caller] = answer.status_code
        assert answer.status_code < 400 or "error" in answer.json()
    assert found == dict(zip(CALLERS, map(int, row.statuses.split()), strict=True))


TOLD = {
    "suspended": "Your account is suspended, so programs cannot act for you.",
    "waiting": "Your application is still waiting for an answer.",
    "application": "The access token is missing or no longer good.",
    "mastodon": "This action needs the scope coop:read.",
}


@pytest.mark.parametrize("caller", TOLD)
def test_whoever_is_stopped_at_the_gate_is_told_why(world: World, caller: str) -> None:
    answer = world.programs[caller].get(f"{PREFIX}/me")
    assert answer.json()["error"].startswith(TOLD[caller])
