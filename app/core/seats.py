"""Seats: each process holds a node number of its own, so that no two ever make the same id.

A seat is a row with a lease. A process that dies leaves it to expire; one that was paused for
longer than its lease notices within a minute that its seat is taken, and sits down elsewhere.
"""

import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import Clock
from app.core.crypto import new_secret
from app.core.db import Database
from app.core.errors import CannotStart
from app.core.ids import NODE_BITS
from app.core.orm import Base
from app.core.upsert import insert_into

log = structlog.get_logger(__name__)

SEATS = 1 << NODE_BITS
LEASE = timedelta(minutes=10)
RENEW_SECONDS = 60
# A number is not given out again at once: clocks of two machines may differ by some seconds.
COOLING = timedelta(minutes=1)


class NoSeat(CannotStart):
    """All numbers are taken: more than a thousand processes, or as many that died just now."""


class NodeSeat(Base):
    """A node number that somebody holds, or held until `expires_at`."""

    __tablename__ = "node_seats"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str]
    place: Mapped[str]  # For people: which process on which machine.
    expires_at: Mapped[datetime]


def take_seat(session: Session, *, holder: str, now: datetime) -> int:
    """Take the lowest free number for `holder`, until `now` plus LEASE. Raises: NoSeat."""
    held = set(session.scalars(select(NodeSeat.number).where(NodeSeat.expires_at > now)))
    for number in range(SEATS):
        if number not in held and _take(session, number, holder=holder, now=now):
            return number
    raise NoSeat("All node numbers are taken. Stop some processes, or wait ten minutes.")


def renew_seat(session: Session, number: int, *, holder: str, now: datetime) -> bool:
    """Hold the seat until `now` plus LEASE; False if somebody else has taken it meanwhile."""
    seat = session.get(NodeSeat, number, with_for_update=True, populate_existing=True)
    if seat is None or seat.holder != holder:
        return False
    seat.expires_at = now + LEASE
    return True


def leave_seat(session: Session, number: int, *, holder: str, now: datetime) -> None:
    """Give the seat back: it is free again after COOLING."""
    if renew_seat(session, number, holder=holder, now=now):
        session.get_one(NodeSeat, number).expires_at = now + COOLING


def _take(session: Session, number: int, *, holder: str, now: datetime) -> bool:
    values = {"holder": holder, "place": _place(), "expires_at": now + LEASE}
    # Of two that want one number, the second finds the row just written, and takes nothing.
    take = (
        insert_into(session, NodeSeat)
        .values(number=number, **values)
        .on_conflict_do_update(
            index_elements=["number"], set_=values, where=NodeSeat.expires_at <= now
        )
        .returning(NodeSeat.number)
    )
    return session.scalar(take) is not None


def _place() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


class Seat:
    """The seat of this process, kept by a thread until it is left.

    `sit` is told the number, at first and whenever it changes. The clock is the machine's: a
    check that moves the site's time must not make running processes look dead.
    """

    def __init__(self, db: Database, clock: Clock, *, sit: Callable[[int], None]) -> None:
        self._db = db
        self._clock = clock
        self._sit = sit
        self._holder = new_secret()
        self._left = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="seat", daemon=True)
        self.number = self._take()
        self._keeper.start()

    def leave(self) -> None:
        """Give the seat back and end the thread."""
        self._left.set()
        self._keeper.join()
        with self._db.write.begin() as session:
            leave_seat(session, self.number, holder=self._holder, now=self._clock.now())

    def renew(self) -> None:
        """Keep the seat, or take another if it was lost."""
        now = self._clock.now()
        with self._db.write.begin() as session:
            if renew_seat(session, self.number, holder=self._holder, now=now):
                return
        log.warning("the seat was lost", number=self.number)
        self.number = self._take()

    def _take(self) -> int:
        with self._db.write.begin() as session:
            number = take_seat(session, holder=self._holder, now=self._clock.now())
        self._sit(number)
        return number

    def _keep(self) -> None:
        while not self._left.wait(RENEW_SECONDS):
            try:
                self.renew()
            except Exception:  # The edge: a database that is away for a while comes back.
                log.exception("the seat could not be renewed")
