"""Working one activity through: read again, believed if it may be, handed to its handler."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import AppError
from app.core.records import Record
from app.federation.activitystreams.activities import ActivityKind, read_activity
from app.federation.activitystreams.documents import Unreadable, read_document
from app.federation.authority import NotTheirs, Source, Verified, signer_of, verify
from app.federation.inbox import (
    featured,
    follows,
    marks,
    moves,
    passing,
    posts,
    quotes,
    reports,
    undoing,
)
from app.federation.inbox.desk import Brought, Desk
from app.federation.inbox.models import Outcome, Received, ReceivedFor
from app.federation.inbox.people import owe_refresh
from app.federation.ours import Ours

log = structlog.get_logger(__name__)

Handler: TypeAlias = Callable[[Desk, Verified], bool]

# Each returns whether anything came of it.
HANDLERS: Final[Mapping[ActivityKind, Handler]] = {
    ActivityKind.FOLLOW: follows.follow,
    ActivityKind.ACCEPT: follows.accept,
    ActivityKind.REJECT: follows.reject,
    ActivityKind.BLOCK: follows.block,
    ActivityKind.CREATE: posts.create,
    ActivityKind.UPDATE: posts.update,
    ActivityKind.DELETE: posts.delete,
    ActivityKind.ANNOUNCE: marks.announce,
    ActivityKind.LIKE: marks.like,
    ActivityKind.EMOJI_REACT: marks.like,
    ActivityKind.UNDO: undoing.undo,
    ActivityKind.FLAG: reports.flag,
    ActivityKind.ADD: featured.feature,
    ActivityKind.REMOVE: featured.feature,
    ActivityKind.MOVE: moves.move,
    ActivityKind.QUOTE_REQUEST: quotes.ask,
}


class Here(Record):
    """What working activities through needs to know of this site."""

    ours: Ours
    hosts: frozenset[str]


def work_through(
    session: Session,
    row: Received,
    *,
    here: Here,
    now: datetime,
    brought: Brought | None = None,
) -> None:
    """Do what an activity says, whose row is locked; once done, it is never done again.

    What may not be done leaves nothing behind. Raises: Wanting; then nothing was written.
    """
    if row.body is None:
        return
    recipients = select(ReceivedFor.account_id).where(ReceivedFor.received_id == row.id)
    desk = Desk(
        session=session,
        now=now,
        ours=here.ours,
        recipients=tuple(session.scalars(recipients)),
        brought=brought or Brought(),
    )
    try:
        with session.begin_nested():
            is_done = _do(desk, row, here)
    except (Unreadable, NotTheirs, AppError) as why:
        log.info("an activity was dropped", kind=row.kind, signer=row.signer, why=str(why)[:200])
        is_done = False
    finish(session, row, Outcome.DONE if is_done else Outcome.DROPPED)


def finish(session: Session, row: Received, outcome: Outcome) -> None:
    """Note what became of an activity, and forget what it said."""
    row.outcome, row.body = outcome, None
    session.flush()


def _do(desk: Desk, row: Received, here: Here) -> bool:
    assert row.body is not None
    activity = read_activity(read_document(row.body), now=desk.now)
    actor = signer_of(activity, row.signer)
    handler = HANDLERS.get(activity.kind)
    if actor is None:
        return passing.passed_on(desk, activity)
    if handler is None:
        return False
    verified = verify(activity, actor=actor, source=Source.SIGNED, here=here.hosts)
    doer = desk.known_person(actor)
    if doer is not None and doer.suspended_at is not None:
        return False
    is_done = handler(desk, verified)
    if is_done and doer is not None:
        owe_refresh(desk, doer)
    return is_done
