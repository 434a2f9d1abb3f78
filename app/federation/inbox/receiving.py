"""Keeping what came, each activity once, and owing the work on it in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, select, tuple_, update
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.ids import new_id
from app.core.records import Record
from app.core.upsert import insert_into
from app.federation.delivery.hosts import heard_from
from app.federation.inbox.models import Outcome, Received, ReceivedFor
from app.federation.inbox.owed import PROCESS, ProcessReceived
from app.text.hosts import host_of_uri

TOGETHER: Final = 16  # How many are worked through in one transaction: other writers wait for it.

received = cast(Table, Received.__table__)
received_for = cast(Table, ReceivedFor.__table__)


class Brought(Record, kw_only=True):
    """An activity as it came, signed by `signer`; `recipient` is whose own inbox it came into."""

    uri: str
    signer: str
    kind: str
    body: bytes
    recipient: int | None
    at: datetime


def keep_received(session: Session, brought: Sequence[Brought]) -> None:
    """Store what came and owe the work on it. What is known already is not worked through again.

    Unless it came into another inbox before: then it is looked at once more, for one who may see
    it although nobody mentioned them.
    """
    numbers = _insert(session, brought)
    heard_from(session, _hosts(brought), now=max(each.at for each in brought))
    again = _keep_recipients(session, brought, numbers)
    owe_work(session, sorted({*numbers.values(), *again}), now=max(b.at for b in brought))


def _hosts(brought: Sequence[Brought]) -> frozenset[str]:
    """Return the hosts of which we know by this that they are there."""
    found = {host_of_uri(each.signer) for each in brought}
    return frozenset(host for host in found if host is not None)


def owe_work(session: Session, received_ids: Sequence[int], *, now: datetime) -> None:
    """Owe the work on activities, in their order."""
    for start in range(0, len(received_ids), TOGETHER):
        payload = ProcessReceived(received=list(received_ids[start : start + TOGETHER]))
        schedule(session, PROCESS, payload, due_at=now)


def _insert(session: Session, brought: Sequence[Brought]) -> Mapping[tuple[str, str], int]:
    """Insert what is new, in one statement; return the numbers of that."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "uri": each.uri,
            "signer": each.signer,
            "kind": each.kind,
            "body": each.body,
            "outcome": Outcome.WAITING,
            "came_at": each.at,
        }
        for each in brought
    ]
    inserted = (
        insert_into(session, received)
        .on_conflict_do_nothing()
        .returning(received.c.uri, received.c.signer, received.c.id)
    )
    return {(uri, signer): id_ for uri, signer, id_ in session.execute(inserted, rows)}


def _keep_recipients(
    session: Session, brought: Sequence[Brought], numbers: Mapping[tuple[str, str], int]
) -> Sequence[int]:
    """Note into whose inboxes things came; return what is to be worked through again for that."""
    named = {(b.uri, b.signer): b for b in brought if b.recipient is not None}
    if not named:
        return ()
    known = {**numbers, **_known(session, [key for key in named if key not in numbers])}
    rows = [
        {"received_id": known[b.uri, b.signer], "account_id": b.recipient}
        for b in brought
        if b.recipient is not None
    ]
    inserted = insert_into(session, received_for).on_conflict_do_nothing()
    new = session.execute(inserted.returning(received_for.c.received_id), rows).scalars().all()
    late = sorted(set(new) - set(numbers.values()))
    bodies = {known[key]: b.body for key, b in named.items()}
    for id_ in late:
        done = (received.c.id == id_, received.c.body.is_(None))
        waiting = {"body": bodies[id_], "outcome": Outcome.WAITING}
        session.execute(update(received).where(*done).values(waiting))
    return late


def _known(session: Session, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
    if not keys:
        return {}
    one = tuple_(received.c.uri, received.c.signer).in_(keys)
    rows = session.execute(select(received.c.uri, received.c.signer, received.c.id).where(one))
    return {(uri, signer): id_ for uri, signer, id_ in rows}
