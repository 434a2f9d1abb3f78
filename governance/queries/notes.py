"""Clerical notes beside a sealed text: the confirmed for all, the others for officers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.members.actor import Actor
from governance.models import ClericalNote
from governance.queries.people import people_by_id
from governance.service.noting import officers_at
from governance.views import NoteView


def note_views(
    session: Session, proposal_id: int, *, viewer: Actor | None, now: datetime
) -> Sequence[NoteView]:
    """Return the notes on a proposal that the viewer may see, oldest first."""
    rows = session.scalars(
        select(ClericalNote)
        .where(ClericalNote.proposal_id == proposal_id)
        .order_by(ClericalNote.id)
    ).all()
    waiting = any(row.confirmed_at is None for row in rows)
    if waiting and not may_note(session, viewer, now=now):
        rows = [row for row in rows if row.confirmed_at is not None]
    ids = {row.by_id for row in rows} | {row.confirmed_by_id or row.by_id for row in rows}
    people = people_by_id(session, ids) if rows else {}
    return [
        NoteView(
            id=row.id,
            place=row.place,
            text=row.text,
            by=people[row.by_id],
            confirmed_by=people.get(row.confirmed_by_id or 0),
            at=row.confirmed_at or row.created_at,
        )
        for row in rows
    ]


def may_note(session: Session, viewer: Actor | None, *, now: datetime) -> bool:
    """Return whether the viewer may write and confirm notes now."""
    return viewer is not None and viewer.member_id in officers_at(session, now=now)
