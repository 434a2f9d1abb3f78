"""What a request costs: the CPU of the server for each, beside a bare answer of the same size."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from app.core.kernel import Kernel
from app.timelines.home import read_home
from bench.client import Run, get_many
from bench.processes import Server, free_port, python, server
from bench.readings import Reading, median
from bench.sites import environment, found_site, settle

ROUNDS = 5
QUERIES = 400


@dataclass(frozen=True, slots=True)
class Page:
    """An address to be asked for, and how many bare answers of its size it may cost."""

    name: str
    path: str
    target: float | None
    requests: int
    callers: Sequence[Mapping[str, str]] = ({},)  # By their headers; they take turns.


def pages(secret: str) -> Sequence[Page]:
    """Return what is asked for."""
    signed_in = {"Cookie": f"commonhold-s={secret}", "Accept": "text/html"}
    return (
        Page("tiny: /health/live", "/health/live", 5.5, 2_000),
        Page("landing page, a visitor", "/", 160, 160, [{"Accept": "text/html"}]),
        Page("home_page: 30 posts", "/home", 165, 160, [signed_in]),
        Page("terms, a member", "/terms", 130, 160, [signed_in]),
    )


def measure(folder: Path) -> Iterator[Reading]:
    """Yield the readings of the web."""
    port = free_port()
    kernel, secret, account_id = found_site(folder / "site", port)
    viewers = settle(kernel, account_id)
    kernel_query = _home_queries(kernel, viewers)
    kernel.db.dispose()
    with ExitStack() as stack:
        raw = stack.enter_context(raw_server())
        site = stack.enter_context(site_server(folder / "site", port))
        yield from measure_pages(raw, site, pages(secret))
        base = median([_cost(raw, "/48000", 2_000)[0] for _ in range(ROUNDS)])
        yield Reading("raw answer, 48 kB", base * 1e6, "µs CPU", note="the measure (B1)")
        ratio = kernel_query / base
        note = f"{kernel_query * 1e6:,.0f} µs, 200k posts, 2k people, in process"
        yield Reading("home_query: 30 posts", ratio, "× raw", HOME_QUERY_TARGET, note)


HOME_QUERY_TARGET = 18


def measure_pages(raw: Server, site: Server, wanted: Sequence[Page]) -> Iterator[Reading]:
    """Ask in turns, round by round, so that what disturbs the machine disturbs all."""
    ratios: dict[str, list[float]] = {page.name: [] for page in wanted}
    costs: dict[str, list[float]] = {page.name: [] for page in wanted}
    last: dict[str, Run] = {}
    for page in wanted:
        get_many(site.port, page.path, requests=32, callers=page.callers)  # Templates, caches.
    for _ in range(ROUNDS):
        for page in wanted:
            cost, run = _cost(site, page.path, page.requests, page.callers)
            bare, _ = _cost(raw, f"/{run.body_bytes}", 1_600)
            ratios[page.name].append(cost / bare)
            costs[page.name].append(cost)
            last[page.name] = run
    for page in wanted:
        run = last[page.name]
        note = (
            f"{median(costs[page.name]) * 1e6:,.0f} µs CPU, {run.body_bytes / 1000:.1f} kB, "
            f"{run.requests / run.seconds:,.0f}/s, p50 {run.median_ms:.1f} ms, "
            f"p99 {run.slowest_hundredth_ms:.1f} ms"
        )
        yield Reading(page.name, median(ratios[page.name]), "× raw", page.target, note)


def _cost(
    asked: Server, path: str, requests: int, callers: Sequence[Mapping[str, str]] = ({},)
) -> tuple[float, Run]:
    """Return the seconds of CPU for each request, and the burst."""
    before = asked.cpu()
    run = get_many(asked.port, path, requests=requests, callers=callers)
    return (asked.cpu() - before) / run.requests, run


def raw_server() -> AbstractContextManager[Server]:
    """Run the bare application."""
    port = free_port()
    command = python("-m", "bench.raw", str(port))
    return server(command, port=port, ready="/17", environment={})


def site_server(folder: Path, port: int, **more: str) -> AbstractContextManager[Server]:
    """Serve the site in `folder`."""
    command = python("-m", "app.cli", "serve", "--port", str(port), "--no-worker")
    return server(
        command, port=port, ready="/health/live", environment={**environment(folder, port), **more}
    )


def _home_queries(kernel: Kernel, viewers: Sequence[int]) -> float:
    """Return the seconds of CPU for reading one member's home: the best of some rounds."""
    now = kernel.clock.now()
    dice = Random(2)
    with kernel.db.read_engine.connect() as connection:

        def read_some() -> float:
            asked = dice.choices(viewers, k=QUERIES)
            started = time.process_time()
            for account_id in asked:
                page = read_home(connection, account_id, now=now)
                assert page.newest_id is not None
            return (time.process_time() - started) / QUERIES

        return min(read_some() for _ in range(ROUNDS))
