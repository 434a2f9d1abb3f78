"""Clerical notes: a slip of the pen in a sealed text is named beside it, never mended in it.

Only after the vote, by one officer and confirmed by another; hashes and effects stay as they are.
Source: governance research 7.7.
"""

from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.actor import Actor
from app.members.offices import Office
from governance import log, orders
from governance.events import NoteProposed
from governance.models import ClericalNote, Proposal
from governance.proposals import locked
from governance.roll import voters
from governance.seals import Kind, note_hash

PLACE_MAX: Final = 100
TEXT_MAX: Final = 500
NOTES_MAX: Final = 10
OFFICES: Final = (Office.SECRETARY, Office.FACILITATOR)
BOTH: Final = "secretary or facilitator"


def propose_note(
    session: Session, proposal_id: int, *, actor: Actor, place: str, text: str, now: datetime
) -> ClericalNote:
    """Propose a note on the sealed text; nobody but officers sees it until it is confirmed.

    Raises: NotFound; Forbidden without the office; Conflict before the vote has closed, or with
    too many notes; Invalid without a place or words.
    """
    proposal = locked(session, proposal_id)
    _check_officer(session, actor, now=now)
    if proposal.outcome is None:
        raise Conflict(say("The text can have a note once the vote has closed, and not before."))
    mine = select(func.count(ClericalNote.id)).where(ClericalNote.proposal_id == proposal.id)
    if (session.scalar(mine) or 0) >= NOTES_MAX:
        raise Conflict(say("A text has at most {count} notes.", count=NOTES_MAX))
    note = ClericalNote(
        proposal_id=proposal.id,
        place=_words(place, "place", PLACE_MAX),
        text=_words(text, "note", TEXT_MAX),
        by_id=actor.member_id,
        created_at=now,
    )
    session.add(note)
    others = officers_at(session, now=now) - {actor.member_id}
    publish(session, NoteProposed(proposal.id, proposal.title, sorted(others), at=now))
    return note


def confirm_note(session: Session, note_id: int, *, actor: Actor, now: datetime) -> ClericalNote:
    """Confirm somebody else's note: from now on everybody reads it beside the text.

    Raises: NotFound; Forbidden without the office, or for one's own; Conflict a second time.
    """
    proposal, note = _locked(session, note_id)
    _check_officer(session, actor, now=now)
    _check_open(note)
    if note.by_id == actor.member_id:
        raise Forbidden(say("It takes two: somebody else confirms your note."))
    note.confirmed_by_id, note.confirmed_at = actor.member_id, now
    log.record(
        session,
        Kind.NOTED,
        now=now,
        proposal=str(proposal.id),
        note=str(note.id),
        text_hash=proposal.text_hash,
        note_hash=note_hash(place=note.place, text=note.text),
        by=str(note.by_id),
        confirmed_by=str(actor.member_id),
    )
    return note


def drop_note(session: Session, note_id: int, *, actor: Actor, now: datetime) -> int:
    """Drop a note that was not confirmed; return the proposal that it was on.

    Raises: NotFound; Forbidden without the office; Conflict if it was confirmed.
    """
    proposal, note = _locked(session, note_id)
    _check_officer(session, actor, now=now)
    _check_open(note)
    session.delete(note)
    return proposal.id


def officers_at(session: Session, *, now: datetime) -> frozenset[int]:
    """Return who may write and confirm notes: two people at least, whoever stands in."""
    holders = orders.holders_at(session, now=now)
    both: frozenset[int] = frozenset().union(*(holders[office] for office in OFFICES))
    anybody = partial(voters, session, at=now)
    return orders.entitled(BOTH, {**holders, BOTH: both}, frozenset(), voters=anybody, needed=2)


def _check_officer(session: Session, actor: Actor, *, now: datetime) -> None:
    if actor.member_id not in officers_at(session, now=now):
        raise Forbidden(
            say("Secretaries and facilitators write notes, and you hold neither office.")
        )


def _check_open(note: ClericalNote) -> None:
    if note.confirmed_at is not None:
        raise Conflict(say("This note is confirmed. It cannot change any more."))


def _locked(session: Session, note_id: int) -> tuple[Proposal, ClericalNote]:
    proposal_id = session.scalar(
        select(ClericalNote.proposal_id).where(ClericalNote.id == note_id)
    )
    if proposal_id is None:
        raise NotFound(say("There is no such note."))
    proposal = locked(session, proposal_id)
    note = lock(session, ClericalNote, note_id)
    if note is None:
        raise NotFound(say("There is no such note."))
    return proposal, note


def _words(given: str, field: str, most: int) -> str:
    words = " ".join(given.split())
    if not words or len(words) > most or "\0" in words:
        text = say("Say it in at most {count} characters.", count=most)
        raise Invalid(text, **{field: text})
    return words
