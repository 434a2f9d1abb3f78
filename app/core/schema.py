"""Which revision of the schema this code wants, and which one a database has."""

from pathlib import Path

from sqlalchemy import inspect, text

from app.core.db import Database
from app.core.errors import CannotStart

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


class WrongSchema(CannotStart):
    """The database has another schema than this code; the text says which command helps."""


def wanted_revision() -> str:
    """Return the newest revision that this code brings along."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def revision_of(db: Database) -> str | None:
    """Return the database's revision; None for an empty database."""
    with db.read.begin() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def check_schema(db: Database) -> None:
    """Raise WrongSchema unless the database's schema is the one that this code wants."""
    has, wants = revision_of(db), wanted_revision()
    if has == wants:
        return
    if has is None or has < wants:
        state = "is empty" if has is None else f"is at {has}, this version wants {wants}"
        raise WrongSchema(f"The database {state}. Run: commonhold migrate")
    raise WrongSchema(
        f"The database is at {has}, which is newer than this version ({wants}). "
        "Install the newer version of Commonhold, or restore a backup made by this one."
    )
