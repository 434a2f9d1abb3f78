"""Numbers about this process for those who keep it running, in Prometheus's text format."""

import os
from collections.abc import Iterator
from time import perf_counter
from typing import Final

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.duties import Backlog

log = structlog.get_logger(__name__)

# The web's processes share their numbers through files in this folder: see `app.serve`.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SLOW_SECONDS: Final = 1
OPEN_END: Final = "open_end"  # Where a request's state says that its answer goes on and on.


class Metrics:
    """What one web process counts."""

    def __init__(self) -> None:
        self._requests = Histogram(
            "commonhold_request_seconds",
            "Time from the request's arrival to the end of its answer.",
            ["route", "method", "status"],
            buckets=SECONDS,
            registry=None,
        )
        self._kinds: dict[tuple[str, str, int], Histogram] = {}

        self._activities = Counter(
            "commonhold_activities_received",
            "What other sites sent, by its kind and our answer.",
            ["kind", "status"],
            registry=None,
        )

    def count_activity(self, *, kind: str, status: int) -> None:
        """Count what another site sent; `kind` is one of the kinds that we know, or none."""
        self._activities.labels(kind, status).inc()

    def count(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        kind = route, method, status // 100
        counted = self._kinds.get(kind)
        if counted is None:
            counted = self._kinds[kind] = self._requests.labels(route, method, f"{kind[2]}xx")
        counted.observe(seconds)

    def text(self, backlog: Backlog | None) -> bytes:
        """Return all numbers; those of all web processes if there are several."""
        shown = CollectorRegistry()
        if os.environ.get(SHARED_FOLDER):
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        else:
            shown.register(self._requests)
            shown.register(self._activities)
            ProcessCollector(registry=shown)
        if backlog is not None:
            shown.register(_Backlog(backlog))
        return generate_latest(shown)


class _Backlog(Collector):
    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def collect(self) -> Iterator[GaugeMetricFamily]:
        backlog = self._backlog
        yield GaugeMetricFamily(
            "commonhold_duties_due", "Duties that wait to be done now.", backlog.due
        )
        yield GaugeMetricFamily(
            "commonhold_duties_late_seconds", "Age of the oldest of them.", backlog.late_seconds
        )
        yield GaugeMetricFamily(
            "commonhold_duties_abandoned", "Duties given up, for a person.", backlog.abandoned
        )


class RequestMetrics:
    """Counts each request under its route, never under its path: paths hold secrets.

    What changes something, fails or is slow leaves a line in the log as well.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a watch running."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 500
        answered = began

        async def watched(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], perf_counter()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            # How long somebody listens says nothing about how quick we are.
            is_open_end = scope.get("state", {}).get(OPEN_END, False)
            self._note(scope, status, (answered if is_open_end else perf_counter()) - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.count(route=route, method=method, status=status, seconds=seconds)
        if method not in SAFE or status >= 500 or seconds > SLOW_SECONDS:
            log.info(
                "request",
                route=route,
                method=method,
                status=status,
                ms=round(seconds * 1000),
                request=scope.get("state", {}).get("code"),
            )
