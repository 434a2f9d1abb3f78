"""Limits: how often, for whom, and what cannot be got around."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request

from app.core.kernel import Kernel
from app.core.records import replace
from app.http.access import Anyone
from app.http.limits import KEYS_MAX, LIMITS, By, Limiter, Quota, limit, network_of
from tests.factories import NOON
from tests.fakes import FixedClock

THREE = Quota(3, timedelta(minutes=3), By.ADDRESS)


def test_a_quota_is_spent_and_comes_back_bit_by_bit(clock: FixedClock) -> None:
    limiter = Limiter()
    verdicts = [limiter.hit(("a",), THREE, now=clock.now()) for _ in range(4)]
    assert [v.is_allowed for v in verdicts] == [True, True, True, False]
    assert [v.remaining for v in verdicts] == [2, 1, 0, 0]
    assert verdicts[3].wait == timedelta(minutes=1)
    clock.advance(seconds=59)
    assert not limiter.hit(("a",), THREE, now=clock.now()).is_allowed
    clock.advance(seconds=1)
    assert limiter.hit(("a",), THREE, now=clock.now()).is_allowed
    assert not limiter.hit(("a",), THREE, now=clock.now()).is_allowed


def test_others_are_not_held_up() -> None:
    limiter = Limiter()
    for _ in range(5):
        limiter.hit(("a",), THREE, now=NOON)
    assert limiter.hit(("b",), THREE, now=NOON).is_allowed


def test_a_clock_set_back_does_not_lock_out(clock: FixedClock) -> None:
    limiter = Limiter()
    limiter.hit(("a",), THREE, now=NOON)
    earlier = NOON - timedelta(days=1)
    verdict = limiter.hit(("a",), THREE, now=earlier)
    assert verdict.is_allowed or verdict.wait <= THREE.per


def test_memory_stays_bounded() -> None:
    limiter = Limiter()
    for number in range(KEYS_MAX + 10):
        limiter.hit((str(number),), THREE, now=NOON)
    assert len(limiter._full_at) <= KEYS_MAX


NETWORKS = [
    pytest.param("192.0.2.7", False, "192.0.2.7/32", id="one IPv4 address"),
    pytest.param("192.0.2.7", True, "192.0.2.0/24", id="its street"),
    pytest.param("2001:db8:1:2:3:4:5:6", False, "2001:db8:1:2::/64", id="an IPv6 household"),
    pytest.param("2001:db8:1:2:3:4:5:6", True, "2001:db8:1::/48", id="its street, IPv6"),
    pytest.param("::ffff:192.0.2.7", False, "192.0.2.7/32", id="IPv4 in IPv6 clothes"),
    pytest.param("fe80::1%eth0", False, "fe80::/64", id="a zone is not part of it"),
    pytest.param("nonsense", False, "unknown", id="no address at all"),
]


@pytest.mark.parametrize(("address", "wide", "network"), NETWORKS)
def test_networks(address: str, wide: bool, network: str) -> None:
    assert network_of(address, wide=wide) == network


@pytest.fixture
def door(probe: FastAPI) -> Iterator[TestClient]:
    """A site with a door to knock at."""
    router = APIRouter()

    @router.post("/door", dependencies=[Anyone, limit("login")])
    async def post_door(request: Request) -> str:
        return str((await request.form()).get("login"))

    probe.include_router(router)
    with TestClient(
        probe, base_url="https://riverside.example", client=("192.0.2.7", 40000)
    ) as client:
        yield client


def knock(door: TestClient, name: str, **headers: str) -> int:
    return door.post("/door", data={"login": name}, headers=headers).status_code


def test_five_tries_for_one_account_then_a_wait(door: TestClient, clock: FixedClock) -> None:
    assert [knock(door, "Ada@Example.org") for _ in range(6)] == [200] * 5 + [429]
    assert knock(door, " ada@example.ORG ") == 429, "written otherwise, it is the same account"
    assert knock(door, "bo@example.org") == 200
    refused = door.post("/door", data={"login": "ada@example.org"})
    assert refused.headers["retry-after"] == "240"
    assert refused.headers["x-ratelimit-limit"] == "5"
    assert refused.json() == {"error": "You did this very often. Please wait 4 minutes."}
    clock.advance(minutes=4)
    assert knock(door, "ada@example.org") == 200


def test_twenty_tries_for_one_address(door: TestClient) -> None:
    tries = [knock(door, f"member{n}@example.org") for n in range(21)]
    assert tries == [200] * 20 + [429]


def test_a_forwarded_address_is_not_believed_from_anybody(door: TestClient) -> None:
    tries = [
        knock(door, f"m{n}@example.org", **{"x-forwarded-for": f"198.51.100.{n}"})
        for n in range(21)
    ]
    assert tries[-1] == 429


@pytest.mark.parametrize(
    "path", ["/door/", "/DOOR", "/door.json", "/./door", "//door", "/%64oor/"]
)
def test_no_spelling_of_the_address_gets_around(door: TestClient, path: str) -> None:
    for _ in range(5):
        knock(door, "ada@example.org")
    answer = door.post(path, data={"login": "ada@example.org"})
    assert answer.status_code in (404, 405, 429)


def test_the_open_mode_of_tests_has_no_limits(door: TestClient, kernel: Kernel) -> None:
    app = door.app
    assert isinstance(app, FastAPI)
    settings = kernel.settings.model_copy(update={"test_open": True})
    app.state.kernel = replace(kernel, settings=settings)
    assert [knock(door, "ada@example.org") for _ in range(8)] == [200] * 8


def test_every_limit_can_be_kept() -> None:
    for name, quotas in LIMITS.items():
        assert quotas, name
        for quota in quotas:
            assert quota.times > 0
            assert (quota.by is By.FIELD) == bool(quota.field)
