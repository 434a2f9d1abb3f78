"""A site that is killed again and again under a mixed load loses nothing that it acknowledged."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from app.core.db import Database
from app.core.runner import Runner
from app.core.settings import read_settings
from app.wiring import duty_handlers
from tests.fakes import FixedClock
from tests.kernels import assemble
from tests.kills.audit import check_all
from tests.kills.load import Person, acknowledged, everybody, told
from tests.kills.site import KILLED, WarmSite, warm_site
from tests.kills.town import Town, build_town
from tests.live import LiveSite

SEED = 20_261_124
# Where a process dies by itself, after some passes; the other kills come from outside, any time.
FAULTS = (
    "commit.before:40",
    "commit.after:30",
    "governance.casting:3",
    "duty.finishing:4",
    "duty.finished:4",
    "mail.delivered:2",
)
PATIENCE_SECONDS = 120
LONGER_THAN_A_LEASE = timedelta(minutes=15)


@pytest.fixture
def live(tmp_path: Path, database_url: str) -> LiveSite:
    """The site's folder, port and environment."""
    folder = tmp_path / "site"
    folder.mkdir()
    environment = {"COMMONHOLD_DATABASE_URL": database_url, "COMMONHOLD_TEST_OPEN": "1"}
    return LiveSite(folder, environment=environment)


@pytest.fixture
def town(live: LiveSite, db: Database, clock: FixedClock) -> Town:
    """The co-op, built in this process and left alone until the end."""
    settings = read_settings(live.environ())
    kernel = assemble(settings, db, clock)
    runner = Runner(db.write, duty_handlers(kernel), clock)
    return build_town(kernel, clock, runner)


def kill_often(site: WarmSite, people: Sequence[Person], *, times: int, random: Random) -> None:
    """Start the site and kill it at a random moment of its work, again and again."""
    for _ in range(times):
        site.start()
        wait_for(people, more=random.randint(1, 12))
        time.sleep(random.uniform(0, 0.05))
        assert site.end(signal.SIGKILL) == KILLED


def wait_for(people: Sequence[Person], *, more: int) -> None:
    """Return when `more` acts were acknowledged."""
    enough = acknowledged(people) + more
    deadline = time.monotonic() + PATIENCE_SECONDS
    while acknowledged(people) < enough:
        assert time.monotonic() < deadline, [p.diary.complaints[:3] for p in people]
        time.sleep(0.01)


def die_at_points(site: WarmSite) -> None:
    """Let the site die at each fault point that its load passes."""
    for point in FAULTS:
        site.start(fault=point)
        assert site.ended() == KILLED, point


@contextmanager
def acting(people: Sequence[Person]) -> Iterator[None]:
    """Let all people act, each in a thread, as long as this goes on."""
    stopping = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stopping,)) for one in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database_url", "times"), [("sqlite", 30), ("postgresql", 6)], indirect=["database_url"]
)
def test_nothing_acknowledged_is_lost_and_nothing_is_halved(
    live: LiveSite, town: Town, clock: FixedClock, times: int
) -> None:
    town.shift_clock(live)
    people = everybody(live.url, town, seed=SEED)
    with warm_site(live) as site:
        with acting(people):
            kill_often(site, people, times=times, random=Random(SEED))
            die_at_points(site)
            site.start()
        assert site.end(signal.SIGTERM) == -signal.SIGTERM
    clock.set(town.hall.now + LONGER_THAN_A_LEASE)
    Runner(town.kernel.db.write, duty_handlers(town.kernel), clock).run_until_idle()
    assert [complaint for person in people for complaint in person.diary.complaints] == []
    for kind in ("post", "ballot", "comment", "acceptance", "member", "payment"):
        assert len(told(people, kind)) >= times // 2, kind
    check_all(town, people)
