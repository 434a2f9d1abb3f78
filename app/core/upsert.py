"""Writing rows unless they are there: the constraint decides the race, not a look beforehand."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Select, Table
from sqlalchemy.orm import Session

from app.core.changes import Change
from app.core.orm import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_into(
    session: Session, target: type[Base] | Table
) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that knows ON CONFLICT, as the session's database speaks it."""
    return _insert_of(session.get_bind().dialect.name, target)


def insert_missing(session: Session, kind: type[Base], /, **values: Any) -> bool:
    """Insert the row unless one with the same unique key exists; return whether it was new.

    On PostgreSQL it waits for a concurrent transaction that inserts the same key.
    """
    names = tuple(values)
    defaults = _defaults(kind, names)

    def made(dialect: str) -> Change:
        # Of the class instead of its table, the ORM would ask for the keys.
        insert = _insert_of(dialect, cast(Table, kind.__table__)).inline()
        return Change(insert.on_conflict_do_nothing(), columns=(*names, *defaults))

    for name, default in defaults.items():
        values[name] = default(None) if callable(default) else default
    return _kept(session, (kind, names), made).run(session, values) == 1


@cache
def _defaults(kind: type[Base], given: tuple[str, ...]) -> Mapping[str, Any]:
    """Return what our own side puts into the columns that are not given."""
    columns = [column for column in kind.__table__.c if column.name not in given]
    return {c.name: cast(Any, c.default).arg for c in columns if c.default is not None}


def upsert(session: Session, kind: type[Base], /, **values: Any) -> None:
    """Insert the row, or give the one with the same primary key these values."""
    names = tuple(values)

    def made(dialect: str) -> Change:
        table = cast(Table, kind.__table__)
        insert = _insert_of(dialect, table).inline()
        keys = [column.name for column in table.primary_key]
        rest = {name: insert.excluded[name] for name in names if name not in keys}
        return Change(insert.on_conflict_do_update(index_elements=keys, set_=rest), columns=names)

    _kept(session, (kind, names, "or changed"), made).run(session, values)


def insert_selected(
    session: Session,
    kind: type[Base],
    columns: Sequence[str],
    rows: Select[*tuple[Any, ...]],
    given: Mapping[str, Any] | None = None,
) -> int:
    """Insert what `rows` selects, as `columns`, without those that exist; return how many.

    With `given`, the values of its parameters, `rows` is a statement that stays: what inserts it
    is then built once.
    """
    table = cast(Table, kind.__table__)

    def made(dialect: str) -> Change:
        insert = _insert_of(dialect, table).inline()
        selected = insert.from_select(columns, rows, include_defaults=False)
        return Change(selected.on_conflict_do_nothing())

    if given is None:
        return made(session.get_bind().dialect.name).run(session, {})
    return _kept(session, rows, made).run(session, given)


# By dialect and by what is inserted, of which there is as much as the code names.
_KEPT: Final[dict[tuple[str, Any], Change]] = {}


def _kept(session: Session, what: Any, made: Callable[[str], Change]) -> Change:
    key = (session.get_bind().dialect.name, what)
    change = _KEPT.get(key)
    if change is None:
        change = _KEPT[key] = made(key[0])
    return change


def _insert_of(dialect: str, target: type[Base] | Table) -> "sqlite.Insert | postgresql.Insert":
    # Of the two dialects a process needs one, and the other is a fiftieth of its start.
    module: Any = import_module(f"sqlalchemy.dialects.{dialect}")
    insert: sqlite.Insert | postgresql.Insert = module.insert(target)
    return insert
