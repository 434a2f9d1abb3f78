"""Ids: 63-bit, time-ordered, unique over all nodes of a co-op."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH_MS = 1_767_225_600_000 - 10 * 365 * 86_400_000  # Some ten years before 2026: old posts fit.
DAY_MS = 86_400_000  # The epoch is a midnight, so that days of ids are days of people.
NODE_BITS = 10
COUNT_BITS = 12
MOMENTS_KEPT = 10_000


def machine_ms() -> int:
    """Return the milliseconds since 1970 by the machine's clock."""
    return time.time_ns() // 1_000_000


class IdMaker:
    """Makes strictly increasing ids: 41 bits of milliseconds, 10 of node, 12 of count.

    Makers of different nodes never agree, and one maker never repeats itself, even if the clock
    steps back. (Random low bits would not do: with 16 of them, a hundred rows made in the same
    millisecond collide in 7 cases of 100.)
    """

    def __init__(self, node: int = 0, now_ms: Callable[[], int] = machine_ms) -> None:
        assert 0 <= node < 1 << NODE_BITS
        self._node = node
        self._now_ms = now_ms
        self._last = 0  # Milliseconds and count, without the node.
        self._counts: dict[int, int] = {}  # By millisecond, the latest MOMENTS_KEPT of `at`.
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """Return the next id."""
        with self._lock:
            self._last = max(self._now_ms() - EPOCH_MS << COUNT_BITS, self._last + 1)
            ms, count = divmod(self._last, 1 << COUNT_BITS)
        return (ms << NODE_BITS | self._node) << COUNT_BITS | count

    def at(self, moment: datetime) -> int:
        """Return a new id for a row of the given moment, which may be long past.

        These ids sort by moment, and of one moment by the order in which they were made. They
        may equal those of `__call__`: a table takes its ids from the one or from the other.
        """
        ms = _ms_of(moment) - EPOCH_MS
        with self._lock:
            while (count := self._counts.pop(ms, -1) + 1) >> COUNT_BITS:
                self._counts[ms] = count - 1
                ms += 1
            self._counts[ms] = count
            if len(self._counts) > MOMENTS_KEPT:
                del self._counts[next(iter(self._counts))]
        return (ms << NODE_BITS | self._node) << COUNT_BITS | count


class _Process:
    """The maker of this process; a holder, so that configuring it reaches column defaults."""

    maker = IdMaker()


def configure(*, node: int, now_ms: Callable[[], int] = machine_ms) -> None:
    """Give this process its node number and its clock, before the first row is made."""
    _Process.maker = IdMaker(node, now_ms)


def new_id() -> int:
    """Return the next id of this process."""
    return _Process.maker()


def id_at(moment: datetime) -> int:
    """Return a new id of this process for a row that is made, or was made, at `moment`."""
    return _Process.maker.at(moment)


def first_id_at(moment: datetime) -> int:
    """Return the smallest id that a row made at `moment` could have: a bound for paging."""
    return (_ms_of(moment) - EPOCH_MS) << (NODE_BITS + COUNT_BITS)


def time_of_id(id_: int) -> datetime:
    """Return the moment, to the millisecond, at which `id_` was made."""
    ms = (id_ >> (NODE_BITS + COUNT_BITS)) + EPOCH_MS
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def day_of_id(id_: int) -> str:
    """Return the day, in UTC, on which `id_` was made: "2026-11-24"."""
    return _day_text((id_ >> (NODE_BITS + COUNT_BITS)) // DAY_MS)


@lru_cache(maxsize=10_000)
def _day_text(days: int) -> str:
    return (
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(EPOCH_MS // DAY_MS + days))
        .date()
        .isoformat()
    )


def _ms_of(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
