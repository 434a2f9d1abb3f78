"""Statements compiled once: the same rows, and the same errors, as by SQLAlchemy's own way."""

from datetime import timedelta
from typing import cast

import orjson
import pytest
from sqlalchemy import Table, bindparam, select
from sqlalchemy.exc import DBAPIError

from app.core.db import Database, data_version
from app.core.duties import Duty
from app.core.orm import UtcDateTime
from app.core.prepared import Packed, Prepared
from tests.factories import NOON
from tests.queries import counted

duties = cast(Table, Duty.__table__)
STATEMENT = (
    select(duties.c.kind, duties.c.due_at, duties.c.abandoned_at)
    .where(duties.c.kind.in_(["a", "b"]), duties.c.due_at < bindparam("now", type_=UtcDateTime()))
    .order_by(duties.c.kind)
)


def fill(db: Database) -> None:
    with db.write.begin() as session:
        session.add_all(
            Duty(kind=kind, payload={}, due_at=NOON + timedelta(days=days))
            for kind, days in (("a", -1), ("b", -2), ("b", 1), ("c", -1))
        )


def test_rows_are_those_of_the_long_way(db: Database) -> None:
    fill(db)
    prepared = Prepared(STATEMENT)
    with db.read_engine.connect() as connection:
        rows = prepared.rows(connection, {"now": NOON})
        assert [tuple(row) for row in rows] == [
            tuple(row) for row in connection.execute(STATEMENT, {"now": NOON})
        ]
        assert rows[0][1] == NOON - timedelta(days=1)
        assert prepared.rows(connection, {"now": NOON - timedelta(days=9)}) == []


def test_going_back_to_a_savepoint_forgets_no_statement(db: Database) -> None:
    fill(db)
    prepared = Prepared(STATEMENT)
    with db.write.begin() as session:
        for _ in range(8):  # Until the driver prepares what it is asked for.
            session.execute(STATEMENT, {"now": NOON})
        before = prepared.rows(session.connection(), {"now": NOON})
        inner = session.begin_nested()
        session.execute(STATEMENT, {"now": NOON})
        inner.rollback()
        session.execute(STATEMENT, {"now": NOON})
        assert prepared.rows(session.connection(), {"now": NOON}) == before


def test_a_packed_row_says_what_the_row_says(db: Database) -> None:
    fill(db)
    columns = (
        duties.c.kind,
        duties.c.attempts,
        duties.c.abandoned_at.is_(None),
        duties.c.last_error,
    )
    base = select(duties.c.id).where(duties.c.kind == "a")
    packed = Prepared(base.with_only_columns(Packed(*columns)), converts=False)
    with db.read_engine.connect() as connection:
        [(text,)] = packed.rows(connection, {})
        [row] = connection.execute(base.with_only_columns(*columns))
    assert orjson.loads(text) == list(row)


def test_statements_are_counted(db: Database) -> None:
    with counted(db) as statements, db.read_engine.connect() as connection:
        Prepared(STATEMENT).rows(connection, {"now": NOON})
    assert len(statements) == 1


def test_a_fault_is_told_as_everywhere(db: Database) -> None:
    missing = Prepared(select(duties.c.kind).where(duties.c.kind == bindparam("kind")))
    with db.write.begin() as session:
        session.connection().exec_driver_sql("DROP TABLE duties")
        with pytest.raises(DBAPIError):
            missing.rows(session.connection(), {"kind": "a"})
        session.rollback()  # tidy: allow (the test takes the table's end back)


def test_a_commit_changes_the_version_on_sqlite_alone(db: Database) -> None:
    with db.read_engine.connect() as connection:
        before = data_version(connection)
        assert data_version(connection) == before
        fill(db)
        after = data_version(connection)
        assert (before is None) == (after is None) == (db.dialect == "postgresql")
        assert before is None or after != before
