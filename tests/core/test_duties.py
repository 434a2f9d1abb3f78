"""Duties: owed with their transaction, leased, fenced, postponed, given up, retried."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from app.core.clock import Clock
from app.core.db import Database
from app.core.duties import Claim, Duty, LeaseLost, abandoned, claim_due, retry, schedule
from app.core.errors import NotFound
from app.core.runner import ATTEMPTS_MAX, BACKOFF_MAX, Crew, Runner, backoff
from tests.fakes import FixedClock

LEASE = timedelta(minutes=2)


class Nothing(BaseModel):
    """A payload without fields."""


def owe(db: Database, clock: FixedClock, kind: str = "x") -> None:
    with db.write.begin() as session:
        schedule(session, kind, Nothing(), due_at=clock.now())


def owed(db: Database) -> int:
    with db.read.begin() as session:
        return session.scalar(select(func.count()).select_from(Duty)) or 0


def runner_of(db: Database, clock: FixedClock, act: Callable[[Claim, Clock], None]) -> Runner:
    return Runner(db.write, {"x": act}, clock)


def test_a_duty_of_a_rolled_back_transaction_is_not_owed(db: Database, clock: FixedClock) -> None:
    with pytest.raises(ZeroDivisionError), db.write.begin() as session:
        schedule(session, "x", Nothing(), due_at=clock.now())
        _ = 1 // 0
    assert owed(db) == 0


def test_a_stale_claim_cannot_finish(db: Database, clock: FixedClock) -> None:
    owe(db, clock)
    [stale] = claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    assert not claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    clock.advance(minutes=5)
    [fresh] = claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    with pytest.raises(LeaseLost), stale.finishing() as session:
        schedule(session, "effect of the stale worker", Nothing(), due_at=clock.now())
    with fresh.finishing():
        pass
    assert owed(db) == 0


def test_a_claim_older_than_a_retry_cannot_finish(db: Database, clock: FixedClock) -> None:
    owe(db, clock)
    [stale] = claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    stale.postpone(ValueError("no"), due_at=None, now=clock.now())
    with db.write.begin() as session:
        [given_up] = abandoned(session)
        retry(session, given_up.id, now=clock.now())
    [fresh] = claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    assert fresh.tries == 1
    with pytest.raises(LeaseLost), stale.finishing():
        pass


def test_only_abandoned_duties_are_retried(db: Database, clock: FixedClock) -> None:
    owe(db, clock)
    with db.write.begin() as session:
        duty = session.scalars(select(Duty)).one()
        with pytest.raises(NotFound):
            retry(session, duty.id, now=clock.now())


def test_a_failure_backs_off_and_is_kept_when_given_up(db: Database, clock: FixedClock) -> None:
    def fail(_claim: Claim, _clock: Clock) -> None:
        raise ValueError("the printer is out of paper")

    owe(db, clock)
    runner = runner_of(db, clock, fail)
    for _ in range(ATTEMPTS_MAX):
        assert runner.run_due() == 1
        assert runner.run_due() == 0
        clock.advance(hours=8)
    assert runner.run_due() == 0
    with db.read.begin() as session:
        [given_up] = abandoned(session)
        assert given_up.attempts == ATTEMPTS_MAX
        assert "out of paper" in (given_up.last_error or "")


def test_effects_and_removal_commit_together(db: Database, clock: FixedClock) -> None:
    def act(claim: Claim, clock: Clock) -> None:
        with claim.finishing() as session:
            schedule(session, "effect", Nothing(), due_at=clock.now() + timedelta(days=1))

    owe(db, clock)
    runner = runner_of(db, clock, act)
    assert [runner.run_due(), runner.run_due()] == [1, 0]
    assert owed(db) == 1


def test_run_until_idle_follows_what_it_makes_due(db: Database, clock: FixedClock) -> None:
    def act(claim: Claim, clock: Clock) -> None:
        with claim.finishing() as session:
            if claim.payload.get("again"):
                return
            session.add(Duty(kind="x", payload={"again": True}, due_at=clock.now()))

    owe(db, clock)
    assert runner_of(db, clock, act).run_until_idle() == 2


def test_a_kind_is_run_alone(db: Database, clock: FixedClock) -> None:
    owe(db, clock, "y")
    assert runner_of(db, clock, lambda *_: None).run_due(kind="x") == 0


@pytest.mark.parametrize("tries", range(1, ATTEMPTS_MAX))
def test_backoff_grows_to_a_cap(tries: int) -> None:
    wait = backoff(tries)
    assert wait is not None
    assert timedelta(seconds=15) <= wait <= BACKOFF_MAX * 1.2


def test_backoff_gives_up() -> None:
    assert backoff(ATTEMPTS_MAX) is None


def test_long_work_holds_on_to_its_duty_until_another_has_it(
    db: Database, clock: FixedClock
) -> None:
    owe(db, clock)
    [claim] = claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    claim.hold_on(until=clock.now() + 5 * LEASE)
    clock.advance(minutes=9)
    assert not claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    clock.advance(minutes=2)
    assert claim_due(db.write, now=clock.now(), lease=LEASE, limit=1)
    with pytest.raises(LeaseLost):
        claim.hold_on(until=clock.now() + LEASE)


def test_a_crew_takes_its_own_kinds_and_no_others(db: Database, clock: FixedClock) -> None:
    done: list[str] = []

    def note(claim: Claim, _clock: Clock) -> None:
        with claim.finishing():
            done.append(claim.kind)

    handlers = dict.fromkeys(("x", "slow"), note)
    for kind in ("slow", "x", "slow"):
        owe(db, clock, kind)
    slow = frozenset({"slow"})
    assert Runner(db.write, handlers, clock, Crew(but=slow)).run_until_idle() == 1
    assert done == ["x"]
    one_by_one = Runner(db.write, handlers, clock, Crew(only=slow, at_once=1))
    assert (one_by_one.run_due(), one_by_one.run_due(), one_by_one.run_due()) == (1, 1, 0)
