"""The audit log: what operators and officers did to the register, chained, for all members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.chain import ChainEntry, append

CHAIN: Final = "audit"
PAGE_SIZE: Final = 40


def note_act(session: Session, kind: str, *, now: datetime, **payload: Any) -> ChainEntry:
    """Write an act into the log, in its own transaction.

    People are named by their member id, as text: names may have to be erased, entries cannot.
    """
    return append(session, CHAIN, kind=kind, payload=payload, now=now)


def acts_before(
    session: Session, seq: int | None, *, limit: int = PAGE_SIZE
) -> Sequence[ChainEntry]:
    """Return the acts before number `seq`, or the newest ones, newest first."""
    acts = select(ChainEntry).where(ChainEntry.chain == CHAIN)
    if seq is not None:
        acts = acts.where(ChainEntry.seq < seq)
    return session.scalars(acts.order_by(ChainEntry.seq.desc()).limit(limit)).all()
