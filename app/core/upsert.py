"""Writing rows unless they are there: the constraint decides the race, not a look beforehand."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import CursorResult, Insert, Select, Table
from sqlalchemy.orm import Session

from app.core.orm import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_into(
    session: Session, target: type[Base] | Table
) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that knows ON CONFLICT, as the session's database speaks it."""
    # Of the two dialects a process needs one, and the other is a fiftieth of its start.
    dialect: Any = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    insert: sqlite.Insert | postgresql.Insert = dialect.insert(target)
    return insert


def insert_missing(session: Session, kind: type[Base], /, **values: Any) -> bool:
    """Insert the row unless one with the same unique key exists; return whether it was new.

    On PostgreSQL it waits for a concurrent transaction that inserts the same key.
    """
    return _run(session, _insert(session, kind).values(**values).on_conflict_do_nothing()) == 1


def insert_selected(
    session: Session,
    kind: type[Base],
    columns: Sequence[str],
    rows: Select[Any],
    given: Mapping[str, Any] | None = None,
) -> int:
    """Insert what `rows` selects, as `columns`, without those that exist; return how many.

    With `given`, the values of its parameters, `rows` is a statement that stays: what inserts it
    is then built once.
    """
    if given is None:
        return _run(session, _insert_of(session, kind, columns, rows))
    key = (session.get_bind().dialect.name, rows)
    insert = _KEPT.get(key)
    if insert is None:
        insert = _KEPT[key] = _insert_of(session, kind, columns, rows)
    return _run(session, insert, given)


# By dialect and by statement, of which there are as many as the code names.
_KEPT: Final[dict[tuple[str, Select[Any]], Insert]] = {}


def _insert_of(
    session: Session, kind: type[Base], columns: Sequence[str], rows: Select[Any]
) -> Insert:
    insert = _insert(session, kind).from_select(columns, rows, include_defaults=False)
    return insert.on_conflict_do_nothing()


def _insert(session: Session, kind: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    table = cast(Table, kind.__table__)  # Of the class, the ORM would ask for the keys.
    return insert_into(session, table).inline()


def _run(session: Session, insert: Insert, given: Mapping[str, Any] | None = None) -> int:
    result = session.execute(insert, given, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    assert result.rowcount >= 0
    return result.rowcount
