"""Statements that are compiled once: for reads that are made a thousand times a second.

SQLAlchemy looks up what it compiled for every execution, and writes lists of constants into the
text anew; together that cost more than the database's work. Source: performance.md 2.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, cast

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ClauseElement,
    ColumnElement,
    Connection,
    Select,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal, cloned_traverse
from sqlalchemy.types import TypeEngine

from app.core.records import Record

Process = Callable[[Any], Any]
Item: TypeAlias = type[TypeEngine[Any]]


class _Listed(TypeDecorator[Sequence[Any]]):
    """A list as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the driver is given."""
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(self.item) if is_array else Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Return what the driver is given."""
        assert value is not None
        listed = list(value)
        return listed if dialect.name == "postgresql" else orjson.dumps(listed).decode()


class Among(ColumnElement[bool]):
    """The condition that a column is one of the parameter `name`, a list of any length.

    `IN` writes a list into the statement, which then is another one for each length; this is
    not. Its items are ids, unless another type `of` items is given.
    """

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [
        ("column", InternalTraversal.dp_clauseelement),
        ("listed", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], name: str, *, of: Item = BigInteger) -> None:
        self.column = column
        self.listed = bindparam(name, type_=_Listed(of))

    def self_group(self, against: Any = None) -> "Among":  # noqa: ARG002 (its name)
        """Return the condition as it stands: it is one on engines without a type for it, too."""
        return self


class Packed(FunctionElement[str]):
    """A row's columns as one text, a JSON list.

    A text is read, compared and looked up at once, where each value of a row is an object to make:
    for rows that are mostly known from before. Moments must not be among the columns; yes and no
    may be 1 and 0.
    """

    inherit_cache = True
    type = Text()


@compiles(Packed, "sqlite")
def _packed_on_sqlite(packed: Packed, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_array({compiler.process(packed.clauses, **given)})"


@compiles(Packed, "postgresql")
def _packed_on_postgresql(packed: Packed, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_build_array({compiler.process(packed.clauses, **given)})::text"


@compiles(Among, "sqlite")
def _among_on_sqlite(condition: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, listed = (compiler.process(part, **given) for part in _parts(condition))
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 (two expressions)


@compiles(Among, "postgresql")
def _among_on_postgresql(condition: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, listed = (compiler.process(part, **given) for part in _parts(condition))
    return f"{column} = ANY ({listed})"


def _parts(condition: Among) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return condition.column, condition.listed


class Form(Record):
    """The statement in one dialect: its text, where values go, and how they are converted."""

    sql: str
    order: tuple[str, ...] | None  # None: the driver takes values by name.
    constants: Mapping[str, Any]
    given: Mapping[str, Process | None]
    results: tuple[tuple[int, Process], ...]

    def sent(self, parameters: Mapping[str, Any]) -> Any:
        """Return what the driver is given, out of the values of the parameters."""
        values = dict(self.constants)
        for name, process in self.given.items():
            value = parameters[name]
            values[name] = value if process is None or value is None else process(value)
        return values if self.order is None else tuple([values[name] for name in self.order])


class Prepared:
    """A statement whose parameters are single values, or lists in `Among`.

    Its constants never change, and stand in its text.

    `converts`: rows are converted as their columns say. Without, yes and no are 1 and 0 on
    SQLite, and moments must not be among the columns.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], *, converts: bool = True) -> None:
        self._statement = statement
        self._converts = converts
        self._forms: dict[str, Form] = {}

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run the statement; return its rows."""
        dialect = connection.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _plain_form_of(self._statement, dialect)
        sent = form.sent(parameters)
        for told in connection.dispatch.before_cursor_execute:  # Counted as SQLAlchemy would.
            told(connection, None, form.sql, sent, None, False)
        try:
            rows = _asked(connection.connection.driver_connection, form.sql, sent)
        except dialect.loaded_dbapi.Error:
            # Asked once more, by the door that says what happened in words that our edges know.
            return connection.execute(self._statement, parameters).fetchall()
        if not form.results or not self._converts:
            return rows
        return [_converted(row, form.results) for row in rows]

    def within(self, session: Session, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run the statement in a transaction, after all that it changed; return its rows."""
        session.flush()
        return self.rows(session.connection(), parameters)

    def named(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run the statement; return its rows, whose values are also had by their names."""
        return [self._row(*row) for row in self.rows(connection, parameters)]

    @cached_property
    def _row(self) -> Any:
        names = [str(column.key) for column in self._statement.selected_columns]
        return namedtuple("Row", names, rename=True)  # noqa: PYI024 (the names are given)


def _asked(driver: Any, sql: str, sent: Any) -> list[tuple[Any, ...]]:
    """Ask the driver itself, without what SQLAlchemy puts around a result."""
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(sql, sent).fetchall()
    rows: list[tuple[Any, ...]] = driver.ask(sql, sent)
    return rows


# How drivers are told where values go, by dialect, so that each is sent once.
STYLES: Final[Mapping[str, Literal["named", "numeric_dollar"]]] = {
    "sqlite": "named",
    "postgresql": "numeric_dollar",
}


def _plain_form_of(statement: Select[Any], dialect: Dialect) -> Form:
    """Compile a statement for the driver itself."""
    speaking = cast(type[DefaultDialect], type(dialect))(paramstyle=STYLES[dialect.name])
    return form_of(cloned_traverse(statement, {}, {"bindparam": _inline}), speaking)


def _inline(bind: BindParameter[Any]) -> None:
    """Let a constant stand in the text: the fewer values are sent, the less it costs."""
    bind.literal_execute = not bind.required


def form_of(
    statement: ClauseElement, dialect: Dialect, *, columns: Sequence[str] | None = None
) -> Form:
    """Compile a statement; of an INSERT without values, `columns` are its parameters."""
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    assert isinstance(compiled, SQLCompiler)
    free = {name: None for name, bind in compiled.binds.items() if bind.required}
    state = compiled.construct_expanded_state(free)
    # The state knows only how the items of lists are converted.
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    } | dict(state.processors)
    constants = {
        name: value if (process := processors.get(name)) is None else process(value)
        for name, value in state.parameters.items()
        if name not in free
    }
    order = None if state.positiontup is None else tuple(state.positiontup)
    given = {name: processors.get(name) for name in free}
    return Form(state.statement, order, constants, given, _results(compiled, dialect))


def _results(compiled: SQLCompiler, dialect: Dialect) -> tuple[tuple[int, Process], ...]:
    found = []
    for place, column in enumerate(getattr(compiled.statement, "selected_columns", ())):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            found.append((place, process))
    return tuple(found)


def _converted(row: Any, results: tuple[tuple[int, Process], ...]) -> list[Any]:
    values = list(row)
    for place, process in results:
        values[place] = process(values[place])
    return values
