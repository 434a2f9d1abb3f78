"""The table of routes finds what the router would find by asking one route after the other."""

import re
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.routing import BaseRoute, Match, Route

from app.core.kernel import Kernel
from app.http.table import RouteTable
from app.main import create_app
from tests.governance.web import SQLITE

VALUES = ("7", "ada", "2026-11-01", "a..b")
METHODS = ("GET", "POST", "DELETE", "PATCH")


def scope_of(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": ""}


def first(routes: list[BaseRoute], method: str, path: str) -> BaseRoute | None:
    """Return the route that answers, by Starlette's own rule."""
    matched = [(route.matches(scope_of(method, path))[0], route) for route in routes]
    for wanted in (Match.FULL, Match.PARTIAL):
        for match, route in matched:
            if match is wanted:
                return route
    return None


@SQLITE
def test_the_table_finds_what_the_router_finds(kernel: Kernel) -> None:
    router = create_app(kernel).router
    table, routes = RouteTable(router), list(router.routes)
    paths = {re.sub(r"{[^}]*}", value, route.path) for route in routes for value in VALUES}  # type: ignore[attr-defined]
    paths |= {f"{path}/more" for path in paths} | {"/", "", "//", "/nope", "/api/v1/nope/7/x"}
    for path in sorted(paths):
        found = list(table.candidates(path))
        for method in METHODS:
            assert first(found, method, path) is first(routes, method, path), (method, path)


def test_the_order_of_the_routes_decides() -> None:
    def answer(_request: Any) -> None:
        raise AssertionError

    early, fixed, swallowing = (
        Route(path, answer) for path in ("/a/{b}", "/a/here", "/{all:path}")
    )
    table = RouteTable(APIRouter(routes=[early, fixed, swallowing]))
    assert table.candidates("/a/here") == [early, fixed, swallowing]
    assert table.candidates("/x/y/z") == [swallowing]


@pytest.mark.parametrize("path", ["/api/v1/statuses/7/context", "/api/v1/accounts/7/follow"])
@SQLITE
def test_few_routes_are_asked(kernel: Kernel, path: str) -> None:
    assert len(RouteTable(create_app(kernel).router).candidates(path)) <= 6
