"""What an officer does without a decision: at once, in public, and only until members answer.

It needs a reason and opens a vote on whether it may stand. If they do not agree in time, it is
undone by itself. Only what takes power away or closes a door can be done so, because only that
can be undone without a trace: never a text, a rule or an amount.
Source: governance research 7.1 (EmergencyAction), 7.3 (invariants 4 and 7) and 7.4.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.duties import schedule
from app.core.errors import Invalid
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.actor import Actor, Verb, require
from governance import guard, log, orders
from governance.constitution import rule_for
from governance.decision import Outcome
from governance.effects import EFFECTS_MAX, Effects, Planned, read_effect
from governance.events import (
    ActedAtOnce,
    ActUndone,
    ChallengeRuled,
    ProposalDecided,
    ProposalRatified,
    ProposalWithdrawn,
)
from governance.lifecycle import extension, timetable
from governance.models import EmergencyAction, EmergencyState, Enactment, Proposal, Undone
from governance.owed import UNDO, OfEmergency
from governance.proposals import locked
from governance.refusals import Code, refusal
from governance.rules import DecisionType, RuleSet, Secrecy
from governance.seals import Kind
from governance.service.challenging import ANSWERED_WITHIN
from governance.service.drafting import TITLE_MAX, add_revision, stored
from governance.service.opening import freeze_proposal, open_voting
from governance.service.supporting import begin_deliberation

REASON_MAX: Final = 2000
AGAIN: Final = timedelta(days=30)
Answer: TypeAlias = ProposalDecided | ProposalRatified | ProposalWithdrawn | ChallengeRuled


def act_at_once(
    session: Session,
    given: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    actor: Actor,
    effects: Effects,
    now: datetime,
) -> EmergencyAction:
    """Do something without a decision, and open the vote on whether it may stand.

    `given` are {"kind", "payload"} each. The log's head stays locked until the caller commits, so
    that two officers act one after the other.

    Raises: Forbidden without an office; NotYours and NotNow with the rule that failed; Invalid
    without a reason, or for what makes no sense.
    """
    require(actor, Verb.ENACT)
    reason = _reason(reason)
    planned = _planned(given, effects)
    office = _office(session, planned, actor, now=now)
    proposal = _ask(session, planned, reason, actor=actor, effects=effects, now=now)
    _check_unanswered(session, planned, now=now)
    done = [one.measure for one in planned]
    act = EmergencyAction(
        proposal_id=proposal.id,
        measure=done,
        payload_hash=digest(done),
        reason=reason,
        office=office,
        by_id=actor.member_id,
        at=now,
        expires_at=_expiry(rule_for(session, DecisionType.EMERGENCY, at=now), now=now),
    )
    session.add(act)
    session.flush()  # What it does refers to its key.
    guard.act_at_once(session, act, planned, now=now)
    _record(session, proposal, act)
    return act


def follow_answer(session: Session, event: Answer, *, effects: Effects) -> None:
    """Let an act stand or undo it when the members have answered; other votes are left alone."""
    act = of_proposal(session, event.proposal_id)
    if act is None or act.state is not EmergencyState.STANDING:
        return
    if isinstance(event, ProposalRatified):
        _end(act, EmergencyState.CONFIRMED, now=event.at)
        _log_end(session, Kind.CONFIRMED, act, now=event.at)
    elif (because := _refusal_in(event)) is not None:
        _undo(session, act, because, effects=effects, now=event.at)


def expire_act(session: Session, emergency_id: int, *, effects: Effects, now: datetime) -> None:
    """Undo an act that the members did not agree to in time."""
    found = session.get(EmergencyAction, emergency_id)
    if found is None:
        return
    locked(session, found.proposal_id)  # First, as whoever answers does.
    act = lock(session, EmergencyAction, emergency_id)
    assert act is not None
    if act.state is EmergencyState.STANDING and now >= act.expires_at:
        _undo(session, act, Undone.EXPIRED, effects=effects, now=now)


def of_proposal(session: Session, proposal_id: int) -> EmergencyAction | None:
    """Return the act on which a proposal asks the members, if it is about one."""
    about = select(EmergencyAction).where(EmergencyAction.proposal_id == proposal_id)
    return session.scalar(about)


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason or len(reason) > REASON_MAX or "\0" in reason:
        text = say("Say why it could not wait, in at most {count} characters.", count=REASON_MAX)
        raise Invalid(text, reason=text)
    return reason


def _planned(given: Sequence[Mapping[str, Any]], effects: Effects) -> list[Planned]:
    if not 0 < len(given) <= EFFECTS_MAX:
        text = say("Say what is to be done; at most {count} things.", count=EFFECTS_MAX)
        raise Invalid(text, effects=text)
    planned = [read_effect(effects, one) for one in given]
    guard.check_urgent(planned)
    return planned


def _office(session: Session, planned: Sequence[Planned], actor: Actor, *, now: datetime) -> str:
    """Return the office in which somebody acts: that which would carry the decision out.

    Where it has no holder who may act, any officer stands in, but nobody without an office.
    """
    holders = orders.holders_at(session, now=now)
    gaining = orders.beneficiaries(session, planned)
    if actor.member_id in gaining:
        raise refusal(Code.IN_YOUR_FAVOUR)
    wanted = {
        rule_for(session, kind, at=now).enacting.office
        for one in planned
        for kind in one.effect.types(one.payload)
    }
    for office in wanted:
        may_act = orders.entitled(office, holders, gaining, voters=frozenset)
        if actor.member_id not in may_act:
            raise refusal(Code.NOT_YOUR_ACT)
    held = {office for office, members in holders.items() if actor.member_id in members}
    return min(held & wanted or held)


def _ask(
    session: Session,
    planned: Sequence[Planned],
    reason: str,
    *,
    actor: Actor,
    effects: Effects,
    now: datetime,
) -> Proposal:
    """Open the vote: nobody has to support it, and its text is sealed before anything is done."""
    rule = rule_for(session, DecisionType.EMERGENCY, at=now)
    stores = [stored(session, one, now=now) for one in planned]
    sentence = planned[0].effect.describe(stores[0]["preview"])
    content = {
        "type": DecisionType.EMERGENCY.value,
        "title": str(say("May this stand? {sentence}", sentence=sentence))[:TITLE_MAX],
        "body": reason,
        "method": rule.methods[0].value,
        "secrecy": (Secrecy.SEALED if Secrecy.SEALED in rule.secrecy else rule.secrecy[0]).value,
        "supersedes": [],
        "effects": stores,
        "review_on": None,
    }
    proposal = Proposal(author_id=actor.member_id, created_at=now, revision=0)
    add_revision(session, proposal, content, now=now)
    begin_deliberation(session, proposal, rule, now=now)
    session.flush()  # Both lock and read the row anew.
    freeze_proposal(session, proposal.id, effects=effects, now=now)
    session.flush()
    open_voting(session, proposal.id, now=now)
    return proposal


def _check_unanswered(session: Session, planned: Sequence[Planned], *, now: datetime) -> None:
    subjects = {one.effect.subject(one.payload) for one in planned}
    earlier = session.scalars(
        select(EmergencyAction)
        .join(Enactment, Enactment.emergency_id == EmergencyAction.id)
        .where(Enactment.subject.in_(subjects))
    ).all()
    if any(one.state is EmergencyState.STANDING for one in earlier):
        raise refusal(Code.UNANSWERED)
    undone = [one.ended_at for one in earlier if one.state is EmergencyState.UNDONE]
    if any(at is not None and at > now - AGAIN for at in undone):
        raise refusal(Code.REFUSED_LATELY)


def _expiry(rule: RuleSet, *, now: datetime) -> datetime:
    """Return the last moment at which the members' answer can come under the rule."""
    dates = timetable(rule.days, begins_at=now)
    closes_at = dates.closes_at
    if rule.quorum.gives_more_time:
        closes_at = extension(opens_at=dates.opens_at, closes_at=closes_at)
    return closes_at + timedelta(days=rule.days.challenge) + ANSWERED_WITHIN


def _record(session: Session, proposal: Proposal, act: EmergencyAction) -> None:
    log.record(
        session,
        Kind.ACTED,
        now=act.at,
        proposal=str(proposal.id),
        emergency=str(act.id),
        payload_hash=act.payload_hash,
        office=act.office,
        by=str(act.by_id),
        expires_at=act.expires_at.isoformat(),
    )
    schedule(session, UNDO, OfEmergency(emergency_id=act.id), due_at=act.expires_at)
    publish(
        session,
        ActedAtOnce(act.id, proposal.id, proposal.title, act.by_id, act.expires_at, at=act.at),
    )


def _refusal_in(event: Answer) -> Undone | None:
    if isinstance(event, ProposalWithdrawn):
        return Undone.WITHDRAWN
    if isinstance(event, ChallengeRuled):
        return Undone.VOIDED if event.upheld else None
    if isinstance(event, ProposalDecided) and event.outcome is not Outcome.PASSED:
        return Undone.REJECTED
    return None


def _undo(
    session: Session, act: EmergencyAction, because: Undone, *, effects: Effects, now: datetime
) -> None:
    guard.undo_act(session, act, [read_effect(effects, one) for one in act.measure], now=now)
    session.flush()  # The database takes what is undone only while the act stands.
    _end(act, EmergencyState.UNDONE, now=now, because=because)
    _log_end(session, Kind.UNDONE, act, now=now)
    title = session.get_one(Proposal, act.proposal_id).title
    publish(session, ActUndone(act.id, act.proposal_id, title, act.by_id, because.value, at=now))


def _end(
    act: EmergencyAction, state: EmergencyState, *, now: datetime, because: Undone | None = None
) -> None:
    act.state, act.ended_at, act.ended_because = state, now, because


def _log_end(session: Session, kind: Kind, act: EmergencyAction, *, now: datetime) -> None:
    because = act.ended_because.value if act.ended_because else None
    log.record(
        session,
        kind,
        now=now,
        proposal=str(act.proposal_id),
        emergency=str(act.id),
        payload_hash=act.payload_hash,
        because=because,
    )
