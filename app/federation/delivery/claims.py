"""Taking deliveries that are due, and writing down what came of them. A few statements a batch.

No host gets more than its share of a batch, so one with a thousand waiting delays no other.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import (
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.core.orm import BigInt, UtcDateTime
from app.core.records import Record
from app.federation.delivery.desk import FAREWELLS
from app.federation.delivery.hosts import WELL, Known, known_hosts, refused_among
from app.federation.delivery.models import Delivery, Outgoing
from app.federation.delivery.queue import Lane, forget_done
from app.statuses.models import Status

LEASE: Final = timedelta(minutes=3)  # Longer than every form of a signature, tried in turn.
WINDOW: Final = 500  # Rows that are looked at for one batch.
LOOKS: Final = 4

deliveries = cast(Table, Delivery.__table__)
outgoing = cast(Table, Outgoing.__table__)
accounts = cast(Table, Account.__table__)
statuses = cast(Table, Status.__table__)


class Parcel(Record):
    """A delivery leased to this process: `attempts` counts this one, and is its token."""

    id: int
    outgoing_id: int
    sender_id: int | None
    kind: str
    host: str
    inbox: str
    body: bytes
    attempts: int
    known: Known = WELL


class Room(Record):
    """How much may be taken: in all, of one host, and of hosts that gave trouble lately.

    `busy` says how many of each host are on their way.
    """

    total: int
    of_host: int
    of_troubled: int
    busy: Mapping[str, int]


def is_anything_due(db: Database, *, now: datetime) -> bool:
    """Return whether some delivery is due."""
    with db.read.begin() as session:
        due = (
            select(deliveries.c.id)
            .where(deliveries.c.lane == lane, deliveries.c.due_at <= now)
            .limit(1)
            for lane in Lane
        )
        return any(session.scalar(one) is not None for one in due)


def claim_parcels(db: Database, room: Room, *, now: datetime) -> Sequence[Parcel]:
    """Lease deliveries to the caller: what goes first, then what waited longest.

    What may not be said any more is dropped on the way: the post is deleted, its author suspended.
    """
    if room.total <= 0 or not is_anything_due(db, now=now):
        return ()
    with db.write.begin() as session:
        picked = _pick(session, room, now=now)
        if not picked:
            return ()
        ids = [row.id for row, _ in picked]
        leased = {"due_at": now + LEASE, "attempts": deliveries.c.attempts + 1}
        session.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(leased))
        return [
            Parcel(
                row.id,
                row.outgoing_id,
                row.sender_id,
                row.kind,
                row.host,
                row.inbox,
                row.body.encode(),
                row.attempts + 1,
                known,
            )
            for row, known in picked
        ]


def _pick(session: Session, room: Room, *, now: datetime) -> list[tuple[Row[Any], Known]]:
    """Return what to take, within the room that there is."""
    picked: list[tuple[Row[Any], Known]] = []
    taken: Counter[str] = Counter(room.busy)
    troubled = room.of_troubled
    full = {host for host, count in taken.items() if count >= room.of_host}
    dropped: list[Row[Any]] = []
    for lane in Lane:
        for _ in range(LOOKS):
            rows = session.execute(_due(lane, full, now=now)).all()
            dropped += [row for row in rows if not row.stands]
            rows = [row for row in rows if row.stands]
            names = {row.host for row in rows}
            known, refused = known_hosts(session, names, now=now), refused_among(session, names)
            dropped += [row for row in rows if row.host in refused]
            full |= refused
            before = len(full)
            for row in rows:
                if row.host in full or len(picked) == room.total:
                    continue
                here = known.get(row.host, WELL)
                if here.failures and troubled <= 0:
                    full.add(row.host)
                    continue
                picked.append((row, here))
                taken[row.host] += 1
                troubled -= bool(here.failures)
                if taken[row.host] >= (1 if here.failures else room.of_host):
                    full.add(row.host)
            is_hogged = len(rows) == WINDOW and len(full) > before
            if len(picked) == room.total or not is_hogged:
                break
    _drop(session, dropped)
    return picked


def _drop(session: Session, rows: Sequence[Row[Any]]) -> None:
    if rows:
        session.execute(delete(deliveries).where(deliveries.c.id.in_([r.id for r in rows])))
        forget_done(session, {row.outgoing_id for row in rows})


def _due(lane: Lane, full: Collection[str], *, now: datetime) -> Select[Any]:
    older = deliveries.alias("older")
    waits = exists().where(
        older.c.about_id == deliveries.c.about_id,
        older.c.inbox == deliveries.c.inbox,
        older.c.sender_id.is_not_distinct_from(deliveries.c.sender_id),
        older.c.outgoing_id < deliveries.c.outgoing_id,
    )
    gone = and_(statuses.c.id.is_not(None), statuses.c.deleted_at.is_not(None))
    silent = and_(accounts.c.suspended_at.is_not(None), outgoing.c.kind.not_in(sorted(FAREWELLS)))
    stands = case((or_(gone, silent), False), else_=True).label("stands")
    due = [deliveries.c.lane == lane, deliveries.c.due_at <= now, ~waits]
    if full:
        due.append(deliveries.c.host.not_in(sorted(full)))
    return (
        select(
            deliveries.c.id,
            deliveries.c.outgoing_id,
            deliveries.c.sender_id,
            deliveries.c.host,
            deliveries.c.inbox,
            deliveries.c.attempts,
            outgoing.c.kind,
            outgoing.c.body,
            stands,
        )
        .join_from(deliveries, outgoing, outgoing.c.id == deliveries.c.outgoing_id)
        .outerjoin(accounts, accounts.c.id == outgoing.c.sender_id)
        .outerjoin(statuses, statuses.c.id == outgoing.c.status_id)
        .where(*due)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(WINDOW)
        .with_for_update(skip_locked=True, of=deliveries)
    )


class Outcome(Record):
    """What came of a parcel: tried again at `due_at`, or done with if that is None."""

    parcel: Parcel
    status: int | None
    due_at: datetime | None


def record(session: Session, outcomes: Iterable[Outcome]) -> None:
    """Write down what came of parcels: those that are done with go, the others wait."""
    outcomes = list(outcomes)
    done = [one.parcel for one in outcomes if one.due_at is None]
    if done:
        session.execute(delete(deliveries).where(deliveries.c.id.in_([p.id for p in done])))
        forget_done(session, {parcel.outgoing_id for parcel in done})
    later = [
        {"one": o.parcel.id, "token": o.parcel.attempts, "next": o.due_at, "said": o.status}
        for o in outcomes
        if o.due_at is not None
    ]
    if later:
        session.execute(_POSTPONE, later)


_POSTPONE: Final = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("one", type_=BigInt),
        deliveries.c.attempts == bindparam("token", type_=BigInt),
    )
    .values(
        due_at=bindparam("next", type_=UtcDateTime()), answered=bindparam("said", type_=BigInt)
    )
)
