"""What is remembered of other machines: which are away, and how each takes signatures.

Rows are there only for hosts that gave trouble or take an unusual form, so that hearing from one
that is well costs nothing. Source: federation.md 12.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from app.core.orm import lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.federation.delivery.attempts import is_dead, pause_after
from app.federation.delivery.models import Delivery, FarHost
from app.federation.delivery.queue import forget_done
from app.federation.signatures.forms import REMEMBERED, Form
from app.moderation.sites.models import StoredRule
from app.moderation.sites.queries import treatment_by

PROBE_EVERY: Final = timedelta(days=7)

hosts = cast(Table, FarHost.__table__)
deliveries = cast(Table, Delivery.__table__)


class Known(Record):
    """A host as a sender needs to know it."""

    failures: int = 0
    paused_until: datetime | None = None
    form: Form | None = None


WELL: Final = Known()


def known_hosts(session: Session, names: Collection[str], *, now: datetime) -> Mapping[str, Known]:
    """Return what is known of hosts; those that are not in it are well."""
    rows = session.scalars(select(FarHost).where(FarHost.host.in_(names)))
    return {row.host: _known(row, now=now) for row in rows}


def _known(row: FarHost, *, now: datetime) -> Known:
    is_fresh = row.form_until is not None and now < row.form_until
    return Known(row.failures, row.paused_until, row.form if is_fresh else None)


def reachable(session: Session, names: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Return those hosts to which something is to be sent, without the dead and the refused.

    A dead one whose probe is due is among them, once a week.
    """
    wanted = frozenset(names) - refused_among(session, names)
    dead = session.scalars(select(FarHost).where(FarHost.dead_since.is_not(None)))
    away = set()
    for row in dead:
        if row.host not in wanted:
            continue
        if row.probe_at is not None and row.probe_at <= now:
            row.probe_at = now + PROBE_EVERY
        else:
            away.add(row.host)
    return wanted - away


def refused_among(session: Session, names: Iterable[str]) -> frozenset[str]:
    """Return those hosts with which it was decided not to speak."""
    if session.scalar(select(StoredRule.domain).limit(1)) is None:
        return frozenset()
    connection = session.connection()
    return frozenset(name for name in names if treatment_by(connection, name).is_refused)


def note_failure(session: Session, host: str, *, now: datetime, count: int = 1) -> None:
    """Note that a host did not answer, or not properly: it is left in peace, or given up."""
    insert_missing(session, FarHost, host=host, failed_on=[])
    row = lock(session, FarHost, host)
    assert row is not None, "it was just made"
    row.failures += count
    today = now.date().isoformat()
    row.failed_on = sorted({*row.failed_on, today})
    if row.dead_since is None and is_dead([_day(day) for day in row.failed_on]):
        row.dead_since, row.probe_at = now, now + PROBE_EVERY
    if row.dead_since is not None:
        dropped = delete(Delivery).where(Delivery.host == host).returning(Delivery.outgoing_id)
        forget_done(session, session.scalars(dropped).all())
        return
    pause = pause_after(row.failures)
    if pause is not None:
        row.paused_until = now + pause
        waiting = (Delivery.host == host, Delivery.due_at < row.paused_until)
        session.execute(update(Delivery).where(*waiting).values(due_at=row.paused_until))


def note_success(session: Session, host: str, *, form: Form, now: datetime) -> None:
    """Note that a host took something, in which form; what was noted of its failures is over."""
    row = lock(session, FarHost, host)
    if row is None:
        if form is Form.CAVAGE:
            return
        insert_missing(session, FarHost, host=host, failed_on=[])
        row = lock(session, FarHost, host)
        assert row is not None, "it was just made"
    _recover(row)
    row.form, row.form_until = form, now + REMEMBERED


def heard_from(session: Session, names: Collection[str], *, now: datetime) -> None:
    """Note that hosts said something that we could verify: they are there, and get mail again."""
    troubled = (FarHost.host.in_(names), FarHost.failures > 0)
    rows = session.scalars(select(FarHost).where(*troubled).with_for_update()).all()
    for row in rows:
        if row.paused_until is not None and row.paused_until > now:
            waiting = (Delivery.host == row.host, Delivery.due_at == row.paused_until)
            session.execute(update(Delivery).where(*waiting).values(due_at=now))
        _recover(row)


def dead_hosts(session: Session) -> Sequence[FarHost]:
    """Return the hosts that are given up, by name."""
    dead = select(FarHost).where(FarHost.dead_since.is_not(None))
    return session.scalars(dead.order_by(FarHost.host)).all()


def _recover(row: FarHost) -> None:
    row.failures, row.failed_on = 0, []
    row.paused_until = row.dead_since = row.probe_at = None


def _day(text: str) -> date:
    return date.fromisoformat(text)
