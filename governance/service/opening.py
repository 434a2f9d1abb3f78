"""Freezing a proposal, and opening the vote on it: text, rule and electorate are sealed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.crypto import new_secret
from app.core.duties import schedule
from app.core.errors import AppError
from app.core.events import publish
from governance import constitution, log
from governance.constitution import rule_for
from governance.effects import Effects, read_effect
from governance.eligibility import Voter, list_hash, published_list
from governance.events import ProposalOpened
from governance.lifecycle import State, reminder_at
from governance.models import BallotKey, Elector, Proposal, ProposalRevision
from governance.owed import CLOSE, OPEN, REMIND, OfProposal
from governance.proposals import locked, move, revision_of
from governance.roll import OnRoll, roll
from governance.rules import DecisionType, RuleSet, Secrecy, stricter
from governance.seals import Kind, parts
from governance.service.drafting import SECRET_ELIGIBLE_MIN, add_revision, give_up, stored


def freeze_proposal(
    session: Session, proposal_id: int, *, effects: Effects, now: datetime
) -> None:
    """Seal text and rule, once the time for it has come; from here on nobody can change them.

    Previews are made anew, so that members vote on what would happen now. What has become
    impossible meanwhile, or what the rules no longer allow, is given up.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is not State.DELIBERATION:
        return
    if now < proposal.dates.freezes_at:
        return
    rule = rule_for(session, proposal.type, at=now)
    try:
        revision = _newest(session, proposal, effects=effects, now=now)
    except AppError:
        give_up(session, proposal, because="impossible", now=now)
        return
    if proposal.method not in rule.methods or proposal.secrecy not in rule.secrecy:
        give_up(session, proposal, because="rules", now=now)
        return
    _seal(session, proposal, revision, _rule_of(rule, revision), now=now)
    opens_at = proposal.dates.opens_at
    proposal.closes_at = opens_at + timedelta(days=rule.days.voting)
    schedule(session, OPEN, OfProposal(proposal_id=proposal.id), due_at=opens_at)


def open_voting(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Open the vote, once the time for it has come, for those in good standing at that time."""
    proposal = locked(session, proposal_id)
    if proposal.state is not State.NOTICE:
        return
    opens_at = proposal.dates.opens_at
    if now < opens_at:
        return
    standing = roll(session, at=opens_at)
    voters = [one for one in standing if one.has_vote]
    is_secret = proposal.secrecy is Secrecy.SECRET
    if is_secret and len(voters) < SECRET_ELIGIBLE_MIN:
        give_up(session, proposal, because="secrecy", now=now)
        return
    session.add_all(
        Elector(proposal_id=proposal.id, member_id=one.member_id, why=one.why, active=one.active)
        for one in standing
    )
    if is_secret:
        session.add(BallotKey(proposal_id=proposal.id, key=new_secret()))
    session.flush()  # The database takes electors only before the state says "voting".
    _open(session, proposal, voters, now=now)


def _newest(
    session: Session, proposal: Proposal, *, effects: Effects, now: datetime
) -> ProposalRevision:
    """Return the newest wording with fresh previews, which may make it one more."""
    revision = revision_of(session, proposal)
    if proposal.type is DecisionType.EMERGENCY:
        return revision  # What it is about has been done, so that it cannot be done again.
    fresh = [stored(session, read_effect(effects, one), now=now) for one in revision.effects]
    if fresh == revision.effects:
        return revision
    content = revision.content() | {"effects": fresh}
    return add_revision(session, proposal, content, now=now)


def _rule_of(rule: RuleSet, revision: ProposalRevision) -> RuleSet:
    """Return the rule that applies: a change of its own rule needs the stricter of both."""
    for effect in revision.effects:
        new = _own_rule(effect)
        if new is not None:
            rule = stricter(rule, RuleSet.load(new))
    return rule


def _own_rule(effect: Mapping[str, Any]) -> Any:
    if effect["kind"] != constitution.KIND:
        return None
    return effect["payload"]["rules"].get(DecisionType.CONSTITUTION.value)


def _seal(
    session: Session,
    proposal: Proposal,
    revision: ProposalRevision,
    rule: RuleSet,
    *,
    now: datetime,
) -> None:
    content, dumped = revision.content(), rule.dump()
    move(proposal, State.NOTICE)
    proposal.frozen_at = now
    proposal.text_hash = revision.hash
    proposal.rule, proposal.rule_hash = dumped, digest(dumped)
    log.record(
        session,
        Kind.FROZEN,
        now=now,
        proposal=str(proposal.id),
        text_hash=proposal.text_hash,
        text_parts=parts(content),
        rule_hash=proposal.rule_hash,
        rule_parts=parts(dumped),
    )


def _open(session: Session, proposal: Proposal, voters: list[OnRoll], *, now: datetime) -> None:
    dates = proposal.dates
    listed = published_list(Voter(one.member_id, active=one.active) for one in voters)
    proposal.electorate_hash = list_hash(listed)
    proposal.eligible = len(listed)
    proposal.active = sum(one.active for one in voters)
    move(proposal, State.VOTING)
    log.record(
        session,
        Kind.OPENED,
        now=now,
        proposal=str(proposal.id),
        electorate_hash=proposal.electorate_hash,
        eligible=proposal.eligible,
        active=proposal.active,
        opens_at=dates.opens_at.isoformat(),
        closes_at=dates.closes_at.isoformat(),
    )
    schedule_close(session, proposal)
    publish(
        session,
        ProposalOpened(
            proposal.id,
            proposal.title,
            proposal.type,
            [one.member_id for one in voters],
            dates.closes_at,
            at=now,
        ),
    )


def schedule_close(session: Session, proposal: Proposal) -> None:
    """Owe the close of a vote, and the reminder before it, at its present date."""
    dates, duty = proposal.dates, OfProposal(proposal_id=proposal.id)
    remind_at = reminder_at(opens_at=dates.opens_at, closes_at=dates.closes_at)
    schedule(session, REMIND, duty, due_at=remind_at)
    schedule(session, CLOSE, duty, due_at=dates.closes_at)
