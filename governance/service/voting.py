"""The ballot box: one paper for each elector, exchanged until the vote closes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.crypto import new_secret
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.faults import fault
from app.core.records import Record
from app.core.words import Words, say
from app.members.actor import Actor, Verb, require
from governance.counting.ballots import Binding, code_of
from governance.counting.yesno import Mistake, mistake_in
from governance.eligibility import Why
from governance.lifecycle import Act
from governance.models import Ballot, BallotKey, Elector, Proposal
from governance.proposals import REFUSED, locked_for
from governance.rules import Secrecy
from governance.seals import Kind, ballot_chain
from governance.wording import why_no_vote

REASON_MAX: Final = 500


class Receipt(Record):
    """What a voter keeps: the whole hash, and the code to copy down."""

    proposal_id: int
    receipt: str
    code: str
    cast_at: datetime
    replaced: bool


def cast_ballot(
    session: Session,
    proposal_id: int,
    *,
    actor: Actor,
    marks: Mapping[str, Any],
    reason: str = "",
    now: datetime,
    draw: Callable[[], str] = new_secret,
) -> Receipt:
    """Cast the member's vote, or exchange it: the last paper before the close counts.

    Voting is open while opens_at <= now < closes_at, whatever worker is late. The proposal stays
    locked until the caller commits, so that no ballot slips in while it is counted. `draw` makes
    the nonce that keeps a receipt from telling the choice.

    Raises: NotFound; Forbidden, with the reason, without a vote; Conflict when voting is not
    open; Invalid for marks that are no vote, or a block without a reason.
    """
    require(actor, Verb.VOTE)
    proposal = locked_for(session, proposal_id, Act.VOTE, actor=actor)
    dates = proposal.dates
    if not dates.opens_at <= now < dates.closes_at:
        raise Conflict(REFUSED[Act.VOTE])
    _check_elector(session, proposal, actor.member_id)
    reason = _checked(proposal, marks, reason)
    ballot, before = _paper_of(session, proposal, actor.member_id)
    ballot.marks, ballot.reason = dict(marks), reason
    ballot.cast_at, ballot.nonce = _moment(proposal, now), draw()
    ballot.receipt = ballot.paper.receipt(binding_of(proposal))
    session.add(ballot)
    chain.append(
        session,
        ballot_chain(str(proposal.id)),
        kind=Kind.BALLOT.value,
        payload={"receipt": ballot.receipt, "replaces": before},
        now=ballot.cast_at,
    )
    fault("governance.casting")
    return _receipt(ballot, replaced=before is not None)


def own_ballot(session: Session, proposal_id: int, *, actor: Actor) -> Ballot | None:
    """Return the member's own paper; of a secret vote only until it closes."""
    proposal = session.get(Proposal, proposal_id)
    voter = voter_in(session, proposal, actor.member_id) if proposal else None
    if voter is None:
        return None
    mine = select(Ballot).where(Ballot.proposal_id == proposal_id, Ballot.voter == voter)
    return session.scalar(mine)


def voter_in(session: Session, proposal: Proposal, member_id: int) -> str | None:
    """Return the name under which the member's paper lies in the box, if it can be told."""
    if proposal.secrecy is not Secrecy.SECRET:
        return str(member_id)
    key = session.get(BallotKey, proposal.id)
    return pseudonym(key.key, member_id) if key else None


def pseudonym(key: str, member_id: int) -> str:
    """Return the member's name in one secret vote: nobody can make it once the key is gone."""
    return hmac.new(key.encode(), str(member_id).encode(), hashlib.sha256).hexdigest()


def binding_of(proposal: Proposal) -> Binding:
    """Return what ballots on the proposal are bound to."""
    assert proposal.text_hash is not None
    assert proposal.rule_hash is not None
    return Binding(str(proposal.id), proposal.text_hash, proposal.rule_hash)


def _check_elector(session: Session, proposal: Proposal, member_id: int) -> None:
    elector = session.get(Elector, (proposal.id, member_id))
    why = elector.why if elector else Why.NOT_YET_A_MEMBER
    if why is not Why.IN_STANDING:
        raise Forbidden(why_no_vote(why))


def _checked(proposal: Proposal, marks: Mapping[str, Any], reason: str) -> str:
    reason = reason.strip()
    if len(reason) > REASON_MAX or "\0" in reason:
        text = say("A reason has at most {count} characters.", count=REASON_MAX)
        raise Invalid(text, reason=text)
    needs_reason = proposal.frozen_rule.reasons
    mistake = mistake_in(marks, proposal.method, reason=reason, reasons=needs_reason)
    if mistake is not None:
        text = _mistake_sentence(mistake)
        field = "reason" if mistake is Mistake.NO_REASON else "choice"
        raise Invalid(text, **{field: text})
    return reason


def _mistake_sentence(mistake: Mistake) -> Words:
    return {
        Mistake.NO_CHOICE: say("Choose one of the answers."),
        Mistake.UNKNOWN_MARK: say("There is a mark on this ballot that does not belong there."),
        Mistake.UNKNOWN_CHOICE: say("This ballot does not offer that answer."),
        Mistake.NO_REASON: say("This answer needs a reason, so that the others can respond."),
    }[mistake]


def _paper_of(session: Session, proposal: Proposal, member_id: int) -> tuple[Ballot, str | None]:
    """Return the member's paper, new or old, and the receipt that it had."""
    voter = voter_in(session, proposal, member_id)
    assert voter is not None, "the key lives as long as the vote is open"
    mine = select(Ballot).where(Ballot.proposal_id == proposal.id, Ballot.voter == voter)
    ballot = session.scalar(mine)
    if ballot is not None:
        return ballot, ballot.receipt
    if proposal.secrecy is Secrecy.SECRET:
        # An id that is drawn says nothing about when, or after whom, somebody voted.
        return Ballot(id=secrets.randbits(62), proposal_id=proposal.id, voter=voter), None
    return Ballot(proposal_id=proposal.id, voter=voter, member_id=member_id), None


def _moment(proposal: Proposal, now: datetime) -> datetime:
    if proposal.secrecy is not Secrecy.SECRET:
        return now
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _receipt(ballot: Ballot, *, replaced: bool) -> Receipt:
    return Receipt(
        proposal_id=ballot.proposal_id,
        receipt=ballot.receipt,
        code=code_of(ballot.receipt),
        cast_at=ballot.cast_at,
        replaced=replaced,
    )
