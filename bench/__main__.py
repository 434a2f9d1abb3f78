"""Run the benchmarks, print one table, and fail if a gate is missed: `make bench`."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import apps, books, startup, votes, web
from bench.processes import pin_me
from bench.readings import Reading, table

SCENARIOS: Mapping[str, Callable[[Path], Iterator[Reading]]] = {
    "startup": startup.measure,
    "web": web.measure,
    "apps": apps.measure,
    "votes": lambda _folder: votes.measure(),
    "books": books.measure,
}


def main(wanted: list[str]) -> int:
    """Run the wanted scenarios, or all; return the exit status."""
    pin_me()
    started = time.monotonic()
    readings: list[Reading] = []
    with tempfile.TemporaryDirectory(prefix="commonhold-bench-") as folder:
        for name in wanted or SCENARIOS:
            print(f"{name} …", file=sys.stderr, flush=True)
            readings += SCENARIOS[name](Path(folder))
    print(table(readings))
    missed = [reading.scenario for reading in readings if reading.is_missed]
    print(f"\n{time.monotonic() - started:.0f} s. " + _verdict(missed))
    return 1 if missed else 0


def _verdict(missed: list[str]) -> str:
    return f"Missed: {', '.join(missed)}." if missed else "Every gate is kept."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
