"""Migrations and models agree, on both engines."""

from collections.abc import Iterable
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.core.db import Database
from app.core.schema import check_schema, revision_of, wanted_revision
from app.wiring import METADATA
from migrations import first_release

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT DISTINCT trigger_name FROM information_schema.triggers",
}


def test_a_migrated_database_is_what_the_models_say(db: Database) -> None:
    with db.write_engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_modelled}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def _is_modelled(name: str | None, _kind: str, _parents: object) -> bool:
    """Return whether models know of it; the databases' own indexes of words are not modelled."""
    return name is None or not name.startswith("fts_")


def test_a_migrated_database_has_every_trigger(db: Database) -> None:
    statements: Iterable[str] = (
        statement
        for of_table in METADATA.info.get("ddl", {}).values()
        for statement in of_table[db.dialect]
    )
    wanted = {s.split()[2] for s in statements if s.startswith("CREATE TRIGGER")}
    with db.read.begin() as session:
        found = set(session.scalars(text(TRIGGERS[db.dialect])))
    assert wanted
    assert wanted <= found


def test_the_newest_revision_is_wanted(db: Database) -> None:
    check_schema(db)
    assert revision_of(db) == wanted_revision()


def test_the_revisions_are_those_that_the_models_make() -> None:
    """Until 1.0, `python -m migrations.first_release` writes the revisions; none is edited."""
    before = {path: path.read_text() for path in Path(first_release.VERSIONS).glob("0*.py")}
    first_release.main()
    after = {path: path.read_text() for path in before}
    for path, was in before.items():
        path.write_text(was)
    assert after == before
