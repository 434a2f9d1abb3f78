"""Facts that the kernel itself keeps in the database: a name, a value, written once."""

from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.orm import Base
from app.core.upsert import insert_into


class KernelFact(Base):
    """Something about this database that no member decides, such as which key it belongs to."""

    __tablename__ = "kernel_facts"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def fact(session: Session, name: str) -> str | None:
    """Return the fact's value; None if it was never recorded."""
    found = session.get(KernelFact, name)
    return None if found is None else found.value


def record_once(session: Session, name: str, value: str) -> str:
    """Record the fact unless there is one, and return the one that holds."""
    # Two processes may start at once: the first one's value holds for both.
    record = insert_into(session, KernelFact).values(name=name, value=value)
    session.execute(record.on_conflict_do_nothing())
    return session.get_one(KernelFact, name, populate_existing=True).value
