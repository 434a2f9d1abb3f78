"""The hash chain: gap-free, sealed, refusing change, and telling the first thing that is wrong."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.chain import append, entries, head_of, verify, verify_all
from app.core.db import Database
from tests.factories import NOON

DROP = {
    "sqlite": [
        "DROP TRIGGER chain_entries_keeps_update",
        "DROP TRIGGER chain_entries_keeps_delete",
    ],
    "postgresql": ["DROP TRIGGER chain_entries_keeps ON chain_entries"],
}


def fill(db: Database, *, chain: str = "log", count: int = 3) -> None:
    with db.write.begin() as session:
        for number in range(count):
            append(session, chain, kind="said", payload={"word": f"w{number}"}, now=NOON)


def tamper(db: Database, statement: str) -> None:
    with db.write.begin() as session:
        for drop in DROP[db.dialect]:
            session.execute(text(drop))
        session.execute(text(statement))


@pytest.mark.parametrize(
    "act", ["UPDATE chain_entries SET kind = 'x'", "DELETE FROM chain_entries"]
)
def test_the_database_refuses_to_change_an_entry(db: Database, act: str) -> None:
    fill(db)
    with pytest.raises(DBAPIError, match="never changed"), db.write.begin() as session:
        session.execute(text(act))


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        pytest.param(
            'UPDATE chain_entries SET payload = \'{"word":"other"}\' WHERE seq = 2',
            2,
            "the payload was changed",
            id="a changed payload",
        ),
        pytest.param(
            "UPDATE chain_entries SET kind = 'x' WHERE seq = 1",
            1,
            "the payload was changed",
            id="a changed kind",
        ),
        pytest.param(
            "DELETE FROM chain_entries WHERE seq = 2", 2, "the entry is missing", id="a gap"
        ),
        pytest.param(
            "DELETE FROM chain_entries WHERE seq = 3",
            3,
            "the head does not match the last entry",
            id="a lost tail",
        ),
        pytest.param(
            "UPDATE chain_entries SET hash = prev_hash WHERE seq = 1",
            1,
            "the link to the entry before is broken",
            id="a changed hash",
        ),
    ],
)
def test_verify_names_the_first_fault(db: Database, statement: str, seq: int, reason: str) -> None:
    fill(db)
    tamper(db, statement)
    with db.read.begin() as session:
        fault = verify(session, "log")
        assert fault is not None
        assert (fault.seq, fault.reason) == (seq, reason)
        assert verify_all(session) == fault


def test_a_chain_holds(db: Database) -> None:
    fill(db, count=5)
    fill(db, chain="audit", count=2)
    with db.read.begin() as session:
        assert verify_all(session) is None
        assert head_of(session, "log").seq == 5
        assert [entry.seq for entry in entries(session, "log", after=2)] == [3, 4, 5]
        assert head_of(session, "unknown").seq == 0


def test_an_entry_that_is_rolled_back_leaves_no_gap(db: Database) -> None:
    fill(db, count=1)
    with pytest.raises(ZeroDivisionError), db.write.begin() as session:
        append(session, "log", kind="said", payload={}, now=NOON)
        _ = 1 // 0
    fill(db, count=1)
    with db.read.begin() as session:
        assert [entry.seq for entry in entries(session, "log")] == [1, 2]
        assert verify(session, "log") is None


def test_many_writers_make_one_gap_free_chain(db: Database) -> None:
    def write(number: int) -> None:
        with db.write.begin() as session:
            append(session, "log", kind="said", payload={"number": number}, now=NOON)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(100)))
    with db.read.begin() as session:
        assert head_of(session, "log").seq == 100
        assert verify(session, "log") is None
