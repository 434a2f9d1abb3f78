"""What counting costs: a million ballots, as the close of a vote hands them over."""

import time
from collections.abc import Iterator
from random import Random

from bench.readings import Reading
from governance.counting.yesno import count
from governance.rules import Choice

BALLOTS = 1_000_000
ROUNDS = 7
TARGET_SECONDS = 0.1


def measure() -> Iterator[Reading]:
    """Yield the reading of a majority vote."""
    ballots = Random(3).choices([choice.value for choice in Choice], k=BALLOTS)
    best = min(_seconds(ballots) for _ in range(ROUNDS))
    yield Reading("tally: majority, 1M ballots", best, "s", TARGET_SECONDS)


def _seconds(ballots: list[str]) -> float:
    started = time.process_time()
    tally = count(ballots)
    taken = time.process_time() - started
    assert tally.cast == BALLOTS
    return taken
