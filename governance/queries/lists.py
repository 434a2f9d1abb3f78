"""Lists of proposals, a fixed number of statements for a page."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.members.actor import Actor
from governance.constitution import rules_at
from governance.eligibility import Why
from governance.lifecycle import DECIDED, UNDER_WAY, State
from governance.models import Ballot, BallotKey, Elector, Proposal, Second
from governance.proposals import seconds_needed
from governance.queries.people import people_by_id
from governance.roll import sizes
from governance.rules import DecisionType, RuleSet
from governance.service.voting import pseudonym
from governance.views import ProposalLine

PAGE_MAX: Final = 100


def proposals(
    session: Session,
    *,
    viewer: Actor | None,
    now: datetime,
    states: Collection[State] = (),
    types: Collection[DecisionType] = (),
    author_id: int | None = None,
    before: int | None = None,
    limit: int = 40,
) -> Sequence[ProposalLine]:
    """Return proposals as lines, by the conditions of `proposal_rows`."""
    found = proposal_rows(
        session,
        viewer=viewer,
        states=states,
        types=types,
        author_id=author_id,
        before=before,
        limit=limit,
    )
    return lines_of(session, found, viewer=viewer, now=now)


def proposal_rows(
    session: Session,
    *,
    viewer: Actor | None,
    states: Collection[State] = (),
    types: Collection[DecisionType] = (),
    author_id: int | None = None,
    before: int | None = None,
    limit: int = 40,
) -> Sequence[Proposal]:
    """Return proposals, newest first; drafts only to their author.

    `before` is the id at which the page before ended; empty `states` or `types` mean all.
    """
    assert 0 < limit <= PAGE_MAX
    wanted = select(Proposal).where(visible_to(viewer))
    if states:
        wanted = wanted.where(Proposal.state.in_(states))
    if types:
        wanted = wanted.where(Proposal.type.in_(types))
    if author_id is not None:
        wanted = wanted.where(Proposal.author_id == author_id)
    if before is not None:
        wanted = wanted.where(Proposal.id < before)
    return session.scalars(wanted.order_by(Proposal.id.desc()).limit(limit)).all()


def under_way(session: Session, *, viewer: Actor | None, now: datetime) -> Sequence[ProposalLine]:
    """Return what is being decided, at most a hundred."""
    return proposals(session, viewer=viewer, now=now, states=UNDER_WAY, limit=PAGE_MAX)


def decided(
    session: Session, *, viewer: Actor | None, now: datetime, limit: int = 20
) -> Sequence[ProposalLine]:
    """Return what was decided lately, newest first."""
    return proposals(session, viewer=viewer, now=now, states=DECIDED, limit=limit)


def votes_waiting_for(session: Session, viewer: Actor, *, now: datetime) -> Sequence[Proposal]:
    """Return the open votes in which the viewer has a vote and has not cast it, soonest first."""
    is_open = (Proposal.state == State.VOTING, Proposal.closes_at > now)
    soonest = select(Proposal).where(*is_open).order_by(Proposal.closes_at, Proposal.id)
    found = session.scalars(soonest.limit(PAGE_MAX)).all()
    voted = _votes_of(session, found, viewer)
    return [one for one in found if voted.get(one.id) is False]


def visible_to(viewer: Actor | None) -> ColumnElement[bool]:
    """Return the condition under which a proposal may be seen: drafts belong to their author."""
    never_handed_in = or_(
        Proposal.state == State.DRAFT,
        and_(
            Proposal.state == State.WITHDRAWN,
            Proposal.begins_at.is_(None),
            Proposal.support_until.is_(None),
        ),
    )
    if viewer is None:
        return ~never_handed_in
    return or_(~never_handed_in, Proposal.author_id == viewer.member_id)


def lines_of(
    session: Session, found: Sequence[Proposal], *, viewer: Actor | None, now: datetime
) -> Sequence[ProposalLine]:
    """Return the lines of these proposals, in their order."""
    if not found:
        return []
    ids = [one.id for one in found]
    people = people_by_id(session, {one.author_id for one in found})
    rules, (members, _) = rules_at(session, at=now), sizes(session, at=now)
    seconds = seconds_of(session, ids)
    votes = _votes_of(session, found, viewer)
    return [
        ProposalLine(
            id=one.id,
            type=one.type,
            title=one.title,
            state=one.state,
            author=people[one.author_id],
            created_at=one.created_at,
            support_until=one.support_until,
            seconds=seconds.get(one.id, 0),
            seconds_needed=seconds_needed(RuleSet.load(rules[one.type].rule), members),
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            challenge_until=one.challenge_until,
            outcome=one.outcome,
            may_vote=one.id in votes,
            voted=votes.get(one.id, False),
        )
        for one in found
    ]


def seconds_of(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return how many support each proposal; those without any are left out."""
    counted = select(Second.proposal_id, func.count(Second.member_id))
    of_these = counted.where(Second.proposal_id.in_(ids)).group_by(Second.proposal_id)
    return dict(session.execute(of_these).all())


def _votes_of(
    session: Session, found: Sequence[Proposal], viewer: Actor | None
) -> dict[int, bool]:
    """Return, by open vote in which the viewer has a vote, whether they have cast it."""
    open_ids = [one.id for one in found if one.state is State.VOTING]
    if viewer is None or not open_ids:
        return {}
    mine = select(Elector.proposal_id).where(
        Elector.proposal_id.in_(open_ids),
        Elector.member_id == viewer.member_id,
        Elector.why == Why.IN_STANDING,
    )
    keys = select(BallotKey).where(BallotKey.proposal_id.in_(open_ids))
    names = {
        key.proposal_id: pseudonym(key.key, viewer.member_id) for key in session.scalars(keys)
    }
    plain = str(viewer.member_id)
    cast = select(Ballot.proposal_id, Ballot.voter).where(
        Ballot.proposal_id.in_(open_ids), Ballot.voter.in_({plain, *names.values()})
    )
    voted = {id_ for id_, voter in session.execute(cast) if voter == names.get(id_, plain)}
    return {id_: id_ in voted for id_ in session.scalars(mine)}
