"""Duties: work owed, as rows of the transaction that owes it.

A duty exists if and only if the change that it follows from was committed. It is attempted at
least once; its effects and its removal commit together, so they happen once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from pydantic import BaseModel
from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.faults import fault
from app.core.ids import new_id
from app.core.orm import Base, lock
from app.core.records import Record
from app.core.words import say


class LeaseLost(Exception):
    """Another worker took the duty over; nothing may be written on its behalf."""


class Duty(Base):
    """Work that is owed from `due_at` on, or that was given up at `abandoned_at`."""

    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_due", "abandoned_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    forgiven: Mapped[int] = mapped_column(default=0)  # Attempts before a person asked for more.
    last_error: Mapped[str | None] = mapped_column(default=None)
    abandoned_at: Mapped[datetime | None] = mapped_column(default=None)


class Claim(Record):
    """A duty leased to this worker; `attempts` is the fencing token that a stale claim lacks."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    tries: int  # Attempts since the duty was made or retried by a person: what backoff goes by.
    sessions: sessionmaker[Session]

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """Open the transaction in which the duty's effects and its removal commit together.

        Raises: LeaseLost, after which nothing is written.
        """
        with self.sessions.begin() as session:
            duty = self._hold(session)
            yield session
            session.delete(duty)
            fault("duty.finishing")
        fault("duty.finished")

    def hold_on(self, *, until: datetime) -> None:
        """Keep the duty until then: long work on it is still going on. Raises: LeaseLost."""
        with self.sessions.begin() as session:
            self._hold(session).due_at = until

    def postpone(self, error: Exception, *, due_at: datetime | None, now: datetime) -> None:
        """Record a failure: due again at `due_at`, or kept for a person to see if None."""
        with self.sessions.begin() as session:
            duty = self._hold(session)
            duty.last_error = repr(error)[:2000]
            if due_at is None:
                duty.abandoned_at = now
            else:
                duty.due_at = due_at

    def _hold(self, session: Session) -> Duty:
        mine = select(Duty).where(Duty.id == self.id, Duty.attempts == self.attempts)
        duty = session.scalar(mine.with_for_update())
        if duty is None:
            raise LeaseLost(f"{self.kind} {self.id}")
        return duty


Handler: TypeAlias = Callable[[Claim, Clock], None]
Handlers: TypeAlias = Mapping[str, Handler]


def schedule(session: Session, kind: str, payload: BaseModel, *, due_at: datetime) -> Duty:
    """Owe the work `kind` from `due_at` on, in the caller's transaction."""
    duty = Duty(kind=kind, payload=payload.model_dump(mode="json"), due_at=due_at)
    session.add(duty)
    return duty


def claim_due(
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    only: Collection[str] | None = None,
    but: Collection[str] = (),
) -> Sequence[Claim]:
    """Lease up to `limit` due duties, oldest first, to the caller until `now + lease`.

    They are of the kinds `only`, if that is given, and of none of the kinds `but`.

    A lease is a postponement: if the worker dies, the duty is simply due again. Rows that
    another node is claiming are skipped (PostgreSQL); on SQLite, writers take turns.
    """
    due_now = [Duty.due_at <= now, Duty.abandoned_at.is_(None)]
    if only is not None:
        due_now.append(Duty.kind.in_(only))
    if but:
        due_now.append(Duty.kind.not_in(but))
    with sessions.begin() as session:
        due = session.scalars(
            select(Duty)
            .where(*due_now)
            .order_by(Duty.due_at, Duty.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for duty in due:
            duty.due_at = now + lease
            duty.attempts += 1
        return [
            Claim(d.id, d.kind, d.payload, d.attempts, d.attempts - d.forgiven, sessions)
            for d in due
        ]


def abandoned(session: Session, *, limit: int = 100) -> Sequence[Duty]:
    """Return the duties that were given up, newest first."""
    given_up = select(Duty).where(Duty.abandoned_at.is_not(None))
    return session.scalars(given_up.order_by(Duty.abandoned_at.desc()).limit(limit)).all()


class Backlog(Record):
    """How much work waits: due now, how late the oldest of it is, and given up."""

    due: int
    late_seconds: int
    abandoned: int


def backlog(session: Session, *, now: datetime) -> Backlog:
    """Return how much work waits. What a worker holds at this moment is not due."""
    is_open, is_due = Duty.abandoned_at.is_(None), Duty.due_at <= now
    due, oldest = session.execute(
        select(func.count(), func.min(Duty.due_at)).where(is_open, is_due)
    ).one()
    given_up = select(func.count()).where(Duty.abandoned_at.is_not(None))
    late_seconds = 0 if oldest is None else (now - oldest) // timedelta(seconds=1)
    return Backlog(due, late_seconds, session.scalar(given_up) or 0)


def retry(session: Session, duty_id: int, *, now: datetime) -> None:
    """Owe an abandoned duty again. Its token keeps growing, so that no older claim can finish it.

    Raises: NotFound.
    """
    duty = lock(session, Duty, duty_id)
    if duty is None or duty.abandoned_at is None:
        raise NotFound(say("There is no such abandoned duty."))
    duty.abandoned_at = None
    duty.last_error = None
    duty.due_at = now
    duty.forgiven = duty.attempts
