"""What apps ask for, beside a bare answer of the same size (B2 to B5), on both engines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.cast import Headers, readers, talk
from bench.grounds import Engine, Grounds, Site, raw_server
from bench.pages import Page, measure_pages
from bench.processes import python, server
from bench.readings import Bounds, Reading

ADDRESSES = 40  # Of visitors, each of whom may ask only so often.
HOME = "/api/v1/timelines/home"
MEMORY_TARGET_MB = 110
MEMORY_HOLDS_MB = 156


# SQLite, PostgreSQL (the cost of our own process alone). Source: performance.md B2 to B5.
BOUNDS: dict[str, tuple[Bounds, Bounds]] = {
    "home_warm": (Bounds(8, 17), Bounds(12, 23)),
    "home_cold": (Bounds(45, 61), Bounds(45, 104)),
    "context: thread of 60": (Bounds(10, 14), Bounds(15, 18)),
    "account statuses": (Bounds(10, 17), Bounds(15, 28)),
    "notifications": (Bounds(10, 19), Bounds(15, 23)),
    "tiny: instance": (Bounds(1.7, 2.7), Bounds(1.7, 3.5)),
    "tiny: nodeinfo": (Bounds(1.7, 2.6), Bounds(1.7, 2.6)),
    "tiny: own account": (Bounds(1.7, 2.8), Bounds(None, 19)),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Who asks, and what the addresses of the scenarios name."""

    engine: Engine
    members: Sequence[Headers]
    account_id: int
    talk_id: int

    @property
    def pages(self) -> Sequence[Page]:
        """What is asked for."""
        visitors = [{"X-Forwarded-For": f"192.0.2.{n}"} for n in range(ADDRESSES)]
        v1, mine = "/api/v1", self.members
        return (
            self._page("home_warm", HOME, 800, mine),
            self._page(
                "context: thread of 60", f"{v1}/statuses/{self.talk_id}/context", 400, mine
            ),
            self._page("account statuses", f"{v1}/accounts/{self.account_id}/statuses", 600, mine),
            self._page("notifications", f"{v1}/notifications", 600, mine),
            self._page("tiny: instance", "/api/v2/instance", 1_600, visitors),
            self._page("tiny: nodeinfo", "/nodeinfo/2.1", 1_600, visitors),
            self._page("tiny: own account", f"{v1}/accounts/verify_credentials", 1_600, mine),
        )

    @property
    def cold(self) -> Sequence[Page]:
        """What is asked of a server that keeps nothing."""
        return (self._page("home_cold", HOME, 240, self.members),)

    def _page(self, name: str, path: str, requests: int, callers: Sequence[Headers]) -> Page:
        bounds = BOUNDS[name][list(Engine).index(self.engine)]
        title = f"{name}, {self.engine}"
        return Page(title, path, bounds.target, requests, callers, holds=bounds.holds)


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of the client API."""
    for engine in Engine:
        yield from _measure(grounds.site(engine))


def _measure(site: Site) -> Iterator[Reading]:
    kernel = site.open()
    stage = Stage(site.engine, readers(kernel, site.viewers), site.viewers[1], talk(kernel))
    kernel.close()
    with raw_server() as raw:
        with site.served() as running:
            yield from measure_pages(raw, running, stage.pages)
            used = running.private_bytes() / 1e6
            name = f"memory after that, {site.engine}"
            yield Reading(name, used, "MB private", MEMORY_TARGET_MB / 1.3, holds=MEMORY_HOLDS_MB)
        command = python("-m", "bench.cold", str(site.port))
        given = site.environment
        with server(command, port=site.port, ready="/health/live", environment=given) as running:
            yield from measure_pages(raw, running, stage.cold)
