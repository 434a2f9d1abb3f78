"""Time is an argument; only edges ask a clock."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return datetime.fromtimestamp(time.time_ns() // 1000 / 1_000_000, UTC)


class ShiftedClock:
    """The machine's clock plus the seconds that a file holds, read anew at each reading.

    It lets a check from outside move the time of a running service. A file that is missing or
    empty means no shift.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._machine = SystemClock()

    def now(self) -> datetime:
        """Return the shifted moment, aware and in UTC."""
        try:
            seconds = int(self._path.read_text().strip() or "0")
        except FileNotFoundError:
            seconds = 0
        return self._machine.now() + timedelta(seconds=seconds)
