"""Bad input on every write: a clear refusal in one shape, and nothing stored."""

import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.coop_api.table import ROWS, Row
from tests.coop_api.world import World

WRITES = [row for row in ROWS if row.method != "GET"]
WITH_BODY = [row for row in WRITES if row.body is not None]
SURROGATE = "\ud800"


class Watch:
    """Tells whether anything was committed: SQLite counts for each of its connections."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        self._version = self._read()

    def is_changed(self) -> bool:
        """Return whether somebody committed something since the last question."""
        before, self._version = self._version, self._read()
        return before != self._version

    def _read(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version


@pytest.fixture(scope="module")
def watch(world: World) -> Watch:
    """A watch over the world's database."""
    path = world.web.kernel.settings.database_url.removeprefix("sqlite:///")
    return Watch(path)


def sent(world: World, row: Row, content: bytes, **headers: str) -> Any:
    """Send bytes as somebody who may call this."""
    headers = {"content-type": "application/json"} | headers
    return program(world, row).request(
        row.method, world.address(row), content=content, headers=headers
    )


def program(world: World, row: Row) -> TestClient:
    """Return a program that may call a route."""
    return world.everything(
        "officer" if row.path.startswith(("/treasury", "/orders")) else "member"
    )


def check_refused(answer: Any, watch: Watch) -> None:
    """Expect a refusal in its one shape that left nothing behind."""
    assert 400 <= answer.status_code < 500, answer.text
    told = answer.json()
    assert isinstance(told["error"], str)
    assert told["error"]
    assert set(told) <= {"error", "fields"}
    if answer.status_code == 422:
        assert all(isinstance(text, str) and text for text in told["fields"].values())
    assert not watch.is_changed()


UNREADABLE = {
    "half an object": b'{"a":',
    "bytes that are no text": b"\xff\xfe",
    "a list": b"[]",
    "a text": b'"text"',
    "nothing": b"null",
    "an empty object": b"{}",
    "a number of five thousand digits": b'{"a": ' + b"9" * 5000 + b"}",
    "a hundred thousand brackets": b"[" * 100_000,
    "a field that we do not know": b'{"is_admin": true}',
    "a field named by half a letter": b'{"\\ud800": 1}',
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("row", WITH_BODY, ids=str)
def test_a_body_that_is_none_is_refused(
    world: World, watch: Watch, row: Row, content: bytes
) -> None:
    watch.is_changed()
    check_refused(sent(world, row, content), watch)


def mutants(row: Row) -> Iterator[dict[str, Any]]:
    """Yield the body of a row with each of its fields spoilt in each way."""
    bad: tuple[Any, ...] = (
        10**30,
        -1,
        True,
        {"a": [1]},
        [[]],
        "\0",
        SURROGATE,
        "x" * 200_001,
        1.5,
    )
    for name in row.body:
        for value in bad:
            yield row.body | {name: value}
        yield {k: v for k, v in row.body.items() if k != name} | {f"{name}{SURROGATE}": 1}
    yield row.body | {"member_id": "1"}


@pytest.mark.parametrize("row", WITH_BODY, ids=str)
def test_spoilt_fields_are_refused(world: World, watch: Watch, row: Row) -> None:
    for body in mutants(row):
        watch.is_changed()
        check_refused(sent(world, row, json.dumps(body).encode()), watch)


STRANGE = ["0", "x", "-1", "1.5", "9" * 30, "%00", "%ED%A0%80", "1e3", "%2e%2e", "\u0661"]


@pytest.mark.parametrize("number", STRANGE)
@pytest.mark.parametrize("row", [row for row in ROWS if "_id}" in row.path], ids=str)
def test_a_number_that_is_none_names_nothing(
    world: World, watch: Watch, row: Row, number: str
) -> None:
    watch.is_changed()
    path = re.sub(r"{\w+_id}", lambda _: number, row.path)
    answer = world.everything("officer").request(row.method, f"/api/coop/v1{path}", json=row.body)
    assert answer.status_code == 404
    check_refused(answer, watch)


@pytest.mark.parametrize("row", WITH_BODY, ids=str)
def test_what_is_no_json_is_refused(world: World, watch: Watch, row: Row) -> None:
    watch.is_changed()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    check_refused(sent(world, row, json.dumps(row.body).encode(), **kind), watch)


@pytest.mark.parametrize("row", WITH_BODY, ids=str)
def test_a_body_larger_than_we_take_is_refused(world: World, watch: Watch, row: Row) -> None:
    watch.is_changed()
    answer = sent(world, row, b" " * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    check_refused(answer, watch)


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=str)
def test_reading_changes_nothing(world: World, watch: Watch, row: Row) -> None:
    if row.path == "/treasury/roll":
        return  # Whoever looks at names leaves a trace.
    watch.is_changed()
    world.everything("officer").get(world.address(row))
    assert not watch.is_changed()
