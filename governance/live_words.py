"""Comparing what people wrote beside decisions with the hashes that the log holds of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words import Words, say
from governance.models import ClericalNote, Declination
from governance.seals import Kind, note_hash, text_hash

Entries: TypeAlias = Callable[[Kind], Sequence[Mapping[str, Any]]]


def differences(session: Session, entries: Entries) -> Iterator[Words]:
    """Yield what differs; `entries` returns the log's entries of a kind."""
    yield from _declined(session, entries(Kind.DECLINED))
    yield from _noted(session, entries(Kind.NOTED))


def _declined(session: Session, logged: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    sealed = {(one["order"], one["by"]): one["reason_hash"] for one in logged}
    for row in session.scalars(select(Declination)):
        found = sealed.pop((str(row.order_id), str(row.member_id)), None)
        if found != text_hash(row.reason):
            yield say(
                "order {id}: who declined it, or why, is not what the log says", id=row.order_id
            )
    for order_id, _ in sealed:
        yield say("order {id}: somebody declined it, and that is gone", id=order_id)


def _noted(session: Session, logged: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    sealed = {one["note"]: (one["proposal"], one["note_hash"]) for one in logged}
    confirmed = select(ClericalNote).where(ClericalNote.confirmed_at.is_not(None))
    for row in session.scalars(confirmed):
        found = sealed.pop(str(row.id), None)
        if found != (str(row.proposal_id), note_hash(place=row.place, text=row.text)):
            yield say("proposal {id}: a note on it is not what the log says", id=row.proposal_id)
    for proposal_id, _ in sealed.values():
        yield say("proposal {id}: a note on it is gone", id=proposal_id)
