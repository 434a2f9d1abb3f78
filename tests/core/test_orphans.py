"""Files that no row knows of go; whatever anybody knows, or may be about to know, stays."""

import os
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from app.core import orphans
from app.core.duties import Handlers, schedule
from app.core.kernel import Kernel
from app.core.orphans import EVERY, FOLDERS, KEPT_FOR, SWEEP, SweepStore, begin_sweeping
from app.core.runner import Runner
from app.core.storage import FileStorage, new_key
from tests.fakes import FixedClock

Round = Callable[[], None]

KNOWN: set[str] = set()


def knows(_session: Session, keys: Collection[str]) -> Collection[str]:
    assert 0 < len(keys) <= orphans.BATCH
    return KNOWN & set(keys)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    KNOWN.clear()


@pytest.fixture
def put(kernel: Kernel, clock: FixedClock) -> Callable[..., str]:
    """Store a file that was last changed so many days ago; return its key."""

    def stored(kind: str = "media", *, days: float = 30, key: str | None = None) -> str:
        key = key or new_key(kind)
        kernel.storage.put(key, b"x", "text/plain")
        at = (clock.now() - timedelta(days=days)).timestamp()
        assert isinstance(kernel.storage, FileStorage)
        os.utime(kernel.storage.root / key, (at, at))
        return key

    return stored


@pytest.fixture
def whole_round(kernel: Kernel, clock: FixedClock) -> Round:
    """Look through every folder once."""
    sweep = partial(orphans.sweep_store, storage=kernel.storage, keepers={"media": knows})
    handlers: Handlers = {SWEEP: sweep}
    runner = Runner(kernel.db.write, handlers, kernel.clock)

    def looked() -> None:
        with kernel.db.write.begin() as session:
            begin_sweeping(session, now=clock.now())
        for _ in range(FOLDERS):
            clock.advance(hours=1)
            assert runner.run_until_idle() == 1

    return looked


def test_an_orphan_goes_and_what_is_known_stays(
    put: Callable[..., str], whole_round: Round, kernel: Kernel
) -> None:
    known, orphan = {put() for _ in range(20)}, {put() for _ in range(20)}
    KNOWN.update(known)
    whole_round()
    assert {found.key for found in kernel.storage.walk("media")} == known
    assert not any(kernel.storage.exists(key) for key in orphan)


def test_what_is_young_may_still_be_named(
    put: Callable[..., str], kernel: Kernel, clock: FixedClock
) -> None:
    young = put(key="media/00/aa", days=KEPT_FOR / timedelta(days=1) - 0.1)
    old = put(key="media/00/bb", days=KEPT_FOR / timedelta(days=1) + 0.1)
    sweep = partial(orphans.sweep_store, storage=kernel.storage, keepers={"media": knows})
    with kernel.db.write.begin() as session:
        schedule(session, SWEEP, SweepStore(folder=0), due_at=clock.now())
    assert Runner(kernel.db.write, {SWEEP: sweep}, kernel.clock).run_due() == 1
    assert kernel.storage.exists(young)
    assert not kernel.storage.exists(old)


def test_a_kind_that_nobody_answers_for_is_let_be(
    put: Callable[..., str], whole_round: Round, kernel: Kernel
) -> None:
    strange = put("backup")
    whole_round()
    assert kernel.storage.exists(strange)


def test_many_orphans_are_asked_for_in_batches(
    put: Callable[..., str], whole_round: Round, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "BATCH", 3)
    for number in range(10):
        put(key=f"media/7f/{number:038x}")
    whole_round()
    assert list(kernel.storage.walk("media")) == []


def test_the_next_folder_has_its_turn_in_an_hour(kernel: Kernel, clock: FixedClock) -> None:
    sweep = partial(orphans.sweep_store, storage=kernel.storage, keepers={"media": knows})
    runner = Runner(kernel.db.write, {SWEEP: sweep}, kernel.clock)
    with kernel.db.write.begin() as session:
        schedule(session, SWEEP, SweepStore(folder=FOLDERS - 1), due_at=clock.now())
    assert runner.run_until_idle() == 1
    clock.advance(minutes=59)
    assert runner.run_until_idle() == 0
    clock.advance(seconds=int(EVERY.total_seconds()) - 59 * 60)
    assert runner.run_until_idle() == 1
