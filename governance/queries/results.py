"""Ballots and results: the voter's own at once, everybody's once the vote has closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.core.words import say
from app.members.actor import Actor
from governance import wording
from governance.counting.ballots import code_of
from governance.counting.yesno import Tally
from governance.decision import Decision, Demand, Outcome, Roll, Step
from governance.effects import Effects
from governance.lifecycle import State
from governance.models import Ballot, EnactmentOrder, Proposal, Result
from governance.proposals import revision_of
from governance.queries.orders import order_view
from governance.queries.people import people_by_id
from governance.queries.proposal import in_force_at, visible
from governance.rules import Base, Choice, Secrecy
from governance.service.voting import own_ballot
from governance.views import (
    BallotLine,
    BallotView,
    OrderView,
    ReceiptView,
    ResultView,
    StepView,
    TurnoutLine,
)

TURNOUTS: Final = 7


def ballot_view(session: Session, proposal_id: int, *, viewer: Actor) -> BallotView | None:
    """Return the viewer's own ballot, if they cast one that can still be told as theirs."""
    visible(session, proposal_id, viewer)
    ballot = own_ballot(session, proposal_id, actor=viewer)
    if ballot is None:
        return None
    return BallotView(
        proposal_id=proposal_id,
        choice=Choice(ballot.marks["choice"]),
        reason=ballot.reason,
        cast_at=ballot.cast_at,
        receipt=ballot.receipt,
        code=code_of(ballot.receipt),
    )


def receipt_view(session: Session, receipt: str, *, now: datetime) -> ReceiptView:
    """Return what a receipt is for, and never the choice; a replaced one is for nothing.

    Raises: NotFound.
    """
    found = session.execute(
        select(Ballot, Proposal)
        .join(Proposal, Proposal.id == Ballot.proposal_id)
        .where(Ballot.receipt == receipt)
    ).one_or_none()
    if found is None:
        raise NotFound(say("No ballot in any box has this receipt. A newer one replaced it."))
    ballot, proposal = found
    closes_at = proposal.dates.closes_at
    return ReceiptView(
        proposal_id=proposal.id,
        title=proposal.title,
        receipt=ballot.receipt,
        code=code_of(ballot.receipt),
        cast_at=ballot.cast_at,
        closes_at=closes_at,
        may_change=proposal.state is State.VOTING and now < closes_at,
        is_secret=proposal.secrecy is Secrecy.SECRET,
    )


def result_view(
    session: Session, proposal_id: int, *, viewer: Actor | None, effects: Effects, now: datetime
) -> ResultView:
    """Return the result. Names are for members only, and in a secret vote for nobody.

    Raises: NotFound; Forbidden while the vote is open, for everybody.
    """
    proposal = visible(session, proposal_id, viewer)
    result = session.get(Result, proposal.id)
    if result is None:
        raise Forbidden(say("The result is shown when the vote has closed, and not before."))
    decision = read_decision(result.working)
    rule, dates = proposal.frozen_rule, proposal.dates
    return ResultView(
        proposal_id=proposal.id,
        title=proposal.title,
        type=proposal.type,
        state=proposal.state,
        method=proposal.method,
        secrecy=proposal.secrecy,
        outcome=decision.outcome,
        sentence=wording.outcome_sentence(decision),
        eligible=decision.roll.eligible,
        active=decision.roll.active,
        cast=decision.tally.cast,
        decisive=decision.tally.decisive,
        counts=decision.tally.dump(),
        steps=[_step_view(step) for step in decision.steps],
        ballots=_ballots(session, proposal, viewer),
        turnout=_turnout(session, until=dates.closes_at),
        hash=result.hash,
        opened_at=dates.opens_at,
        closed_at=dates.closes_at,
        decided_at=result.decided_at,
        challenge_until=proposal.challenge_until,
        ratified_at=proposal.ratified_at,
        in_force_at=in_force_at(proposal, rule, revision_of(session, proposal), effects),
        is_advice=decision.outcome is Outcome.QUORUM_MISSED,
        order=_order(session, proposal, viewer=viewer, effects=effects, now=now),
    )


def read_decision(working: Mapping[str, Any]) -> Decision:
    """Return the decision that `Decision.dump` wrote."""
    return Decision(
        outcome=Outcome(working["outcome"]),
        roll=Roll(working["eligible"], working["active"]),
        tally=Tally(**working["counts"]),
        steps=tuple(Step.load(step) for step in working["steps"]),
    )


def _step_view(step: Step) -> StepView:
    return StepView(
        sentence=wording.step_sentence(step),
        holds=step.holds,
        needed=step.needed,
        reached=step.reached,
        base=Base(step.base).value,
        base_count=step.base_count,
        share=str(step.share),
    )


def _ballots(session: Session, proposal: Proposal, viewer: Actor | None) -> Sequence[BallotLine]:
    ballots = session.scalars(
        select(Ballot).where(Ballot.proposal_id == proposal.id).order_by(Ballot.receipt)
    ).all()
    sees_names = viewer is not None and viewer.is_member
    ids = {ballot.member_id for ballot in ballots if ballot.member_id is not None}
    people = people_by_id(session, ids) if sees_names else {}
    return [
        BallotLine(
            receipt=ballot.receipt,
            code=code_of(ballot.receipt),
            person=people.get(ballot.member_id or 0),
            choice=Choice(ballot.marks["choice"]),
            reason=ballot.reason if sees_names else "",
        )
        for ballot in ballots
    ]


def _turnout(session: Session, *, until: datetime) -> Sequence[TurnoutLine]:
    """Return the turnout of this vote and those before it, oldest first."""
    rows = session.execute(
        select(Proposal, Result)
        .join(Result, Result.proposal_id == Proposal.id)
        .where(Proposal.closes_at <= until)
        .order_by(Proposal.closes_at.desc(), Proposal.id.desc())
        .limit(TURNOUTS)
    ).all()
    return [_turnout_line(proposal, result) for proposal, result in reversed(rows)]


def _turnout_line(proposal: Proposal, result: Result) -> TurnoutLine:
    decision = read_decision(result.working)
    quorum = next(step for step in decision.steps if step.demand is Demand.QUORUM)
    return TurnoutLine(
        proposal_id=proposal.id,
        title=proposal.title,
        closed_at=proposal.dates.closes_at,
        took_part=decision.tally.cast,
        needed=quorum.needed,
    )


def _order(
    session: Session,
    proposal: Proposal,
    *,
    viewer: Actor | None,
    effects: Effects,
    now: datetime,
) -> OrderView | None:
    made = select(EnactmentOrder.id).where(EnactmentOrder.proposal_id == proposal.id)
    order_id = session.scalar(made)
    if order_id is None:
        return None
    return order_view(session, order_id, viewer=viewer, effects=effects, now=now)
