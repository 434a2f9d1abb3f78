"""Closing a vote: by time alone, counted by a pure function, sealed in the log."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.canonical import digest
from app.core.duties import schedule
from app.core.events import publish
from app.core.faults import fault
from governance import log
from governance.counting.ballots import root_of
from governance.counting.yesno import count
from governance.decision import Decision, Outcome, Roll, decide
from governance.eligibility import Why
from governance.events import ProposalDecided, VotingClosesSoon, VotingProlonged
from governance.lifecycle import State, extension
from governance.models import Ballot, BallotKey, Elector, Proposal, Result
from governance.owed import RATIFY, OfProposal
from governance.proposals import locked, move
from governance.rules import Secrecy
from governance.seals import Because, Kind, ballot_chain
from governance.service.opening import schedule_close
from governance.service.voting import pseudonym

ENDS = {
    Outcome.PASSED: (State.PASSED, State.CHALLENGEABLE),
    Outcome.REJECTED: (State.REJECTED,),
    Outcome.QUORUM_MISSED: (State.QUORUM_MISSED,),
    Outcome.TIED: (State.TIED,),
    Outcome.BLOCKED: (State.BLOCKED,),
}


def close_voting(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Close the vote and count it, once the time has come; nobody can do it earlier.

    If too few took part, and the rule gives more time, the vote goes on once instead.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is not State.VOTING:
        return
    if now < proposal.dates.closes_at:
        return
    decision = tally(session, proposal)
    quorum = proposal.frozen_rule.quorum
    is_missed = decision.outcome is Outcome.QUORUM_MISSED
    if is_missed and quorum.gives_more_time and not proposal.prolonged:
        proposal.prolonged = True
        dates = proposal.dates
        until = extension(opens_at=dates.opens_at, closes_at=dates.closes_at)
        prolong(session, proposal, until, because=Because.QUORUM, now=now)
        return
    _close(session, proposal, decision, now=now)
    fault("governance.closing")


def tally(session: Session, proposal: Proposal) -> Decision:
    """Return the decision that ballots, electorate and rule give now: a pure function of them."""
    assert proposal.eligible is not None
    assert proposal.active is not None
    marks = session.scalars(select(Ballot.marks).where(Ballot.proposal_id == proposal.id))
    return decide(
        proposal.frozen_rule,
        proposal.method,
        tally=count(one["choice"] for one in marks),
        roll=Roll(proposal.eligible, proposal.active),
        second=proposal.prolonged,
    )


def prolong(
    session: Session, proposal: Proposal, until: datetime, *, because: Because, now: datetime
) -> None:
    """Move the close of a vote to `until`, in public."""
    proposal.closes_at = until
    log.record(
        session,
        Kind.EXTENDED,
        now=now,
        proposal=str(proposal.id),
        because=because.value,
        closes_at=until.isoformat(),
    )
    schedule_close(session, proposal)
    publish(session, VotingProlonged(proposal.id, proposal.title, until, at=now))


def remind_undecided(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Tell those who have not voted, and nobody else, that the vote closes soon."""
    proposal = locked(session, proposal_id)
    closes_at = proposal.dates.closes_at
    if proposal.state is not State.VOTING or now >= closes_at:
        return
    if closes_at - now > timedelta(hours=49):
        return  # The vote was prolonged; another reminder is owed.
    undecided = undecided_in(session, proposal)
    publish(
        session,
        VotingClosesSoon(proposal.id, proposal.title, undecided, closes_at, at=now),
    )


def undecided_in(session: Session, proposal: Proposal) -> list[int]:
    """Return the electors whose paper is not in the box. For reminders only, never shown."""
    electors = session.scalars(
        select(Elector.member_id)
        .where(Elector.proposal_id == proposal.id, Elector.why == Why.IN_STANDING)
        .order_by(Elector.member_id)
    ).all()
    voted = set(session.scalars(select(Ballot.voter).where(Ballot.proposal_id == proposal.id)))
    key = session.get(BallotKey, proposal.id)
    return [
        member_id
        for member_id in electors
        if (pseudonym(key.key, member_id) if key else str(member_id)) not in voted
    ]


def _close(session: Session, proposal: Proposal, decision: Decision, *, now: datetime) -> None:
    if proposal.secrecy is Secrecy.SECRET:
        _shuffle(session, proposal)
    working = decision.dump()
    session.add(
        Result(
            proposal_id=proposal.id,
            working=working,
            hash=digest(working),
            decided_at=now,
        )
    )
    _record(session, proposal, decision, now=now)
    proposal.outcome = decision.outcome
    move(proposal, State.CLOSED, *ENDS[decision.outcome])
    if proposal.state is State.CHALLENGEABLE:
        days = proposal.frozen_rule.days.challenge
        proposal.challenge_until = proposal.dates.closes_at + timedelta(days=days)
        duty = OfProposal(proposal_id=proposal.id)
        schedule(session, RATIFY, duty, due_at=proposal.challenge_until)
    publish(
        session,
        ProposalDecided(
            proposal.id,
            proposal.author_id,
            proposal.title,
            proposal.type,
            decision.outcome,
            at=now,
        ),
    )


def _record(session: Session, proposal: Proposal, decision: Decision, *, now: datetime) -> None:
    receipts = session.scalars(
        select(Ballot.receipt).where(Ballot.proposal_id == proposal.id)
    ).all()
    box = chain.head_of(session, ballot_chain(str(proposal.id)))
    log.record(
        session,
        Kind.CLOSED,
        now=now,
        proposal=str(proposal.id),
        closes_at=proposal.dates.closes_at.isoformat(),
        ballots={
            "count": len(receipts),
            "root": root_of(receipts),
            "entries": box.seq,
            "head": box.hash,
        },
        outcome=decision.outcome.value,
        result_hash=digest(decision.dump()),
    )


def _shuffle(session: Session, proposal: Proposal) -> None:
    """Write secret papers anew, in the order of their receipts, and destroy the key.

    Nothing in the database tells any more who cast which: neither names, nor the order or the
    transactions in which the rows were written.
    """
    columns = [column.name for column in Ballot.__table__.columns if column.name != "voter"]
    of_vote = Ballot.proposal_id == proposal.id
    rows = session.execute(
        select(*(getattr(Ballot, name) for name in columns)).where(of_vote)
    ).mappings()
    papers = sorted((dict(row) for row in rows), key=lambda row: str(row["receipt"]))
    session.execute(delete(Ballot).where(of_vote))
    if papers:
        # A pseudonym has done its work; the receipt is as unique and says nothing.
        session.execute(insert(Ballot), [row | {"voter": row["receipt"]} for row in papers])
    session.execute(delete(BallotKey).where(BallotKey.proposal_id == proposal.id))
