"""Statements that write, compiled once: for what is written with every post.

Building and compiling such a statement, and looking up what was compiled, cost several times what
the database does. Source: performance.md 2.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.orm import Session

from app.core.prepared import Form, form_of


class Change:
    """An INSERT, UPDATE or DELETE whose parameters are single values, or lists in `Among`.

    `columns` are the parameters of an INSERT that names no values. What the session has not
    written yet goes first; what it has loaded is not told of the change.
    """

    def __init__(self, statement: ClauseElement, *, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._forms: dict[str, Form] = {}

    def run(self, session: Session, parameters: Mapping[str, Any]) -> int:
        """Run the statement; return how many rows it wrote."""
        session.flush()
        connection = session.connection()
        dialect = connection.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = form_of(self._statement, dialect, columns=self._columns)
            self._forms[dialect.name] = form
        written = connection.exec_driver_sql(
            form.sql, form.sent(parameters), execution_options={"preserve_rowcount": True}
        ).rowcount
        assert written >= 0
        return written
