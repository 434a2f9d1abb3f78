"""Health: alive, ready, and numbers for those who keep the site running."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import text
from starlette.requests import Request

from app.core.db import Database
from app.core.duties import Backlog, backlog, claim_due, schedule
from app.core.kernel import Kernel
from app.http.health import Readiness, find_faults, is_near
from app.http.metrics import Metrics
from tests.fakes import FixedClock

Call = Callable[..., TestClient]


@pytest.fixture
def calling(probe: FastAPI) -> Call:
    """Return a client that calls from the given address."""

    def client(address: str, **headers: str) -> TestClient:
        return TestClient(
            probe,
            client=(address, 50_000),
            headers=headers,
            raise_server_exceptions=False,
        )

    return client


CALLERS = [
    # address, headers, whether near
    pytest.param("127.0.0.1", {}, True, id="this machine"),
    pytest.param("127.8.9.1", {}, True, id="this machine by another address"),
    pytest.param("::1", {}, True, id="this machine in IPv6"),
    pytest.param("10.1.2.3", {}, True, id="a trusted network"),
    pytest.param("203.0.113.9", {}, False, id="a stranger"),
    pytest.param("10.2.0.1", {}, False, id="the next network"),
    pytest.param("::ffff:203.0.113.9", {}, False, id="a stranger, mapped"),
    pytest.param("testclient", {}, False, id="no address"),
    pytest.param(None, {}, False, id="nobody knows"),
    pytest.param("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False, id="a proxy here"),
    pytest.param("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False, id="a forged origin"),
    pytest.param("127.0.0.1", {"forwarded": "for=127.0.0.1"}, False, id="another forged origin"),
    pytest.param("10.1.2.3", {"x-forwarded-for": "203.0.113.9"}, False, id="a trusted proxy"),
    pytest.param("203.0.113.9", {"x-forwarded-for": "127.0.0.1"}, False, id="a forgery from afar"),
]


@pytest.mark.parametrize(("address", "headers", "near"), CALLERS)
def test_who_is_near(address: str | None, headers: dict[str, str], near: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    client = (address, 50_000) if address else None
    request = Request({"type": "http", "client": client, "headers": raw})
    assert is_near(request, trusted=["10.1.0.0/16"]) is near


def test_only_the_keepers_read_the_numbers(calling: Call) -> None:
    answer = calling("127.0.0.1").get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for other in (calling("203.0.113.9"), calling("127.0.0.1", **{"X-Forwarded-For": "::1"})):
        answer = other.get("/metrics")
        assert answer.status_code == 404
        assert "commonhold" not in answer.text


def test_strangers_are_told_only_whether_we_are_ready(calling: Call) -> None:
    answer = calling("203.0.113.9").get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_live_process_says_so_whatever_else_is_broken(calling: Call, kernel: Kernel) -> None:
    shutil.rmtree(kernel.storage.root)  # type: ignore[attr-defined]
    answer = calling("203.0.113.9").get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_a_ready_process_says_so(calling: Call) -> None:
    answer = calling("127.0.0.1").get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "faults": {}})


def test_a_store_that_is_gone_is_not_ready(calling: Call, kernel: Kernel) -> None:
    _break_storage(kernel)
    answer = calling("203.0.113.9").get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
    near = calling("127.0.0.1").get("/health/ready").json()
    assert set(near["faults"]) == {"storage"}
    assert near["faults"]["storage"].startswith("NotADirectoryError: ")


def test_another_schema_is_not_ready(calling: Call, db: Database) -> None:
    with db.write.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    faults = calling("127.0.0.1").get("/health/ready").json()["faults"]
    assert set(faults) == {"schema"}
    assert "newer than this version" in faults["schema"]


def test_a_database_that_is_gone_is_not_ready(
    calling: Call, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ConnectionRefusedError("no\nsuch server")

    monkeypatch.setattr(db.read, "begin", refuse, raising=True)
    answer = calling("127.0.0.1").get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["faults"]["database"] == "ConnectionRefusedError: no"


def test_the_checks_are_not_run_for_every_question(kernel: Kernel) -> None:
    readiness = Readiness()
    assert readiness.look(kernel) == {}
    _break_storage(kernel)
    assert readiness.look(kernel) == {}
    readiness.checked_at -= 3
    assert set(readiness.look(kernel)) == {"storage"}


def test_the_checks_leave_nothing_behind(kernel: Kernel) -> None:
    assert find_faults(kernel) == {}
    root: Path = kernel.storage.root  # type: ignore[attr-defined]
    assert [path for path in root.rglob("*") if path.is_file()] == []


def _break_storage(kernel: Kernel) -> None:
    root: Path = kernel.storage.root  # type: ignore[attr-defined]
    shutil.rmtree(root)
    root.write_text("a file in its place")


def test_requests_are_counted_by_route(calling: Call) -> None:
    near = calling("127.0.0.1", accept="text/html")
    near.get("/breaks/conflict?token=secret")
    near.get("/breaks/other")
    near.get("/no/such/page/secret")
    near.request("BREW", "/open")
    numbers = near.get("/metrics").text
    assert _counted(numbers, "/breaks/{how}", "GET", "4xx") == 1
    assert _counted(numbers, "/breaks/{how}", "GET", "5xx") == 1
    assert _counted(numbers, "none", "GET", "4xx") == 1
    assert 'method="other"' in numbers
    assert "BREW" not in numbers
    assert "secret" not in numbers


def _counted(numbers: str, route: str, method: str, status: str) -> int:
    labels = f'{{method="{method}",route="{route}",status="{status}"}}'
    line = re.search(f"commonhold_request_seconds_count{re.escape(labels)} (.+)", numbers)
    return 0 if line is None else int(line[1].removesuffix(".0"))


class Nothing(BaseModel):
    """A payload without fields."""


def test_the_work_that_waits_is_counted(db: Database, clock: FixedClock) -> None:
    with db.write.begin() as session:
        for seconds in (90, 60, -60):
            schedule(session, "x", Nothing(), due_at=clock.now() - timedelta(seconds=seconds))
        schedule(session, "y", Nothing(), due_at=clock.now()).abandoned_at = clock.now()
    with db.read.begin() as session:
        assert backlog(session, now=clock.now()) == Backlog(2, 90, 1)
    claim_due(db.write, now=clock.now(), lease=timedelta(minutes=2), limit=1)
    with db.read.begin() as session:
        assert backlog(session, now=clock.now()) == Backlog(1, 60, 1)


def test_without_work_nothing_is_late(db: Database, clock: FixedClock) -> None:
    with db.read.begin() as session:
        assert backlog(session, now=clock.now()) == Backlog(0, 0, 0)


def test_the_numbers_tell_the_work_that_waits(calling: Call, db: Database) -> None:
    numbers = calling("127.0.0.1").get("/metrics").text
    assert "\ncommonhold_duties_due 0.0\n" in numbers
    assert "\ncommonhold_duties_abandoned 0.0\n" in numbers


def test_without_a_database_the_other_numbers_are_told() -> None:
    metrics = Metrics()
    metrics.count(route="/", method="GET", status=204, seconds=0.01)
    numbers = metrics.text(None).decode()
    assert _counted(numbers, "/", "GET", "2xx") == 1
    assert "commonhold_duties" not in numbers
