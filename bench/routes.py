"""What finding a route costs: the first, the last with a parameter, and none of them (B9)."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI

from app.core.kernel import Kernel
from app.http.access import Anyone
from app.http.routes import connect
from app.main import create_app
from bench.grounds import Grounds
from bench.processes import free_port
from bench.readings import Reading, median
from bench.sites import environment, found_site

ROUNDS = 9
CALLS = 400
FIRST, LAST, NONE = "/bench-first", "/bench-last/1", "/api/v1/bench-nothing"
# Shares of what the first one costs.
TARGETS = {LAST: ("routes: the last", 1.6), NONE: ("routes: none", 2.0)}


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of routes, in process, under all layers of the service."""
    kernel, _, _ = found_site(environment(grounds.folder / "routes", free_port()))
    app = _app(kernel)
    costs = asyncio.run(_costs(app))
    kernel.close()
    count = len(app.router.routes)
    note = f"{costs[FIRST] * 1e6:,.0f} µs for the first of {count}"
    for path, (name, target) in TARGETS.items():
        yield Reading(name, costs[path] / costs[FIRST], "× the first", target, note)


def _app(kernel: Kernel) -> FastAPI:
    """Return the service with a route of no work before all others, and one behind them."""
    app = create_app(kernel)
    first, last = APIRouter(dependencies=[Anyone]), APIRouter(dependencies=[Anyone])

    @first.get(FIRST)
    async def get_first() -> str:
        return ""

    @last.get("/bench-last/{number}")
    async def get_last(number: str) -> str:
        return number[:0]

    known = len(app.router.routes)
    connect(app, [first])
    app.router.routes[:] = app.router.routes[known:] + app.router.routes[:known]
    connect(app, [last])
    return app


async def _costs(app: FastAPI) -> Mapping[str, float]:
    """Return the seconds of CPU of a call of each address: medians of rounds, in turns."""
    taken: dict[str, list[float]] = {path: [] for path in (FIRST, LAST, NONE)}
    for _ in range(ROUNDS):
        for path, figures in taken.items():
            started = time.process_time()
            for _ in range(CALLS):
                await _call(app, path)
            figures.append((time.process_time() - started) / CALLS)
    return {path: median(figures) for path, figures in taken.items()}


async def _call(app: FastAPI, path: str) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"riverside.example"), (b"accept", b"application/json")],
        "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 1),
        "scheme": "http",
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Any) -> None:
        return None

    await app(scope, receive, send)
