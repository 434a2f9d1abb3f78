"""The worker: claims due duties in batches and attempts them, one transaction for each."""

import random
import signal
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import Clock
from app.core.duties import Claim, Handlers, LeaseLost, claim_due
from app.core.records import Record, field

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
ATTEMPTS_MAX = 12
BACKOFF_MIN = timedelta(seconds=15)
BACKOFF_MAX = timedelta(hours=6)
JITTER_PERCENT = 20
IDLE_SECONDS_MAX = 1  # An empty look costs two statements.


class Crew(Record):
    """Which duties a worker takes: `only` these kinds, if given, and none of `but`."""

    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()
    at_once: int = 16  # How many it claims together.


class Worker(Protocol):
    """Whoever works beside the web, in a thread or as a process of its own."""

    def run_forever(self) -> None:
        """Work until `stop` is called."""

    def run_beside(self, name: str) -> threading.Thread:
        """Work in a thread of this process, which does not keep the process alive."""

    def stop(self) -> None:
        """Ask `run_forever` to return."""


class Runner(Record):
    """One worker. Run as many as you like, on as many nodes as you like."""

    sessions: sessionmaker[Session]
    handlers: Handlers
    clock: Clock
    crew: Crew = field(default_factory=Crew)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run_due(self, *, limit: int | None = None, kind: str | None = None) -> int:
        """Attempt what is due now; return how many duties that was."""
        claims = claim_due(
            self.sessions,
            now=self.clock.now(),
            lease=LEASE,
            limit=limit or self.crew.at_once,
            only=self.crew.only if kind is None else {kind},
            but=self.crew.but,
        )
        for claim in claims:
            self._attempt(claim)
        return len(claims)

    def run_until_idle(self, *, kind: str | None = None) -> int:
        """Attempt everything that is due now, and what that makes due; return how many."""
        total = 0
        while done := self.run_due(kind=kind):
            total += done
        return total

    def run_forever(self) -> None:
        """Work until `stop` is called; the batch in hand is finished first."""
        while not self.stopping.is_set():
            try:
                done = self.run_due()
            except Exception:  # The edge: a database that is away for a while comes back.
                log.exception("the worker could not claim")
                done = 0
            if not done:
                self.stopping.wait(IDLE_SECONDS_MAX)

    def run_beside(self, name: str) -> threading.Thread:
        """Work in a thread of this process, which does not keep the process alive."""
        thread = threading.Thread(target=self.run_forever, name=name, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ask `run_forever` to return."""
        self.stopping.set()

    def _attempt(self, claim: Claim) -> None:
        try:
            assert claim.tries <= ATTEMPTS_MAX, "it took every worker down with it"
            self.handlers[claim.kind](claim, self.clock)
        except LeaseLost:
            log.warning("the lease was lost", kind=claim.kind, duty=claim.id)
        except Exception as error:  # The edge: no handler may stop the worker.
            log.exception("a duty failed", kind=claim.kind, duty=claim.id, tries=claim.tries)
            now = self.clock.now()
            wait = backoff(claim.tries)
            with suppress(LeaseLost):
                claim.postpone(error, due_at=now + wait if wait else None, now=now)


def stop_on_signals(workers: Iterable[Worker]) -> None:
    """Stop them at SIGTERM or SIGINT. Only for the main thread of a process of its own."""

    def stop(*_: object) -> None:
        for worker in workers:
            worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def backoff(tries: int) -> timedelta | None:
    """Return how long to wait after the given number of attempts; None means give up."""
    if tries >= ATTEMPTS_MAX:
        return None
    doublings: int = 2 ** (tries - 1)
    wait = min(BACKOFF_MIN * doublings, BACKOFF_MAX)
    # Jitter keeps duties that failed together from coming back together.
    return wait * random.randint(100, 100 + JITTER_PERCENT) / 100
