"""What posting costs, by how many follow the author here (B7), on both engines."""

from collections.abc import Iterator

from bench.cast import Authors, authors
from bench.grounds import Engine, Grounds, Site, raw_server
from bench.pages import Page, bare_cost, cost_of
from bench.processes import Server
from bench.readings import Bounds, Reading, median

ROUNDS = 5
AUTHORS = {20: 60, 1_000: 8, 10_000: 4}  # How many of them, by the number of their followers.
REQUESTS = {20: 320, 1_000: 32, 10_000: 16}
POST_BOUNDS = {Engine.SQLITE: Bounds(25, 400), Engine.POSTGRESQL: Bounds(25, 550)}
# Microseconds for each feed.
ROW_BOUNDS = {Engine.SQLITE: Bounds(1, 24), Engine.POSTGRESQL: Bounds(3, 9.5)}
BODY = b'{"status": "the river bread kettle #garden neighbours window quiet morning bicycle"}'


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of posting."""
    for engine in Engine:
        yield from _measure(grounds.site(engine))


def _measure(site: Site) -> Iterator[Reading]:
    kernel = site.open()
    cast = authors(kernel, AUTHORS)
    kernel.close()
    ratios: list[float] = []
    costs: dict[int, list[float]] = {those.followers: [] for those in cast}
    with raw_server() as raw, site.served() as running:
        for those in cast:
            _post(site, running, those, requests=len(those.apps))
        for _ in range(ROUNDS):
            for those in cast:
                ours, whole, size = _post(site, running, those)
                costs[those.followers].append(whole)
                if those.followers == min(AUTHORS):
                    ratios.append(ours / bare_cost(raw, size))
    few, *more = (median(costs[followers]) for followers in AUTHORS)
    note = f"{few * 1e6:,.0f} µs CPU with that of the database"
    bounds, name = POST_BOUNDS[site.engine], f"post to 20, {site.engine}"
    yield Reading(name, median(ratios), "× raw", bounds.target, note, bounds.holds)
    for followers, cost in zip(list(AUTHORS)[1:], more, strict=True):
        row = 1e6 * (cost - few) / (followers - min(AUTHORS))
        note = f"{cost * 1e3:,.1f} ms CPU with that of the database"
        bounds, name = ROW_BOUNDS[site.engine], f"… to {followers:,}, {site.engine}"
        yield Reading(name, row, "µs a row", bounds.target, note, bounds.holds)


def _post(
    site: Site, running: Server, those: Authors, *, requests: int | None = None
) -> tuple[float, float, int]:
    """Post in turns; return the CPU of our process for each, that with the database, and the
    size of an answer.
    """
    wanted = requests or REQUESTS[those.followers]
    page = Page("", "/api/v1/statuses", None, wanted, those.apps, BODY)
    before = site.database_cpu()
    cost, run = cost_of(running, page)
    return cost, cost + (site.database_cpu() - before) / run.requests, run.body_bytes
