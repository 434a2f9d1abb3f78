"""Asking for addresses of a site, and for bare answers of the same size, in turns."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.client import Run, ask_many
from bench.processes import Server
from bench.readings import Reading, median

ROUNDS = 5
BARE_REQUESTS = 1_600


@dataclass(frozen=True, slots=True)
class Page:
    """An address to be asked for, and how many bare answers of its size it may cost.

    `holds` as in `Reading`.
    """

    name: str
    path: str
    target: float | None
    requests: int
    callers: Sequence[Mapping[str, str]] = ({},)  # By their headers; they take turns.
    body: bytes | None = None  # What is sent by POST.
    holds: float | None = None


def measure_pages(raw: Server, site: Server, wanted: Sequence[Page]) -> Iterator[Reading]:
    """Ask in turns, round by round, so that what disturbs the machine disturbs all."""
    ratios: dict[str, list[float]] = defaultdict(list)
    costs: dict[str, list[float]] = defaultdict(list)
    last: dict[str, Run] = {}
    for page in wanted:  # Templates, caches.
        cost_of(site, page, requests=max(32, len(page.callers)))
    for _ in range(ROUNDS):
        for page in wanted:
            cost, run = cost_of(site, page)
            ratios[page.name].append(cost / bare_cost(raw, run.body_bytes))
            costs[page.name].append(cost)
            last[page.name] = run
    for page in wanted:
        note = _note(median(costs[page.name]), last[page.name])
        ratio = median(ratios[page.name])
        yield Reading(page.name, ratio, "× raw", page.target, note, page.holds)


def cost_of(site: Server, page: Page, *, requests: int | None = None) -> tuple[float, Run]:
    """Return the seconds of the server's CPU for each request, and the burst."""
    before = site.cpu()
    run = ask_many(
        site.port,
        page.path,
        requests=requests or page.requests,
        callers=page.callers,
        body=page.body,
    )
    return (site.cpu() - before) / run.requests, run


def bare_cost(raw: Server, size: int) -> float:
    """Return the seconds of CPU for a bare answer with a body of `size` bytes."""
    return cost_of(raw, Page("", f"/{size}", None, BARE_REQUESTS))[0]


def _note(cost: float, run: Run) -> str:
    return (
        f"{cost * 1e6:,.0f} µs CPU, {run.body_bytes / 1000:.1f} kB, "
        f"{run.requests / run.seconds:,.0f}/s, p50 {run.median_ms:.1f} ms, "
        f"p99 {run.slowest_hundredth_ms:.1f} ms"
    )
