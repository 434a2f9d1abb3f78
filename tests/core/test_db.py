"""Two engines, one behaviour: readers cannot write, writers take turns, locks read anew."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.core.chain import ChainHead, append
from app.core.db import Database
from app.core.orm import lock
from tests.factories import NOON
from tests.queries import counted

INSERT = "INSERT INTO chain_heads (chain, seq, hash) VALUES ('x', 0, '')"


def test_the_database_itself_keeps_a_reader_from_writing(db: Database) -> None:
    with pytest.raises(DBAPIError), db.read.begin() as session:
        session.execute(text(INSERT))
    with db.write.begin() as session:
        session.execute(text(INSERT))


def test_a_hot_read_cannot_write(db: Database) -> None:
    async def write() -> None:
        await db.hot(lambda connection: connection.execute(text(INSERT)))

    with pytest.raises(DBAPIError):
        asyncio.run(write())


def test_a_hot_read_sees_the_newest_commit(db: Database) -> None:
    async def heads() -> int:
        return await db.hot(
            lambda connection: connection.scalar(text("SELECT count(*) FROM chain_heads")) or 0
        )

    assert asyncio.run(heads()) == 0
    with db.write.begin() as session:
        session.execute(text(INSERT))
    assert asyncio.run(heads()) == 1


def test_a_lock_reads_anew(db: Database) -> None:
    with db.write.begin() as session:
        append(session, "log", kind="said", payload={}, now=NOON)
    with db.read.begin() as reader:
        stale = reader.get_one(ChainHead, "log")
    with db.write.begin() as session:
        append(session, "log", kind="said", payload={}, now=NOON)
    with db.write.begin() as session:
        session.add(stale)
        fresh = lock(session, ChainHead, "log")
        assert fresh is stale
        assert fresh.seq == 2


def test_fifty_writers_take_turns(db: Database) -> None:
    with db.write.begin() as session:
        session.execute(text(INSERT))

    def add(_: int) -> None:
        with db.write.begin() as session:
            head = lock(session, ChainHead, "x")
            assert head is not None
            head.seq += 1

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(add, range(50)))
    with db.read.begin() as session:
        assert session.get_one(ChainHead, "x").seq == 50


def test_statements_are_counted(db: Database) -> None:
    with counted(db) as statements, db.read.begin() as session:
        session.get(ChainHead, "x")
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_an_error_does_not_repeat_the_values(db: Database) -> None:
    insert = text("INSERT INTO chain_heads (chain, seq, hash) VALUES ('x', 1, :hash)")
    with db.write.begin() as session:
        session.execute(insert, {"hash": "a private thing"})
    with pytest.raises(IntegrityError) as failure, db.write.begin() as session:
        session.execute(insert, {"hash": "a private thing"})
    assert "a private thing" not in str(failure.value)
