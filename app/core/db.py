"""One database on SQLite (the embedded default) or PostgreSQL, made to behave alike."""

import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

from app.core.events import Listeners
from app.core.faults import fault
from app.core.turns import TurnPool

T = TypeVar("T")

SQLITE_WAIT_SECONDS = 15
POSTGRESQL_WAIT_SECONDS = 5
SQLITE_PRAGMAS = (
    f"busy_timeout = {SQLITE_WAIT_SECONDS * 1000}",
    "journal_mode = WAL",
    "synchronous = FULL",  # Votes and dues deserve it: what was acknowledged survives a power cut.
    "foreign_keys = ON",
    "mmap_size = 268435456",
    "cache_size = -65536",
)
# The planner took 10 ms where running took 1; a generic plan is made once for each connection.
POSTGRESQL_OPTIONS = "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC"


@dataclass(frozen=True, slots=True)
class Database:
    """Two session factories over one database: `write` commits, `read` cannot write."""

    write_engine: Engine
    read_engine: Engine
    write: sessionmaker[Session]
    read: sessionmaker[Session]
    _hot: "HotReader" = field(repr=False)

    @property
    def dialect(self) -> str:
        """The engine's name: "sqlite" or "postgresql"."""
        return self.write_engine.dialect.name

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Every engine that runs statements of this database."""
        return (self.write_engine, self.read_engine, self._hot.engine)

    async def hot(self, fn: Callable[[Connection], T]) -> T:
        """Run a hot read: at most some hundred rows, found by an index.

        It runs inline, in autocommit: each statement sees the newest commit. On PostgreSQL the
        loop goes on while the database is at work.
        """
        return await self._hot.run(fn)

    def version(self) -> int | None:
        """Return a number that changes when anybody has committed; None if unknown."""
        return self._hot.version()

    def dispose(self) -> None:
        """Close all connections."""
        self._hot.close()
        for engine in self.engines:
            engine.dispose()


class HotReader(Protocol):
    """Read-only connections that stay out: checking out costs more than reading."""

    engine: Engine

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Call `fn` with a connection in autocommit."""
        ...

    def version(self) -> int | None:
        """Return a number that changes when anybody has committed; None if unknown."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class HeldReader:
    """One read-only SQLite connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Call `fn` with the connection."""
        return self._run(fn)

    def version(self) -> int | None:
        """Return a number that changes when anybody has committed."""
        return self._run(data_version)

    def _run(self, fn: Callable[[Connection], T]) -> T:
        with self._lock:
            if self._connection is None:
                self._connection = self.engine.connect()
            return fn(self._connection)

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def data_version(connection: Connection) -> int | None:
    """Return a number that changes when any other connection has committed; None if unknown.

    It costs a microsecond on SQLite, whose readers are told by the file; PostgreSQL has no such.
    """
    if connection.dialect.name != "sqlite":
        return None
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    version: int = raw.execute("PRAGMA data_version").fetchone()[0]
    return version


def open_database(url: str, listeners: Listeners | None = None) -> Database:
    """Connect to `url` (sqlite:///… or postgresql://…); nothing is read or written yet."""
    parsed = make_url(url)
    open_engines = _sqlite if parsed.get_backend_name() == "sqlite" else _postgresql
    write_engine, read_engine, hot = open_engines(parsed)

    def sessions(bind: Engine) -> sessionmaker[Session]:
        return sessionmaker(bind, expire_on_commit=False, info={"listeners": listeners or {}})

    write = sessions(write_engine)
    event.listen(write, "before_commit", lambda session: _pass(session, "commit.before"))
    event.listen(write, "after_commit", lambda session: _pass(session, "commit.after"))
    return Database(write_engine, read_engine, write, sessions(read_engine), hot)


def _pass(session: Session, point: str) -> None:
    if not session.in_nested_transaction():  # The end of a savepoint keeps nothing yet.
        fault(point)


# What members wrote stays out of the text of errors, hence out of the logs.
_engine = partial(create_engine, hide_parameters=True)


# How connections that stay out are kept: nothing is sent but statements.
HELD: Final[Mapping[str, Any]] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}


def _sqlite(url: URL) -> tuple[Engine, Engine, HotReader]:
    # One writing connection for each process: writers queue for it in the pool, which wakes them
    # in turn, instead of polling the file's lock. Other processes still meet at the file.
    args = {"check_same_thread": False}
    writer = _engine(
        url,
        poolclass=TurnPool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=SQLITE_WAIT_SECONDS,
        connect_args=args,
    )
    reader = _engine(url, pool_size=8, max_overflow=32, connect_args=args)
    held = _engine(url, **HELD, pool_size=1, connect_args=args)
    event.listen(writer, "connect", _prepare_writer)
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader, "connect", _prepare_reader)
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    event.listen(held, "connect", _prepare_reader)
    return writer, reader, HeldReader(held)


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # The driver must not send BEGIN: the "begin" event does.
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    _prepare_writer(connection, _record)
    # Readers are many, and read from what is mapped, which they share.
    connection.execute("PRAGMA cache_size = -8192")
    connection.execute("PRAGMA query_only = ON")


def _postgresql(url: URL) -> tuple[Engine, Engine, HotReader]:
    url = url.set(drivername="postgresql+psycopg")
    pool = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}
    args = {"connect_timeout": POSTGRESQL_WAIT_SECONDS}
    read_only = POSTGRESQL_OPTIONS + " -c default_transaction_read_only=on"
    writing = {"options": POSTGRESQL_OPTIONS, **args}
    reading = {"options": read_only, **args}
    writer = _engine(url, connect_args=writing, **pool)
    reader = _engine(url, connect_args=reading, **pool)
    # Loaded here: it brings the driver, which sites on SQLite do without.
    patient = import_module("app.core.waiting")
    hot = _engine(url, **HELD, pool_size=patient.AT_ONCE, max_overflow=-1, connect_args=reading)
    for engine in (writer, reader, hot):
        event.listen(engine, "do_connect", patient.connect)
    return writer, reader, patient.PatientReader(hot)
