"""What a member proposed, said and voted, for them to take along.

A secret ballot is in no archive: nobody can tell whose it is, its voter included.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.archive import Owner, PackedFile, json_file
from app.core.storage import Storage
from governance.models import (
    Ballot,
    Challenge,
    ClericalNote,
    Comment,
    Declination,
    EnactmentOrder,
    Proposal,
    ProposalRevision,
    Second,
)


def pack_decisions(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield what the member proposed, supported, said, voted, challenged, declined and noted."""
    me = owner.member_id
    yield json_file("decisions/proposals.json", _proposals(session, owner))
    yield json_file("decisions/supported.json", _supported(session, me, owner))
    yield json_file("decisions/comments.json", _comments(session, me, owner))
    yield json_file("decisions/ballots.json", _ballots(session, me, owner))
    yield json_file("decisions/challenges.json", _challenges(session, me, owner))
    yield json_file("decisions/declined.json", _declined(session, me, owner))
    yield json_file("decisions/notes.json", _notes(session, me, owner))


def _page(owner: Owner, proposal_id: int) -> str:
    return f"{owner.base_url}/coop/proposals/{proposal_id}"


def _proposals(session: Session, owner: Owner) -> list[dict[str, Any]]:
    rows = (
        select(Proposal, ProposalRevision)
        .join(ProposalRevision, ProposalRevision.proposal_id == Proposal.id)
        .where(Proposal.author_id == owner.member_id)
        .order_by(Proposal.id, ProposalRevision.number)
    )
    return [
        {
            "url": _page(owner, proposal.id),
            "state": proposal.state.value,
            "revision": revision.number,
            "written_at": revision.created_at.isoformat(),
            "hash": revision.hash,
            **revision.content(),
        }
        for proposal, revision in session.execute(rows)
    ]


def _supported(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = select(Second).where(Second.member_id == member_id).order_by(Second.created_at)
    return [
        {
            "url": _page(owner, one.proposal_id),
            "revision": one.revision,
            "at": one.created_at.isoformat(),
        }
        for one in session.scalars(rows)
    ]


def _comments(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = select(Comment).where(Comment.member_id == member_id).order_by(Comment.id)
    return [
        {"url": _page(owner, one.proposal_id), "text": one.text, "at": one.created_at.isoformat()}
        for one in session.scalars(rows)
    ]


def _ballots(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = select(Ballot).where(Ballot.member_id == member_id).order_by(Ballot.id)
    return [
        {
            "url": _page(owner, one.proposal_id),
            "receipt": one.receipt,
            "marks": one.marks,
            "reason": one.reason,
            "cast_at": one.cast_at.isoformat(),
        }
        for one in session.scalars(rows)
    ]


def _challenges(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = select(Challenge).where(Challenge.member_id == member_id).order_by(Challenge.id)
    return [
        {
            "url": _page(owner, one.proposal_id),
            "words": one.words,
            "at": one.created_at.isoformat(),
            "ruling": one.ruling.value,
            "answer": one.answer,
        }
        for one in session.scalars(rows)
    ]


def _declined(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = (
        select(Declination, EnactmentOrder.proposal_id)
        .join(EnactmentOrder, EnactmentOrder.id == Declination.order_id)
        .where(Declination.member_id == member_id)
        .order_by(Declination.created_at)
    )
    return [
        {
            "url": _page(owner, proposal_id),
            "reason": one.reason,
            "at": one.created_at.isoformat(),
        }
        for one, proposal_id in session.execute(rows)
    ]


def _notes(session: Session, member_id: int, owner: Owner) -> list[dict[str, Any]]:
    rows = select(ClericalNote).where(ClericalNote.by_id == member_id).order_by(ClericalNote.id)
    return [
        {
            "url": _page(owner, one.proposal_id),
            "place": one.place,
            "text": one.text,
            "at": one.created_at.isoformat(),
        }
        for one in session.scalars(rows)
    ]
