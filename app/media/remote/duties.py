"""Keeping the cache of pictures elsewhere small: what nobody looks at goes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.media.owed import ERASE, EraseFiles
from app.media.remote.models import RemoteFile

EVICT: Final = "remote.evict"
EVERY: Final = timedelta(hours=1)
SOON: Final = timedelta(seconds=5)
UNUSED_FOR: Final = timedelta(days=14)
BATCH: Final = 200


class EvictRemote(Shape):
    """The payload of "remote.evict": nothing."""


def begin_evicting(session: Session, *, now: datetime) -> None:
    """Owe the first look; each owes the next."""
    schedule(session, EVICT, EvictRemote(), due_at=now + EVERY)


def evict_remote(claim: Claim, clock: Clock, *, bytes_max: int) -> None:
    """Forget what nobody looked at for two weeks, then what is too much, oldest use first."""
    with claim.finishing() as session:
        now = clock.now()
        gone = _unused(session, before=now - UNUSED_FOR, now=now)
        if not gone:
            total = session.scalar(select(func.sum(RemoteFile.size_bytes))) or 0
            gone = _surplus(session, int(total) - bytes_max, now=now)
        for row in gone:
            session.delete(row)
            schedule(session, ERASE, EraseFiles(keys=list(row.keys)), due_at=now)
        due_at = now + (SOON if len(gone) == BATCH else EVERY)
        schedule(session, EVICT, EvictRemote(), due_at=due_at)


def _unused(session: Session, *, before: datetime, now: datetime) -> Sequence[RemoteFile]:
    return _oldest(session, RemoteFile.used_on < before.date(), now=now)


def _surplus(session: Session, surplus: int, *, now: datetime) -> Sequence[RemoteFile]:
    """Return the files of which at least `surplus` bytes are, the longest unused first."""
    found: list[RemoteFile] = []
    for row in _oldest(session, RemoteFile.size_bytes > 0, now=now) if surplus > 0 else ():
        if surplus <= 0:
            break
        surplus -= row.size_bytes
        found.append(row)
    return found


def _oldest(
    session: Session, condition: ColumnElement[bool], *, now: datetime
) -> Sequence[RemoteFile]:
    """Return a batch of rows that nobody is fetching, locked."""
    rows = select(RemoteFile).where(condition, RemoteFile.claimed_until <= now)
    ordered = rows.order_by(RemoteFile.used_on, RemoteFile.id).limit(BATCH)
    return session.scalars(ordered.with_for_update(skip_locked=True)).all()
