"""Handing a proposal in, and supporting it until it is discussed."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.events import publish
from app.core.words import say
from app.members.actor import Actor, Verb, require
from governance.constitution import rule_for
from governance.decision import Outcome
from governance.events import DeliberationBegan, ProposalSubmitted
from governance.lifecycle import Act, State, timetable
from governance.models import Proposal, ProposalRevision, Result, Second
from governance.owed import FREEZE, LAPSE, OfProposal
from governance.proposals import (
    check_author,
    locked,
    locked_for,
    move,
    revision_of,
    seconds_needed,
)
from governance.roll import require_vote, sizes
from governance.rules import RuleSet
from governance.service.drafting import give_up

AGAIN: Final = timedelta(days=30)


def submit_proposal(
    session: Session, proposal_id: int, *, actor: Actor, now: datetime
) -> Proposal:
    """Hand a draft in: it looks for supporters, or is discussed at once if it needs none.

    Raises: NotFound; Forbidden if it is somebody else's, or without a vote; Conflict if it was
    handed in, or rejected in the same words within 30 days; Invalid if it says nothing.
    """
    require(actor, Verb.PROPOSE)
    proposal = locked_for(session, proposal_id, Act.SUBMIT, actor=actor)
    check_author(proposal, actor)
    require_vote(session, actor.member_id, now=now)
    revision = revision_of(session, proposal)
    if not revision.body and not revision.effects:
        text = say("Say what should be done, and why.")
        raise Invalid(text, body=text)
    _check_not_rejected_lately(session, proposal, revision, now=now)
    rule = rule_for(session, proposal.type, at=now)
    if not _needed(session, rule, now=now):
        begin_deliberation(session, proposal, rule, now=now)
        return proposal
    move(proposal, State.SEEKING_SUPPORT)
    proposal.support_until = now + timedelta(days=rule.days.support)
    duty = OfProposal(proposal_id=proposal.id)
    schedule(session, LAPSE, duty, due_at=proposal.support_until)
    publish(session, ProposalSubmitted(proposal.id, proposal.author_id, proposal.title, at=now))
    return proposal


def second_proposal(
    session: Session, proposal_id: int, *, actor: Actor, now: datetime
) -> Proposal:
    """Support somebody else's proposal; with enough supporters its deliberation begins.

    Raises: NotFound; Forbidden for one's own, or without a vote; Conflict.
    """
    require(actor, Verb.PROPOSE)
    proposal = locked_for(session, proposal_id, Act.SECOND, actor=actor)
    if proposal.author_id == actor.member_id:
        raise Forbidden(say("Somebody else must support your proposal."))
    require_vote(session, actor.member_id, now=now)
    if proposal.support_until is not None and now >= proposal.support_until:
        raise Conflict(say("The time for finding supporters is over."))
    if session.get(Second, (proposal.id, actor.member_id)):
        raise Conflict(say("You support this already."))
    session.add(
        Second(
            proposal_id=proposal.id,
            member_id=actor.member_id,
            revision=proposal.revision,
            created_at=now,
        )
    )
    rule = rule_for(session, proposal.type, at=now)
    if _seconds(session, proposal) >= _needed(session, rule, now=now):
        begin_deliberation(session, proposal, rule, now=now)
    return proposal


def lapse_proposal(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Give a proposal up that did not find enough supporters in time."""
    proposal = locked(session, proposal_id)
    if proposal.state is State.SEEKING_SUPPORT:
        assert proposal.support_until is not None
        if now >= proposal.support_until:
            give_up(session, proposal, because="support", now=now)


def begin_deliberation(
    session: Session, proposal: Proposal, rule: RuleSet, *, now: datetime
) -> None:
    """Let a proposal be discussed from now on; its dates follow from the rule."""
    dates = timetable(rule.days, begins_at=now)
    move(proposal, State.DELIBERATION)
    proposal.begins_at, proposal.freezes_at = now, dates.freezes_at
    proposal.opens_at, proposal.closes_at = dates.opens_at, dates.closes_at
    duty = OfProposal(proposal_id=proposal.id)
    schedule(session, FREEZE, duty, due_at=dates.freezes_at)
    publish(
        session,
        DeliberationBegan(
            proposal.id,
            proposal.author_id,
            proposal.title,
            dates.opens_at,
            dates.closes_at,
            at=now,
        ),
    )


def _needed(session: Session, rule: RuleSet, *, now: datetime) -> int:
    eligible, _ = sizes(session, at=now)
    return seconds_needed(rule, eligible)


def _seconds(session: Session, proposal: Proposal) -> int:
    session.flush()
    counted = select(func.count(Second.member_id)).where(Second.proposal_id == proposal.id)
    return session.scalar(counted) or 0


def _check_not_rejected_lately(
    session: Session, proposal: Proposal, revision: ProposalRevision, *, now: datetime
) -> None:
    # Source: governance research 7.7: at once only if changed, else after 30 days.
    same = (
        select(Proposal.id)
        .join(
            ProposalRevision,
            (ProposalRevision.proposal_id == Proposal.id)
            & (ProposalRevision.number == Proposal.revision),
        )
        .join(Result, Result.proposal_id == Proposal.id)
        .where(
            ProposalRevision.type == proposal.type,
            ProposalRevision.measure_hash == revision.measure_hash,
            Proposal.outcome.in_((Outcome.REJECTED, Outcome.BLOCKED, Outcome.TIED)),
            Result.decided_at > now - AGAIN,
        )
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict(
            say("The same was rejected less than 30 days ago. Change it, or wait until then.")
        )
