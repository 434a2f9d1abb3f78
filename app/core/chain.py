"""Append-only truth: one hash-chain scheme for the decision log, ballots, audit and ledger.

Each chain is gap-free and sealed link by link; the database refuses to change or delete entries,
and whoever holds a copy of a head can tell if the past was rewritten all the same. Entries hold
no personal secrets: what may have to be erased stands beside the chain, salted and hashed in it.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.canonical import GENESIS, digest, link
from app.core.orm import Base, lock, refuse_changes
from app.core.records import Record
from app.core.upsert import insert_into


class ChainHead(Base):
    """The newest link of a chain; its row is the lock that writers take turns at."""

    __tablename__ = "chain_heads"

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class ChainEntry(Base):
    """One link: `payload_hash` seals time, kind and payload; `hash` seals the past too."""

    __tablename__ = "chain_entries"

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    payload_hash: Mapped[str]
    prev_hash: Mapped[str]
    hash: Mapped[str]


refuse_changes(ChainEntry, because="entries of a chain are never changed")


class Fault(Record):
    """The first thing about a chain that does not hold."""

    chain: str
    seq: int
    reason: str


def append(
    session: Session, chain: str, *, kind: str, payload: dict[str, Any], now: datetime
) -> ChainEntry:
    """Add an entry in the caller's transaction, which holds the chain's head until it ends."""
    return append_all(session, chain, [(kind, payload)], now=now)[0]


def append_all(
    session: Session, chain: str, said: Sequence[tuple[str, dict[str, Any]]], *, now: datetime
) -> list[ChainEntry]:
    """Add one entry for each pair of kind and payload, as `append` does, taking the head once."""
    head = _locked_head(session, chain)
    added = []
    for kind, payload in said:
        seq, sealed = head.seq + 1, seal(at=now, kind=kind, payload=payload)
        entry = ChainEntry(
            chain=chain,
            seq=seq,
            at=now,
            kind=kind,
            payload=payload,
            payload_hash=sealed,
            prev_hash=head.hash,
            hash=link(chain, seq=seq, prev_hash=head.hash, payload_hash=sealed),
        )
        head.seq, head.hash = seq, entry.hash
        added.append(entry)
    session.add_all(added)
    return added


def seal(*, at: datetime, kind: str, payload: dict[str, Any]) -> str:
    """Return the hash of what an entry says."""
    return digest({"at": at.isoformat(), "kind": kind, "payload": payload})


def entries(
    session: Session, chain: str, *, after: int = 0, limit: int | None = None
) -> Sequence[ChainEntry]:
    """Return the entries behind number `after`, oldest first."""
    found = select(ChainEntry).where(ChainEntry.chain == chain, ChainEntry.seq > after)
    return session.scalars(found.order_by(ChainEntry.seq).limit(limit)).all()


def head_of(session: Session, chain: str) -> ChainHead:
    """Return the chain's head; an empty chain has number 0 and the genesis hash."""
    return session.get(ChainHead, chain) or ChainHead(chain=chain, seq=0, hash=GENESIS)


def verify(session: Session, chain: str) -> Fault | None:
    """Replay the chain from its beginning; return the first fault, or None if it holds."""
    seq, prev_hash = 0, GENESIS
    for entry in _all(session, chain):
        seq += 1
        if entry.seq != seq:
            return Fault(chain, seq, "the entry is missing")
        if entry.payload_hash != seal(at=entry.at, kind=entry.kind, payload=entry.payload):
            return Fault(chain, seq, "the payload was changed")
        if entry.prev_hash != prev_hash or entry.hash != link(
            chain, seq=seq, prev_hash=prev_hash, payload_hash=entry.payload_hash
        ):
            return Fault(chain, seq, "the link to the entry before is broken")
        prev_hash = entry.hash
    head = head_of(session, chain)
    if (head.seq, head.hash) != (seq, prev_hash):
        return Fault(chain, seq + 1, "the head does not match the last entry")
    return None


def verify_all(session: Session) -> Fault | None:
    """Verify every chain; return the first fault."""
    with_heads = select(ChainHead.chain)
    with_entries = select(ChainEntry.chain).where(ChainEntry.seq == 1)
    for chain in sorted(set(session.scalars(with_heads.union(with_entries)))):
        if fault := verify(session, chain):
            return fault
    return None


def _locked_head(session: Session, chain: str) -> ChainHead:
    head = lock(session, ChainHead, chain)
    if head is not None:
        return head
    # Two transactions may begin a chain at once; the loser waits here and finds the row.
    begin = insert_into(session, ChainHead).values(chain=chain, seq=0, hash=GENESIS)
    session.execute(begin.on_conflict_do_nothing())
    head = lock(session, ChainHead, chain)
    assert head is not None
    return head


def _all(session: Session, chain: str) -> Iterator[Row[Any]]:
    columns = ("seq", "at", "kind", "payload", "payload_hash", "prev_hash", "hash")
    rows = select(*(getattr(ChainEntry, name) for name in columns))
    ordered = rows.where(ChainEntry.chain == chain).order_by(ChainEntry.seq)
    # Closed at once when the reader stops at a fault: a server-side cursor must not linger.
    with closing(session.execute(ordered, execution_options={"yield_per": 1000})) as found:
        yield from found
