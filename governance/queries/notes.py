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
    session: Session, proposal_id: int, *, also_waiting: bool = False
) -> Sequence[NoteView]:
    """Return the confirmed notes on a proposal, oldest first; for officers also what waits."""
    wanted = select(ClericalNote).where(ClericalNote.proposal_id == proposal_id)
    if not also_waiting:
        wanted = wanted.where(ClericalNote.confirmed_at.is_not(None))
    rows = session.scalars(wanted.order_by(ClericalNote.id)).all()
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


def may_note(session: Session, viewer: Actor, *, now: datetime) -> bool:
    """Return whether the viewer may write and confirm notes now."""
    return viewer.member_id in officers_at(session, now=now)
