"""Run the benchmarks, print one table, and fail if a gate is missed: `make bench`."""

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench import apps, books, delivery, inbox, posting, routes, startup, streaming, votes, web
from bench.grounds import Grounds
from bench.processes import pin_me
from bench.readings import Reading, table

SCENARIOS: Mapping[str, Callable[[Grounds], Iterator[Reading]]] = {
    "startup": startup.measure,
    "routes": routes.measure,
    "web": web.measure,
    "apps": apps.measure,
    "posting": posting.measure,
    "delivery": delivery.measure,
    "inbox": inbox.measure,
    "streaming": streaming.measure,
    "votes": lambda _grounds: votes.measure(),
    "books": books.measure,
}


def main(wanted: list[str]) -> int:
    """Run the wanted scenarios, or all; return the exit status."""
    pin_me()
    logging.disable(logging.INFO)
    started = time.monotonic()
    readings: list[Reading] = []
    with ExitStack() as stack:
        scratch = tempfile.TemporaryDirectory(prefix="commonhold-bench-")
        grounds = Grounds(Path(stack.enter_context(scratch)), stack)
        for name in wanted or SCENARIOS:
            print(f"{name} …", file=sys.stderr, flush=True)
            for reading in SCENARIOS[name](grounds):
                print(
                    f"  {reading.scenario}: {reading.figure:.3g} {reading.unit}", file=sys.stderr
                )
                readings.append(reading)
    print(table(readings))
    missed = [reading.scenario for reading in readings if reading.is_missed]
    print(f"\n{time.monotonic() - started:.0f} s. " + _verdict(missed))
    return 1 if missed else 0


def _verdict(missed: list[str]) -> str:
    return f"Missed: {', '.join(missed)}." if missed else "Every gate is kept."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
