"""Exporting a decision: everything in clear that it takes to count again, as one JSON document."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.canonical import digest
from app.core.errors import Forbidden
from app.core.words import say
from app.members.actor import Actor
from governance.eligibility import Voter, Why, published_list
from governance.models import Ballot, ClericalNote, Elector, Proposal, Result
from governance.proposals import revision_of
from governance.queries.proposal import visible
from governance.seals import BUNDLE_FORMAT, LOG, ballot_chain


def export_bundle(session: Session, proposal_id: int, *, viewer: Actor | None) -> dict[str, Any]:
    """Return the bundle of a decision, which `governance.verify` checks.

    It names voters by number and nobody by name. The stretch of the log reaches from the freeze
    to the last entry about it.

    Raises: NotFound; Forbidden until the vote has closed.
    """
    proposal = visible(session, proposal_id, viewer)
    result = session.get(Result, proposal.id)
    if result is None:
        raise Forbidden(say("The result is shown when the vote has closed, and not before."))
    text, rule = revision_of(session, proposal).content(), proposal.rule
    return {
        "format": BUNDLE_FORMAT,
        "decision": str(proposal.id),
        "text": text,
        "text_hash": digest(text),
        "rule": rule,
        "rule_hash": digest(rule),
        "electorate": _electorate(session, proposal),
        "electorate_hash": proposal.electorate_hash,
        "ballots": _ballots(session, proposal),
        "ballot_chain": _entries(chain.entries(session, ballot_chain(str(proposal.id)))),
        "result": result.working,
        "notes": _notes(session, proposal),
        "log": _stretch(session, proposal),
    }


def _electorate(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    voters = session.execute(
        select(Elector.member_id, Elector.active).where(
            Elector.proposal_id == proposal.id, Elector.why == Why.IN_STANDING
        )
    )
    return [
        dict(one) for one in published_list(Voter(id_, active=active) for id_, active in voters)
    ]


def _ballots(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    ballots = session.scalars(
        select(Ballot).where(Ballot.proposal_id == proposal.id).order_by(Ballot.receipt)
    )
    return [
        {
            "receipt": ballot.receipt,
            "voter": ballot.paper.voter,
            "marks": ballot.marks,
            "reason": ballot.reason,
            "cast_at": ballot.paper.cast_at,
            "nonce": ballot.nonce,
        }
        for ballot in ballots
    ]


def _notes(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    confirmed = select(ClericalNote).where(
        ClericalNote.proposal_id == proposal.id, ClericalNote.confirmed_at.is_not(None)
    )
    return [
        {
            "note": str(one.id),
            "place": one.place,
            "text": one.text,
            "by": str(one.by_id),
            "confirmed_by": str(one.confirmed_by_id),
        }
        for one in session.scalars(confirmed.order_by(ClericalNote.id))
    ]


def _stretch(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    """Return the log from the first to the last entry about the proposal, without a gap."""
    about = chain.ChainEntry.payload["proposal"].as_string() == str(proposal.id)
    first, last = session.execute(
        select(func.min(chain.ChainEntry.seq), func.max(chain.ChainEntry.seq)).where(
            chain.ChainEntry.chain == LOG, about
        )
    ).one()
    return _entries(chain.entries(session, LOG, after=first - 1, limit=last - first + 1))


def _entries(entries: Sequence[chain.ChainEntry]) -> list[dict[str, Any]]:
    return [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "kind": entry.kind,
            "payload": entry.payload,
            "hash": entry.hash,
            "prev_hash": entry.prev_hash,
        }
        for entry in entries
    ]
