"""Hot reads: many at a time on few connections, and none in the way of another."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from app.core.db import Database
from app.core.prepared import Prepared
from tests.queries import counted

T = TypeVar("T")

LOCK = "SELECT pg_advisory_lock(1)"
UNLOCK = "SELECT pg_advisory_unlock(1)"
ONE = Prepared(select(func.abs(-1)))


def one(hot: Connection) -> int:
    """Ask by a prepared statement and by another."""
    [(found,)] = ONE.rows(hot, {})
    return int(found) + (hot.scalar(text("SELECT 0")) or 0)


def lasting(hot: Connection) -> int:
    """Ask for what somebody else holds; give it back at once."""
    hot.execute(text(LOCK))
    hot.execute(text(UNLOCK))
    return one(hot)


# SQLite answers inline.
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def after_switching(db: Database, fn: Callable[[Connection], T]) -> "asyncio.Task[T]":
    """Begin a hot read that will wait; return it when it has asked."""
    task = asyncio.create_task(db.hot(fn))
    for _ in range(1_000):
        await asyncio.sleep(0.001)
        with db.read_engine.connect() as connection:
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            if connection.scalar(text(waiting)):
                return task
    raise AssertionError("the read does not wait")


def test_more_reads_than_connections_are_answered(db: Database) -> None:
    async def ask() -> list[int]:
        return await asyncio.gather(*(db.hot(one) for _ in range(30)))

    assert asyncio.run(ask()) == [1] * 30
    assert asyncio.run(ask()) == [1] * 30  # In another loop.


def test_each_read_costs_its_statements_alone(db: Database) -> None:
    asyncio.run(db.hot(one))
    with counted(db) as statements:
        asyncio.run(db.hot(one))
    assert len(statements) == 2


def test_a_fault_leaves_the_connection_good(db: Database) -> None:
    async def ask() -> int:
        with pytest.raises(DBAPIError):
            await db.hot(lambda hot: hot.execute(text("SELECT nothing")))
        with pytest.raises(ZeroDivisionError):
            await db.hot(lambda hot: one(hot) // 0)
        return await db.hot(one)

    assert asyncio.run(ask()) == 1


@ON_POSTGRESQL
def test_one_that_waits_holds_nobody_up(db: Database) -> None:
    async def ask() -> tuple[int, int]:
        with db.write_engine.connect() as holder:
            holder.execute(text(LOCK))
            waiting = await after_switching(db, lasting)
            quick = await db.hot(one)
            assert not waiting.done()
            holder.execute(text(UNLOCK))
            return quick, await waiting

    assert asyncio.run(ask()) == (1, 1)


@ON_POSTGRESQL
def test_a_read_that_nobody_waits_for_is_given_up(db: Database) -> None:
    async def ask() -> int:
        with db.write_engine.connect() as holder:
            holder.execute(text(LOCK))
            waiting = await after_switching(db, lasting)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            holder.execute(text(UNLOCK))
        return await db.hot(one)

    assert asyncio.run(ask()) == 1


@ON_POSTGRESQL
def test_lost_connections_are_replaced(db: Database) -> None:
    async def ask() -> tuple[int, int]:
        own = text("SELECT pg_backend_pid()")
        first = await db.hot(lambda hot: hot.scalar(own))
        with db.write_engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
        return await db.hot(one), await db.hot(one)

    assert asyncio.run(ask()) == (1, 1)


@ON_POSTGRESQL
def test_a_prepared_statement_is_part_of_its_transaction(db: Database) -> None:
    began = Prepared(select(func.transaction_timestamp()))
    with db.write_engine.connect() as connection:
        [first] = began.rows(connection, {})
        connection.execute(text("SELECT 1"))
        assert began.rows(connection, {}) == [first]
        connection.commit()
        assert began.rows(connection, {}) != [first]


def test_a_prepared_statement_outlives_what_is_taken_back(db: Database) -> None:
    with db.write_engine.connect() as connection:
        for _ in range(12):  # The driver prepares what comes often, and forgets it with this.
            assert ONE.rows(connection, {}) == [(1,)]
            connection.execute(text("SELECT 1"))
            connection.rollback()
