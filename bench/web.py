"""What a page costs: the CPU of the server for each, beside a bare answer of the same size."""

import time
from collections.abc import Iterator, Sequence
from random import Random

from app.core.kernel import Kernel
from app.timelines.home import read_home
from bench.grounds import Engine, Grounds, raw_server
from bench.pages import ROUNDS, Page, bare_cost, measure_pages
from bench.readings import Reading, median

QUERIES = 400
HOME_QUERY_TARGET, HOME_QUERY_HOLDS = 18, 39
HOME_BYTES = 48_000


def pages(secret: str) -> Sequence[Page]:
    """Return what is asked for."""
    signed_in = {"Cookie": f"commonhold-s={secret}", "Accept": "text/html"}
    return (
        Page("tiny: /health/live", "/health/live", 5.5, 2_000),
        Page("landing page, a visitor", "/", 160, 160, [{"Accept": "text/html"}], holds=300),
        Page("home_page: 30 posts", "/home", 165, 160, [signed_in], holds=250),
        Page("terms, a member", "/terms", 130, 160, [signed_in], holds=230),
    )


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of the web, on SQLite."""
    site = grounds.site(Engine.SQLITE)
    kernel = site.open()
    home_query = _home_queries(kernel, site.viewers)
    kernel.close()
    with raw_server() as raw, site.served() as running:
        yield from measure_pages(raw, running, pages(site.secret))
        base = median([bare_cost(raw, HOME_BYTES) for _ in range(ROUNDS)])
    yield Reading("raw answer, 48 kB", base * 1e6, "µs CPU", note="the measure (B1)")
    note = f"{home_query * 1e6:,.0f} µs, 200k posts, 2k people, in process"
    ratio = home_query / base
    name = "home_query: 30 posts"
    yield Reading(name, ratio, "× raw", HOME_QUERY_TARGET, note, HOME_QUERY_HOLDS)


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
