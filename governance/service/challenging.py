"""Challenges to how a vote was held, and ratification when none is left."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.offices import Office
from governance import log, orders
from governance.effects import Effects, read_effect
from governance.eligibility import Why
from governance.events import ChallengeRuled, DecisionChallenged, ProposalRatified
from governance.lifecycle import Act, State
from governance.models import Challenge, Elector, Proposal, Ruling
from governance.owed import RATIFY, OfProposal
from governance.proposals import locked, locked_for, move, revision_of
from governance.seals import Kind
from governance.service.reviewing import end_reviewed, plan_review

WORDS_MAX: Final = 2000
ANSWERED_WITHIN: Final = timedelta(days=14)


def challenge_decision(
    session: Session, proposal_id: int, *, actor: Actor, words: str, now: datetime
) -> Challenge:
    """Challenge how a vote was held, not what it decided; once for each member.

    Raises: NotFound; Forbidden; Conflict when the time for it is over, or a second time; Invalid.
    """
    require(actor, Verb.VOTE)
    proposal = locked_for(session, proposal_id, Act.CHALLENGE, actor=actor)
    if proposal.challenge_until is None or now >= proposal.challenge_until:
        raise Conflict(say("The time for challenges is over."))
    mine = Challenge.proposal_id == proposal.id, Challenge.member_id == actor.member_id
    if session.scalar(select(Challenge.id).where(*mine)) is not None:
        raise Conflict(say("You have challenged this already."))
    challenge = Challenge(
        proposal_id=proposal.id,
        member_id=actor.member_id,
        words=_words(words, "words"),
        created_at=now,
        answer_by=now + ANSWERED_WITHIN,
    )
    session.add(challenge)
    session.flush()  # The log refers to its key.
    log.record(
        session,
        Kind.CHALLENGED,
        now=now,
        proposal=str(proposal.id),
        challenge=str(challenge.id),
        by=str(actor.member_id),
    )
    publish(
        session,
        DecisionChallenged(
            proposal.id, challenge.id, actor.member_id, challenge.answer_by, at=now
        ),
    )
    return challenge


def rule_on_challenge(
    session: Session,
    challenge_id: int,
    *,
    actor: Actor,
    upheld: bool,
    answer: str,
    effects: Effects,
    now: datetime,
) -> Challenge:
    """Answer a challenge as a facilitator who has no part in it; upheld, it voids the vote.

    Raises: NotFound; Forbidden; Conflict if it was answered; Invalid without an answer.
    """
    proposal, challenge = _locked(session, challenge_id)
    if challenge.ruling is not Ruling.OPEN:
        raise Conflict(say("This challenge has been answered."))
    _check_ruler(session, proposal, challenge, actor, effects=effects, now=now)
    challenge.answer = _words(answer, "answer")
    ruling = Ruling.UPHELD if upheld else Ruling.DISMISSED
    _rule(session, proposal, challenge, ruling, by_id=actor.member_id, now=now)
    if upheld:
        move(proposal, State.VOIDED)
        log.record(
            session,
            Kind.VOIDED,
            now=now,
            proposal=str(proposal.id),
            challenge=str(challenge.id),
        )
    else:
        _ratify_if_settled(session, proposal, now=now)
    return challenge


def ratify_decision(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Settle a decision, once nobody can challenge it any more and no challenge is open.

    A challenge that nobody answered in time falls away, in public: neither one person's word
    nor an officer's silence undoes a vote.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is not State.CHALLENGEABLE:
        return
    assert proposal.challenge_until is not None
    if now < proposal.challenge_until:
        return
    for challenge in _open_challenges(session, proposal):
        if now >= challenge.answer_by:
            _rule(session, proposal, challenge, Ruling.UNANSWERED, by_id=None, now=now)
    _ratify_if_settled(session, proposal, now=now)


def _ratify_if_settled(session: Session, proposal: Proposal, *, now: datetime) -> None:
    assert proposal.challenge_until is not None
    if now < proposal.challenge_until:
        return
    waiting = _open_challenges(session, proposal)
    if waiting:
        due_at = min(challenge.answer_by for challenge in waiting)
        schedule(session, RATIFY, OfProposal(proposal_id=proposal.id), due_at=due_at)
        return
    move(proposal, State.RATIFIED)
    proposal.ratified_at = _settled_at(session, proposal)
    log.record(session, Kind.RATIFIED, now=now, proposal=str(proposal.id))
    publish(session, ProposalRatified(proposal.id, proposal.title, at=now))
    revision = revision_of(session, proposal)
    orders.queue(session, proposal, revision, now=now)
    plan_review(session, proposal, revision)
    end_reviewed(session, proposal)


def _settled_at(session: Session, proposal: Proposal) -> datetime:
    """Return the end of the time for challenges, or the last answer if that came later."""
    assert proposal.challenge_until is not None
    ruled = session.scalars(select(Challenge.ruled_at).where(Challenge.proposal_id == proposal.id))
    return max([proposal.challenge_until, *(at for at in ruled if at is not None)])


def _open_challenges(session: Session, proposal: Proposal) -> list[Challenge]:
    session.flush()
    waiting = select(Challenge).where(
        Challenge.proposal_id == proposal.id, Challenge.ruling == Ruling.OPEN
    )
    return list(session.scalars(waiting.order_by(Challenge.id)))


def _rule(
    session: Session,
    proposal: Proposal,
    challenge: Challenge,
    ruling: Ruling,
    *,
    by_id: int | None,
    now: datetime,
) -> None:
    challenge.ruling, challenge.ruled_by_id, challenge.ruled_at = ruling, by_id, now
    log.record(
        session,
        Kind.RULED,
        now=now,
        proposal=str(proposal.id),
        challenge=str(challenge.id),
        ruling=ruling.value,
        by=None if by_id is None else str(by_id),
    )
    publish(
        session,
        ChallengeRuled(
            proposal.id,
            challenge.id,
            challenge.member_id,
            upheld=ruling is Ruling.UPHELD,
            at=now,
        ),
    )


def _check_ruler(
    session: Session,
    proposal: Proposal,
    challenge: Challenge,
    actor: Actor,
    *,
    effects: Effects,
    now: datetime,
) -> None:
    planned = [read_effect(effects, one) for one in revision_of(session, proposal).effects]
    involved = orders.beneficiaries(session, planned) | {proposal.author_id, challenge.member_id}
    if actor.member_id in involved:
        raise Forbidden(say("You have a part in this, so somebody else must answer."))

    def electors() -> frozenset[int]:
        """Return everybody who had a vote."""
        had_vote = select(Elector.member_id).where(
            Elector.proposal_id == proposal.id, Elector.why == Why.IN_STANDING
        )
        return frozenset(session.scalars(had_vote))

    holders = orders.holders_at(session, now=now)
    if actor.member_id not in orders.entitled(
        Office.FACILITATOR.value, holders, frozenset(involved), voters=electors
    ):
        raise Forbidden(say("A facilitator answers challenges, and you do not hold that office."))


def _locked(session: Session, challenge_id: int) -> tuple[Proposal, Challenge]:
    proposal_id = session.scalar(select(Challenge.proposal_id).where(Challenge.id == challenge_id))
    if proposal_id is None:
        raise NotFound(say("There is no such challenge."))
    proposal = locked(session, proposal_id)
    challenge = lock(session, Challenge, challenge_id)
    assert challenge is not None
    return proposal, challenge


def _words(given: str, field: str) -> str:
    words = given.strip()
    if not words or len(words) > WORDS_MAX or "\0" in words:
        text = say("Say it in at most {count} characters.", count=WORDS_MAX)
        raise Invalid(text, **{field: text})
    return words
