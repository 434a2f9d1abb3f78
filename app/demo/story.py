"""The stage of the demo: a clock that is wound forward, and people who act at set moments.

Everything goes through the real use cases. Between two acts, whatever became due is done at the
moment at which it was due, as a running site would have done it.
"""

import heapq
import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import event, func, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from app.core import ids
from app.core.db import Database
from app.core.duties import Duty, Handlers
from app.core.kernel import Kernel
from app.core.records import replace
from app.core.runner import Runner
from app.members.actor import Actor
from app.members.models import Member
from app.members.queries import offices_of

Act = Callable[["Stage"], None]
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


class StoryClock:
    """A clock that only the story moves, never back."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the moment of the story."""
        return self._at

    def wind_to(self, at: datetime) -> None:
        """Go forward to `at`; a moment that has passed changes nothing."""
        self._at = max(self._at, at)


@dataclass
class Stage:
    """The co-op while its story is told."""

    kernel: Kernel
    clock: StoryClock
    random: Random
    runner: Runner
    watch: Callable[[datetime], None]  # Hears how far the story is.
    cast: dict[str, int] = field(default_factory=dict)  # Member ids by handle.
    _plan: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def at(self, moment: datetime, act: Act) -> None:
        """Let `act` happen at `moment`."""
        heapq.heappush(self._plan, (moment, next(self._order), act))

    def tell(self, *, until: datetime) -> None:
        """Tell the story up to `until`."""
        while self._plan and self._plan[0][0] <= until:
            moment, _, act = heapq.heappop(self._plan)
            self._pass_time(moment)
            act(self)
            self.watch(moment)
        self._pass_time(until)
        self.watch(until)

    def put_off(self, kinds: Collection[str], *, until: datetime) -> None:
        """Put the housekeeping of each night off, which would only cost time in a story."""
        with self.kernel.db.write.begin() as session:
            session.execute(update(Duty).where(Duty.kind.in_(kinds)).values(due_at=until))

    def _pass_time(self, until: datetime) -> None:
        while (due := self._next_due()) is not None and due <= until:
            self.clock.wind_to(due)
            self.runner.run_until_idle()
        self.clock.wind_to(until)

    def _next_due(self) -> datetime | None:
        with self.kernel.db.read.begin() as session:
            return session.scalar(select(func.min(Duty.due_at)).where(Duty.abandoned_at.is_(None)))

    @property
    def now(self) -> datetime:
        """The moment of the story."""
        return self.clock.now()

    def actor(self, session: Session, handle: str) -> Actor:
        """Return a person as they act now, with the offices that they hold now; they are seen."""
        member = session.get_one(Member, self.cast[handle])
        if member.last_seen_at is None or member.last_seen_at < self.now - HOUR:
            member.last_seen_at = self.now
        offices = offices_of(session, member.id, at=self.now)
        return Actor(
            member_id=member.id,
            account_id=member.account_id,
            offices=offices,
            reauthenticated_at=self.now,
            state=member.state,
        )


def _hurry(db: Database) -> None:
    """Let commits not wait for the disk: if the machine stops now, the demo is told anew."""
    hurry = {"sqlite": "PRAGMA synchronous = OFF", "postgresql": "SET synchronous_commit = OFF"}

    def tell(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(hurry[db.dialect])
        connection.commit()  # A setting that is rolled back is none.

    event.listen(db.write_engine, "connect", tell)
    db.write_engine.dispose()  # What is open already would not hear of it.


def open_stage(
    kernel: Kernel,
    handlers: Callable[[Kernel], Handlers],
    *,
    begins: datetime,
    seed: int,
    watch: Callable[[datetime], None],
) -> Stage:
    """Set a stage on the kernel; from here on its ids are those of the story's time."""
    clock = StoryClock(begins)
    ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
    told = replace(kernel, clock=clock)
    _hurry(kernel.db)
    return Stage(told, clock, Random(seed), Runner(told.db.write, handlers(told), clock), watch)
