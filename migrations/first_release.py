"""Write the revisions of the first release from the models, while nothing is released yet.

`python -m migrations.first_release` overwrites the numbered files in versions/, one for each group
of packages. Once 1.0 is out this module goes: from then on a revision is never touched again.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Table, create_engine

from app.core.orm import Base, UtcDateTime
from app.wiring import METADATA

VERSIONS = Path(__file__).parent / "versions"
# A file each, of a size that can be read: by modules and, where one has too many, by tables.
ASKED = ("dues_plans", "free_places", "invoices", "member_keys", "pledges", "reminders")
VOTING = ("proposals", "votes", "site")
GROUPS = (
    ("0001", "kernel", "the kernel", ("app.core",)),
    ("0002", "people", "people", ("app.accounts", "app.members")),
    ("0003", "site", "the site and its programs", ("app.oauth", "app.instance")),
    ("0004", "ties", "follows, blocks and mutes", ("app.relationships",)),
    ("0005", "posts", "posts", ("app.statuses.models",)),
    ("0006", "talk", "polls, quotes, letters and cards", ("app.statuses",)),
    ("0007", "pictures", "pictures, films and sounds", ("app.media", "app.emojis")),
    ("0008", "timelines", "timelines and filters", ("app.timelines", "app.filters")),
    ("0009", "sites", "other sites", ("app.federation", "app.moderation.sites")),
    ("0010", "notices", "notices, reports and search", ("app.",)),
    ("0011", "votes", "proposals and votes", tuple(f"governance.models.{m}" for m in VOTING)),
    ("0012", "law", "the law and of what carries it out", ("governance",)),
    ("0013", "ledger", "the books", ("dues.ledger",)),
    ("0014", "asked", "what is asked", tuple(f"dues.billing.models:{t}" for t in ASKED)),
    ("0015", "paid", "what is paid", ("dues",)),
)
HEAD = '''"""Revision {revision}: the tables of {what}."""

import sqlalchemy as sa

from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None

'''
DDL_HEAD = """
# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {ddl}

"""


def main() -> None:
    """Write all groups."""
    placed: set[str] = set()
    down: str | None = None
    for revision, name, what, packages in GROUPS:
        tables = {
            table.name
            for table in METADATA.sorted_tables
            if table.name not in placed and place_of(table).startswith(packages)
        }
        placed |= tables
        head = HEAD.format(revision=revision, what=what, down=repr(down).replace("'", '"'))
        path = VERSIONS / f"{revision}_{name}.py"
        path.write_text(head + body(tables))
        down = revision
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", VERSIONS], check=True)
    missing = {table.name for table in METADATA.sorted_tables} - placed
    assert not missing, f"tables of no group: {missing}"


def place_of(table: Table) -> str:
    """Return "module:table"; a plain Table names its module in info["package"]."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            return f"{mapper.class_.__module__}:{table.name}"
    return f"{table.info['package']}:{table.name}"


def body(tables: set[str]) -> str:
    """Return the upgrade function, and before it the extra statements, for `tables`."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": METADATA,
                "include_object": lambda item, name, kind, *_: _belongs(item, name, kind, tables),
                "render_item": _render,
                "user_module_prefix": None,
            },
        )
        operations = produce_migrations(context, METADATA)
        assert operations.upgrade_ops is not None
        code = render_python_code(
            operations.upgrade_ops, migration_context=context, render_item=_render
        )
    statements = extra(tables)
    text = DDL_HEAD.format(ddl=repr(statements)) if any(statements.values()) else ""
    text += '\ndef upgrade() -> None:\n    """Create the tables."""\n'
    text += "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#"))
    if any(statements.values()):
        text += "\n    for statement in DDL[op.get_bind().dialect.name]:\n"
        text += '        op.execute(sa.DDL(statement.replace("%", "%%")))'
    return text.rstrip() + "\n"


def extra(tables: set[str]) -> dict[str, list[str]]:
    """Return the triggers and the like of `tables`, in order, by dialect."""
    found: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
    for table in METADATA.sorted_tables:
        if table.name in tables:
            of_table = METADATA.info.get("ddl", {}).get(table.name, {})
            for dialect, statements in of_table.items():
                found[dialect].extend(statements)
    return found


def _belongs(item: Any, name: str | None, kind: str, tables: set[str]) -> bool:
    if kind == "table":
        return name in tables
    return getattr(item, "table", None) is None or item.table.name in tables


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


if __name__ == "__main__":
    main()
