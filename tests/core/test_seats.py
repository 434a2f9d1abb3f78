"""Seats: no two processes ever hold the same node number."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.core.db import Database
from app.core.seats import (
    COOLING,
    LEASE,
    SEATS,
    NodeSeat,
    NoSeat,
    Seat,
    leave_seat,
    renew_seat,
    take_seat,
)
from tests.factories import NOON
from tests.fakes import FixedClock


def take(db: Database, holder: str, now: datetime = NOON) -> int:
    with db.write.begin() as session:
        return take_seat(session, holder=holder, now=now)


def test_the_lowest_free_number_is_taken(db: Database) -> None:
    assert [take(db, holder) for holder in "abc"] == [0, 1, 2]


def test_a_seat_whose_lease_ended_is_taken_again(db: Database) -> None:
    assert (take(db, "a"), take(db, "b")) == (0, 1)
    assert take(db, "c", NOON + LEASE - timedelta(seconds=1)) == 2
    assert take(db, "d", NOON + LEASE) == 0
    with db.read.begin() as session:
        assert session.get_one(NodeSeat, 0).holder == "d"


def test_a_renewed_seat_stays_held(db: Database) -> None:
    take(db, "a")
    with db.write.begin() as session:
        assert renew_seat(session, 0, holder="a", now=NOON + LEASE / 2)
    assert take(db, "b", NOON + LEASE) == 1
    assert take(db, "c", NOON + LEASE * 3 / 2) == 0


def test_a_late_holder_keeps_a_seat_that_nobody_wanted(db: Database) -> None:
    take(db, "a")
    with db.write.begin() as session:
        assert renew_seat(session, 0, holder="a", now=NOON + LEASE * 5)


def test_a_lost_seat_is_not_renewed(db: Database) -> None:
    take(db, "a")
    take(db, "b", NOON + LEASE)
    with db.write.begin() as session:
        assert not renew_seat(session, 0, holder="a", now=NOON + LEASE)
        assert not renew_seat(session, 7, holder="a", now=NOON + LEASE)
        leave_seat(session, 0, holder="a", now=NOON + LEASE)
    with db.read.begin() as session:
        assert session.get_one(NodeSeat, 0).expires_at == NOON + LEASE * 2


def test_a_seat_that_was_left_cools_first(db: Database) -> None:
    take(db, "a")
    with db.write.begin() as session:
        leave_seat(session, 0, holder="a", now=NOON)
    assert take(db, "b") == 1
    assert take(db, "c", NOON + COOLING) == 0


def test_no_number_is_given_twice_at_once(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda n: take(db, str(n)), range(24)))
    assert sorted(numbers) == list(range(24))


def test_no_expired_number_is_given_twice_at_once(db: Database) -> None:
    for n in range(4):
        take(db, f"old {n}")
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda n: take(db, str(n), NOON + LEASE), range(8)))
    assert sorted(numbers) == list(range(8))


def test_when_all_are_taken_the_start_is_refused(db: Database) -> None:
    rows = [
        {"number": n, "holder": "x", "place": "y", "expires_at": NOON + LEASE}
        for n in range(SEATS)
    ]
    with db.write.begin() as session:
        session.execute(insert(NodeSeat), rows)
    with pytest.raises(NoSeat, match="All node numbers are taken"):
        take(db, "a")


def test_a_process_sits_down_and_leaves(db: Database, clock: FixedClock) -> None:
    sat: list[int] = []
    seat = Seat(db, clock, sit=sat.append)
    other = Seat(db, clock, sit=sat.append)
    assert sat == [0, 1]
    seat.leave()
    other.leave()
    with db.read.begin() as session:
        until = session.scalars(select(NodeSeat.expires_at)).all()
    assert until == [NOON + COOLING] * 2


def test_a_process_that_lost_its_seat_takes_another(db: Database, clock: FixedClock) -> None:
    sat: list[int] = []
    seat = Seat(db, clock, sit=sat.append)
    clock.advance(minutes=20)  # The machine slept.
    take(db, "somebody else", clock.now())
    seat.renew()
    assert (sat, seat.number) == ([0, 1], 1)
    seat.renew()
    assert sat == [0, 1]
    seat.leave()


def test_a_seat_is_renewed_without_being_asked(
    db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.seats.RENEW_SECONDS", 0.01)
    seat = Seat(db, clock, sit=lambda _number: None)
    clock.advance(minutes=5)
    _until(lambda: _expiry(db) == clock.now() + LEASE)
    seat.leave()


def test_a_database_that_is_away_does_not_end_the_keeper(
    db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.seats.RENEW_SECONDS", 0.01)
    seat = Seat(db, clock, sit=lambda _number: None)
    tries = 0

    def fail() -> None:
        nonlocal tries
        tries += 1
        raise ConnectionError

    monkeypatch.setattr(seat, "renew", fail)
    _until(lambda: tries >= 3)
    seat.leave()


def _expiry(db: Database) -> datetime:
    with db.read.begin() as session:
        return session.get_one(NodeSeat, 0).expires_at


def _until(holds: Callable[[], bool]) -> None:
    """Wait for a thread's work, at most some seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
