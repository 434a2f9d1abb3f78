"""The door by which anything is said to other sites: rows of the transaction that causes it.

Nothing is sent here, and nothing is looked up: a saying costs a fixed number of statements,
however many will hear it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any, Final, cast

import orjson
from sqlalchemy import Table, delete, exists, insert
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.upsert import insert_into
from app.federation.delivery.desk import Kind
from app.federation.delivery.models import Delivery, Outgoing
from app.text.hosts import host_of_uri

ROWS_AT_ONCE: Final = 500

outgoing = cast(Table, Outgoing.__table__)
deliveries = cast(Table, Delivery.__table__)


class Lane(IntEnum):
    """What goes first when much is waiting."""

    FIRST = 0  # Letters, answers, and what takes something back.
    POSTS = 1
    LATER = 2


def deliver(
    session: Session,
    activity: Mapping[str, Any],
    *,
    sender: int | None,
    to: Iterable[str],
    now: datetime,
    about: int | None = None,
    lane: Lane = Lane.FIRST,
) -> None:
    """Say an activity, which is written already, to some inboxes.

    `sender` is an account of this site; None is the site itself. What it says `about` one post
    or account reaches each inbox in order.
    """
    inboxes = dict.fromkeys(to)
    if not inboxes:
        return
    outgoing_id = new_id()
    session.execute(
        insert(outgoing).values(
            id=outgoing_id,
            sender_id=sender,
            kind=Kind.READY,
            about_id=about,
            lane=lane,
            body=orjson.dumps(activity).decode(),
            due_at=None,
            created_at=now,
        )
    )
    put_in(session, outgoing_id, sender, inboxes, about=about, lane=lane, now=now)


def owe(
    session: Session,
    kind: Kind,
    *,
    sender: int | None,
    now: datetime,
    about: int | None = None,
    status_id: int | None = None,
    lane: Lane = Lane.FIRST,
    **payload: Any,
) -> None:
    """Owe others a saying of `kind`, which its writer writes and addresses later: one row.

    With `status_id`, it is dropped as soon as that post is deleted.
    """
    session.execute(
        insert(outgoing).values(
            id=new_id(),
            sender_id=sender,
            kind=kind,
            payload=payload,
            about_id=about,
            status_id=status_id,
            lane=lane,
            due_at=now,
            created_at=now,
        )
    )


def put_in(
    session: Session,
    outgoing_id: int,
    sender: int | None,
    inboxes: Iterable[str],
    *,
    about: int | None,
    lane: int,
    now: datetime,
) -> None:
    """Owe a saying to inboxes, each once; what is no address of another machine is left out."""
    rows = [
        {
            "id": new_id(),
            "outgoing_id": outgoing_id,
            "sender_id": sender,
            "about_id": about,
            "lane": lane,
            "host": host,
            "inbox": inbox,
            "attempts": 0,
            "due_at": now,
        }
        for inbox in inboxes
        if (host := host_of_uri(inbox)) is not None
    ]
    fresh = insert_into(session, deliveries).on_conflict_do_nothing()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(fresh, rows[start : start + ROWS_AT_ONCE])


def forget_done(session: Session, outgoing_ids: Iterable[int]) -> None:
    """Delete those sayings that have reached everybody, or never will."""
    waiting = exists().where(deliveries.c.outgoing_id == outgoing.c.id)
    done = (outgoing.c.id.in_(set(outgoing_ids)), outgoing.c.due_at.is_(None), ~waiting)
    session.execute(delete(outgoing).where(*done))
