"""The table of routes: each says who may call it, forms carry tickets, writes are counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import WebSocketRoute

from app.core.kernel import open_kernel
from app.core.settings import Settings
from app.http.idempotency import RepeatableRoute
from app.http.limits import Limit, count_calls
from app.http.openapi import PREFIX
from app.http.pages import greet
from app.http.tickets import SAFE
from app.main import ROUTERS, create_app
from app.mastodon.gate import ProgramGate, UserGate, ViewerGate
from app.wiring import LISTENERS
from tests.coop_api.table import ROWS
from tests.engines import copy_sqlite

OURS = (greet, count_calls)
COUNTING = {Limit, greet, count_calls, UserGate, ViewerGate, ProgramGate}
DOCS = Path(__file__).parents[2] / "docs"
API_LINE = re.compile(r"^\| `([A-Z]+ /[^`]*)` \|", re.MULTILINE)
# Callers that are no browser and bring no bearer token; each has its own proof of who it is.
OTHER_DOORS = ("/inbox", "/actor/inbox", "/ap/", "/webhooks/", "/oauth/", "/api/v1/apps")


@dataclass(frozen=True)
class Row:
    """One route, as far as this table is concerned."""

    methods: frozenset[str]
    path: str
    access: tuple[str, ...]
    guards: frozenset[object]
    original: APIRoute

    @property
    def is_write(self) -> bool:
        return not self.methods <= SAFE

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.methods))} {self.path}: {', '.join(self.access)}"


@pytest.fixture(scope="module")
def rows(sqlite_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Row]]:
    folder: Path = tmp_path_factory.mktemp("routes")
    settings = Settings.model_validate(
        {
            "base_url": "https://riverside.example",
            "data_dir": folder,
            "database_url": copy_sqlite(sqlite_template, folder),
        }
    )
    kernel = open_kernel(settings, LISTENERS)
    try:
        yield list(_read(create_app(kernel).routes))
    finally:
        kernel.close()


def _read(routes: object) -> Iterator[Row]:
    for context in iter_route_contexts(routes):  # type: ignore[arg-type]
        original = context.original_route
        if isinstance(original, APIRoute):
            calls = [dependency.call for dependency in context.dependant.dependencies]
            yield Row(
                methods=frozenset(context.methods or ()),
                path=context.path or "",
                access=tuple(call.access for call in calls if hasattr(call, "access")),
                guards=frozenset(call if call in OURS else type(call) for call in calls),
                original=original,
            )


def test_there_are_routes(rows: list[Row]) -> None:
    assert len(rows) > 8


def test_every_route_says_once_who_may_call_it(rows: list[Row]) -> None:
    assert not [str(row) for row in rows if len(row.access) != 1]


def test_every_socket_says_who_may_open_it() -> None:
    sockets = [
        route for router in ROUTERS for route in router.routes if isinstance(route, WebSocketRoute)
    ]
    assert [getattr(route.app, "access", "") for route in sockets] == [
        "token: that of each channel"
    ]


def test_every_form_is_checked_and_every_write_counted(rows: list[Row]) -> None:
    for row in rows:
        if not row.is_write or row.path.startswith(OTHER_DOORS):
            continue
        is_token = row.access[0].startswith(("token", "program", "anyone, or token"))
        assert is_token or greet in row.guards, f"{row} takes a form without its ticket"
        assert row.guards & COUNTING, f"{row} is not counted"


def test_writes_of_the_coop_api_can_be_repeated(rows: list[Row]) -> None:
    for row in rows:
        if row.is_write and row.path.startswith("/api/coop/v1"):
            assert isinstance(row.original, RepeatableRoute), str(row)


def test_every_route_of_the_coop_api_has_its_row(rows: list[Row]) -> None:
    """A new route needs a line in tests/coop_api/table.py and one in docs/api.md."""
    found = {
        f"{method} {row.path.removeprefix(PREFIX)}"
        for row in rows
        if row.path.startswith(PREFIX) and row.original.include_in_schema
        for method in row.methods - {"HEAD"}
    }
    assert found == {str(row) for row in ROWS}
    assert found == set(API_LINE.findall((DOCS / "api.md").read_text()))


def test_no_two_routes_have_one_address(rows: list[Row]) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for method in row.methods:
            assert (method, row.path) not in seen, str(row)
            seen.add((method, row.path))
