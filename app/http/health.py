"""Whether this process lives, whether it can serve, and its numbers."""

import ipaddress
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse, Response

from app.core.duties import Backlog, backlog
from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.schema import check_schema
from app.core.words import say
from app.http.access import Anyone, declares
from app.http.deps import KernelDep
from app.http.metrics import Metrics
from app.http.routes import LateRoute

log = structlog.get_logger(__name__)

FRESH_SECONDS: Final = 2
FORWARDED: Final = ("x-forwarded-for", "forwarded", "x-real-ip")
PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


def is_near(request: Request, *, trusted: Sequence[str]) -> bool:
    """Return whether the caller sits on this machine, or in one of the `trusted` networks.

    A request that somebody forwarded is not near: behind a proxy on this machine, everybody
    would be.
    """
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    return address.is_loopback or any(address in ipaddress.ip_network(net) for net in trusted)


@declares("a caller on this machine, or a trusted proxy")
async def near_caller(request: Request, kernel: KernelDep) -> None:
    """Let in only those who keep the site running. Raises: NotFound."""
    if not is_near(request, trusted=kernel.settings.trusted_proxies):
        raise NotFound(say("There is no such page."))


def find_faults(kernel: Kernel) -> dict[str, str]:
    """Return what keeps this process from serving, by name; each check is tried."""

    def ask_database() -> None:
        with kernel.db.read.begin() as session:
            session.execute(text("SELECT 1"))

    checks: dict[str, Callable[[], None]] = {
        "database": ask_database,
        "schema": lambda: check_schema(kernel.db),
    }
    if kernel.storage.is_needed:
        checks["storage"] = kernel.storage.check
    faults = {}
    for name, check in checks.items():
        try:
            check()
        except Exception as error:  # The edge: any fault is an answer here.
            log.warning("not ready", check=name, exc_info=error)
            faults[name] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    return faults


@dataclass(slots=True)
class Readiness:
    """The result of the checks, kept for a moment: asking often must not cost much."""

    checked_at: float = float("-inf")  # tidy: allow (neither a vote nor money)
    faults: Mapping[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, kernel: Kernel) -> Mapping[str, str]:
        """Return the faults, at most FRESH_SECONDS old."""
        with self.lock:
            if monotonic() - self.checked_at > FRESH_SECONDS:
                self.faults = find_faults(kernel)
                self.checked_at = monotonic()
            return self.faults


def _backlog_of(kernel: Kernel) -> Backlog | None:
    """Return how much work waits; None while the database is away, so that the rest is told."""
    with suppress(DBAPIError), kernel.db.read.begin() as session:
        return backlog(session, now=kernel.clock.now())
    return None


def health_router() -> APIRouter:
    """Return the three routes."""
    router = APIRouter(route_class=LateRoute, include_in_schema=False)
    readiness = Readiness()

    @router.get("/health/live", dependencies=[Anyone])
    async def get_live() -> Response:
        """Answer: the process runs."""
        return JSONResponse({"status": "live"})

    @router.get("/health/ready", dependencies=[Anyone])
    def get_ready(request: Request, kernel: KernelDep) -> Response:
        """Answer whether requests can be served; what is wrong is told only nearby."""
        faults = readiness.look(kernel)
        content: dict[str, object] = {"status": "not ready" if faults else "ready"}
        if is_near(request, trusted=kernel.settings.trusted_proxies):
            content["faults"] = dict(faults)
        return JSONResponse(content, 503 if faults else 200)

    @router.get("/metrics", dependencies=[Depends(near_caller)])
    def get_metrics(request: Request, kernel: KernelDep) -> Response:
        """Answer with the numbers."""
        metrics: Metrics = request.app.state.metrics
        numbers = metrics.text(_backlog_of(kernel))
        return Response(numbers, headers={"Content-Type": PROMETHEUS})

    return router
