"""Bring a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.core.db import Database

ROOT = Path(__file__).parents[1]


def upgrade(db: Database, *, to: str = "head") -> None:
    """Apply the revisions that `db` lacks, each in a transaction of its own."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with db.write_engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()
