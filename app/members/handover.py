"""Hand-over notes: one for each office, for whoever comes after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, Invalid
from app.core.words import say
from app.members.actor import Actor
from app.members.models import HandOverNote
from app.members.offices import Office

NOTE_MAX: Final = 5000


def notes_for(session: Session, actor: Actor) -> Mapping[Office, HandOverNote]:
    """Return the notes of the offices that the actor holds now."""
    theirs = select(HandOverNote).where(HandOverNote.office.in_(actor.offices))
    return {note.office: note for note in session.scalars(theirs)}


def write_note(
    session: Session, actor: Actor, *, office: Office, text: str, now: datetime
) -> None:
    """Replace the note of an office that the actor holds. Raises: Forbidden; Invalid."""
    if office not in actor.offices:
        raise Forbidden(say("This belongs to an office that you do not hold."))
    if len(text) > NOTE_MAX:
        fault = say("Write at most {n} characters.", n=NOTE_MAX)
        raise Invalid(fault, text=fault)
    note = HandOverNote(
        office=office, text=text.replace("\0", ""), changed_at=now, member_id=actor.member_id
    )
    session.merge(note)
