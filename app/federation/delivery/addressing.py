"""Writing and addressing what is owed to others: a bounded step at a time, each a transaction.

However many hear a saying, each step costs about the same, so that nothing else waits for it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson
import structlog
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, aliased

from app.core.db import Database
from app.core.orm import lock
from app.core.records import Record
from app.federation.delivery.attempts import ATTEMPTS_MAX
from app.federation.delivery.audience import (
    Page,
    addressed_to,
    inboxes_by_account,
    inboxes_of,
    inboxes_of_everybody,
    inboxes_of_followers,
)
from app.federation.delivery.desk import Desk, Kind, Letter, Writer
from app.federation.delivery.hosts import reachable
from app.federation.delivery.models import Delivery, Outgoing, Reach
from app.federation.delivery.queue import forget_done, put_in
from app.text.hosts import host_of_uri

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=2)
WAIT: Final = timedelta(seconds=30)
REPLACING: Final = frozenset({Kind.POST_UPDATE, Kind.POST_DELETE, Kind.ACTOR_UPDATE})


class Held(Record):
    """A saying leased to this process, with the token of its lease."""

    id: int
    sender_id: int | None
    kind: str
    payload: Mapping[str, str]
    is_written: bool
    attempts: int


def claim_unaddressed(db: Database, *, now: datetime, limit: int) -> Sequence[Held]:
    """Lease what is to be written or addressed now, the oldest first.

    What one sender says about one thing goes in order: the next waits until the last is addressed.
    """
    older = aliased(Outgoing)
    waits = exists().where(
        older.about_id == Outgoing.about_id,
        older.sender_id.is_not_distinct_from(Outgoing.sender_id),
        older.id < Outgoing.id,
        older.due_at.is_not(None),
    )
    due = (
        select(Outgoing)
        .where(Outgoing.due_at <= now, ~waits)
        .order_by(Outgoing.due_at, Outgoing.id)
        .limit(limit)
    )
    with db.read.begin() as session:
        if session.scalar(due.with_only_columns(Outgoing.id).limit(1)) is None:
            return ()
    with db.write.begin() as session:
        rows = session.scalars(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.due_at = now + LEASE
            row.attempts += 1
        return [
            Held(r.id, r.sender_id, r.kind, r.payload, r.body is not None, r.attempts)
            for r in rows
        ]


def write_letter(desk: Desk, held: Held, writers: Mapping[str, Writer]) -> Letter | None:
    """Return what a saying says, read in the reader's transaction of `desk`."""
    return writers[held.kind](desk, held.sender_id, held.payload)


def keep_letter(
    session: Session, held: Held, letter: Letter | None, *, followers: str | None, now: datetime
) -> bool:
    """Write the words down, and whose inboxes are named; return whether more is to be addressed.

    `followers` is the id of the sender's followers. Without a letter there is nothing to say.
    """
    row = _mine(session, held)
    if row is None:
        return False
    if letter is None:
        session.execute(delete(Outgoing).where(Outgoing.id == row.id))
        return False
    row.body = orjson.dumps(letter.activity).decode()
    row.attempts = 0
    row.reach = _reach(letter, followers)
    if row.reach is Reach.LISTED:
        row.due_at = None
    uris = addressed_to(letter.activity)
    named = [
        *inboxes_of(session, uris, is_letter=letter.is_direct),
        *inboxes_by_account(session, letter.others),
    ]
    _overtake(session, row)
    _put(session, row, named, now=now)
    session.flush()
    _forget_if_done(session, row.id)
    return row.reach is not Reach.LISTED


def next_page(session: Session, held: Held) -> Page | None:
    """Return the inboxes of those to be addressed next; None if it is all done by now."""
    row = session.get(Outgoing, held.id)
    if row is None or row.due_at is None:
        return None
    if row.reach is Reach.EVERYBODY:
        return inboxes_of_everybody(session, after=row.reached_id)
    assert row.sender_id is not None, "the site has no followers"
    return inboxes_of_followers(session, row.sender_id, after=row.reached_id)


def address_more(
    session: Session, held: Held, page: Page, *, fresh: Collection[str], now: datetime
) -> bool:
    """Address a page, of which the inboxes `fresh` are new; return whether there are more."""
    row = _mine(session, held, is_written=True)
    if row is None:
        return False
    _put(session, row, list(fresh), now=now)
    if page.reached_id is None:
        row.due_at = None
    else:
        row.reached_id, row.due_at = page.reached_id, now + LEASE
    session.flush()
    _forget_if_done(session, row.id)
    return page.reached_id is not None


def note_fault(session: Session, held: Held, error: Exception, *, now: datetime) -> None:
    """Try again later what could not be written; after many times it is given up."""
    row = _mine(session, held, is_written=held.is_written)
    if row is None:
        return
    log.error("a saying could not be written", kind=row.kind, outgoing=row.id, error=repr(error))
    if row.attempts >= ATTEMPTS_MAX:
        row.due_at = None
        session.flush()
        _forget_if_done(session, row.id)
    else:
        row.due_at = now + WAIT * row.attempts


def _forget_if_done(session: Session, outgoing_id: int) -> None:
    forget_done(session, [outgoing_id])


def _mine(session: Session, held: Held, *, is_written: bool = False) -> Outgoing | None:
    row = lock(session, Outgoing, held.id)
    if row is None or row.due_at is None:
        return None
    has_lease = row.attempts == held.attempts or is_written
    return row if has_lease else None


def _reach(letter: Letter, followers: str | None) -> Reach:
    if letter.is_for_all:
        return Reach.EVERYBODY
    is_for_followers = followers is not None and followers in addressed_to(letter.activity)
    return Reach.FOLLOWERS if is_for_followers else Reach.LISTED


def _put(session: Session, row: Outgoing, inboxes: Sequence[str], *, now: datetime) -> None:
    by_inbox = {inbox: host_of_uri(inbox) for inbox in inboxes}
    there = reachable(session, {host for host in by_inbox.values() if host}, now=now)
    put_in(
        session,
        row.id,
        row.sender_id,
        [inbox for inbox, host in by_inbox.items() if host in there],
        about=row.about_id,
        lane=row.lane,
        now=now,
    )


def _overtake(session: Session, row: Outgoing) -> None:
    """Drop older sayings about the same that nobody tried to send yet and that this one replaces.

    A newer state replaces older ones; that it is gone replaces whatever was said of it.
    """
    if row.kind not in REPLACING:
        return
    replaced = select(Outgoing.id).where(
        Outgoing.about_id == row.about_id,
        Outgoing.sender_id.is_not_distinct_from(row.sender_id),
        Outgoing.id < row.id,
        Outgoing.due_at.is_(None),
    )
    if row.kind != Kind.POST_DELETE:
        replaced = replaced.where(Outgoing.kind == row.kind)
    ids = list(session.scalars(replaced))
    unsent = (Delivery.outgoing_id.in_(ids), Delivery.attempts == 0)
    session.execute(delete(Delivery).where(*unsent))
    forget_done(session, ids)
