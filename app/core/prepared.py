"""Statements that are compiled once: for reads that are made a thousand times a second.

SQLAlchemy looks up what it compiled for every execution, and writes lists of constants into the
text anew; together that cost more than the database's work. Source: performance.md 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """The statement in one dialect: its text, where values go, and how they are converted."""

    sql: str
    order: tuple[str, ...] | None  # None: the driver takes values by name.
    constants: Mapping[str, Any]
    given: Mapping[str, Process | None]
    results: tuple[tuple[int, Process], ...]


class Prepared:
    """A statement whose parameters are single values; the lists in it never change.

    `converts`: rows are converted as their columns say. Without, yes and no are 1 and 0 on
    SQLite, and moments must not be among the columns.
    """

    def __init__(self, statement: Select[Any], *, converts: bool = True) -> None:
        self._statement = statement
        self._converts = converts
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run the statement; return its rows."""
        dialect = connection.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _form_of(self._statement, dialect)
        values = dict(form.constants)
        for name, process in form.given.items():
            value = parameters[name]
            values[name] = value if process is None or value is None else process(value)
        sent: Any = values
        if form.order is not None:
            sent = tuple([values[name] for name in form.order])
        rows = _fetch(connection, form.sql, sent)
        if not form.results or not self._converts:
            return rows
        return [_converted(row, form.results) for row in rows]


def _fetch(connection: Connection, sql: str, sent: Any) -> Sequence[Any]:
    """Ask the driver, without what SQLAlchemy puts around a result; count it as it would."""
    for told in connection.dispatch.before_cursor_execute:
        told(connection, None, sql, sent, None, False)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, sent)
        return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error:
        # Asked once more, by the door that says what happened in words that our edges know.
        return connection.exec_driver_sql(sql, sent).fetchall()
    finally:
        cursor.close()


def _form_of(statement: Select[Any], dialect: Dialect) -> _Form:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    free = {name: None for name, bind in compiled.binds.items() if bind.required}
    state = compiled.construct_expanded_state(free)
    processors = state.processors
    constants = {
        name: processors[name](value) if name in processors else value
        for name, value in state.parameters.items()
        if name not in free
    }
    order = None if state.positiontup is None else tuple(state.positiontup)
    given = {name: processors.get(name) for name in free}
    return _Form(state.statement, order, constants, given, _results(compiled, dialect))


def _results(compiled: SQLCompiler, dialect: Dialect) -> tuple[tuple[int, Process], ...]:
    found = []
    for place, column in enumerate(compiled.statement.selected_columns):  # type: ignore[union-attr]
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            found.append((place, process))
    return tuple(found)


def _converted(row: Any, results: tuple[tuple[int, Process], ...]) -> list[Any]:
    values = list(row)
    for place, process in results:
        values[place] = process(values[place])
    return values
