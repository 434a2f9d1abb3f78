"""The base of all tables: column types by annotation, constraint names, locks, triggers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.schema import DDL

T = TypeVar("T", bound="Base")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment in UTC. A naive value is a fault of the programmer and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite, which knows no zones, stores UTC without one."""
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment without a time zone"
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Choice = sa.Enum(
    StrEnum,
    native_enum=False,
    create_constraint=True,
    length=32,
    values_callable=lambda kind: [member.value for member in kind],
)


class Base(DeclarativeBase):
    """A table. Types come from annotations, names of constraints from one convention."""

    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        date: sa.Date(),
        int: BigInt,
        str: sa.Text(),
        bool: sa.Boolean(),
        bytes: sa.LargeBinary(),
        StrEnum: Choice,
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def lock(session: Session, kind: type[T], key: Any) -> T | None:
    """Return the row locked until the transaction ends, and read anew; None if there is none.

    `Session.get(…, with_for_update=True)` alone locks the row but keeps the attributes that the
    session loaded before: the very staleness that the lock is taken against.
    """
    return session.get(kind, key, with_for_update=True, populate_existing=True)


def ddl(model: type[Base], *, sqlite: Sequence[str] = (), postgresql: Sequence[str] = ()) -> None:
    """Attach statements (triggers, mostly) that run after the model's table is created.

    They are kept in the metadata's `info["ddl"]`, by table and dialect, for the migrations.
    Attach them where the model is defined, so that every process has the same.
    """
    of_tables = model.metadata.info.setdefault("ddl", {})
    by_dialect = of_tables.setdefault(model.__tablename__, {"sqlite": [], "postgresql": []})
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        by_dialect[dialect].extend(statements)
        for statement in statements:
            escaped: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(model.__table__, "after_create", escaped.execute_if(dialect=dialect))


def refuse_changes(model: type[Base], *, because: str) -> None:
    """Let the database refuse UPDATE and DELETE of rows of `model`, on both engines.

    `because` is the sentence that the refusal carries; it must not contain quotes.
    """
    assert "'" not in because
    name = model.__tablename__
    sqlite = [
        f"CREATE TRIGGER {name}_keeps_{act.lower()} BEFORE {act} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{because}'); END"
        for act in ("UPDATE", "DELETE")
    ]
    postgresql = [
        f"CREATE FUNCTION {name}_keeps() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{because}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$",
        f"CREATE TRIGGER {name}_keeps BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_keeps()",
    ]
    ddl(model, sqlite=sqlite, postgresql=postgresql)
