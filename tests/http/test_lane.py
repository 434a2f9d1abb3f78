"""The short way of plain reads says what the long way says."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone
from app.http.limits import LIMITS, limit
from app.http.routes import LateRoute, connect

# Sent along, it makes a request unusual, and changes nothing about the answer to it.
LONG_WAY = {"Content-Type": "text/plain"}
COUNTED = {"x-ratelimit-remaining", "x-ratelimit-reset"}


async def get_plain(request: Request) -> Response:
    """Answer; with headers of its own if they are asked for."""
    own = {"Vary": "Colour", "Cache-Control": "public", "Referrer-Policy": "origin"}
    return JSONResponse({"ok": True}, headers=own if "own" in request.query_params else None)


async def get_page(_request: Request) -> Response:
    """Answer with a page."""
    return Response("<p>Hello</p>", media_type="text/html")


async def get_nothing(_request: Request) -> Response:
    """Decline."""
    raise NotFound(say("There is no such thing."))


async def get_broken(_request: Request) -> Response:
    """Fail."""
    raise RuntimeError


async def get_stream(_request: Request) -> Response:
    """Answer bit by bit."""
    return StreamingResponse(iter(["a", "b"]))


@pytest.fixture
def door(probe: FastAPI) -> Iterator[TestClient]:
    """A site with plain reads."""
    router = APIRouter(route_class=LateRoute)
    for name, endpoint in (
        ("plain", get_plain),
        ("page", get_page),
        ("nothing", get_nothing),
        ("broken", get_broken),
        ("stream", get_stream),
    ):
        router.get(f"/api/v1/{name}", dependencies=[Anyone, limit("call")])(endpoint)
    connect(probe, [router])
    with TestClient(probe, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("token", [None, "Bearer secret"])
@pytest.mark.parametrize("path", ["plain", "plain?own=1", "page", "nothing", "broken", "stream"])
def test_both_ways_answer_alike(door: TestClient, path: str, token: str | None) -> None:
    who = {} if token is None else {"Authorization": token}
    short = door.get(f"/api/v1/{path}", headers=who)
    long = door.get(f"/api/v1/{path}", headers=who | LONG_WAY)
    assert (short.status_code, short.content) == (long.status_code, long.content)
    headers = [
        {name: value for name, value in answer.headers.items() if name not in COUNTED}
        for answer in (short, long)
    ]
    assert headers[0] == headers[1]
    assert "x-ratelimit-remaining" in short.headers
    assert short.headers["access-control-allow-origin"] == "*"


def test_a_call_that_fails_is_counted_once(door: TestClient) -> None:
    left = [int(door.get("/api/v1/nothing").headers["x-ratelimit-remaining"]) for _ in range(2)]
    most = LIMITS["call"][0].times
    assert left == [most - 1, most - 2]


def test_requests_are_counted_under_their_routes(probe: FastAPI, door: TestClient) -> None:
    for path in ("plain", "nothing"):
        door.get(f"/api/v1/{path}")
    text = probe.state.metrics.text(None).decode()
    for route, status in (("plain", "2xx"), ("nothing", "4xx")):
        kind = f'{{method="GET",route="/api/v1/{route}",status="{status}"}} 1.0'
        assert f"commonhold_request_seconds_count{kind}" in text
