"""Proposals and what is said about them as programs read them: a fixed number of statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.records import Record
from app.members.actor import Actor
from governance.constitution import rules_at
from governance.models import Comment, EnactmentOrder, Proposal, ProposalRevision
from governance.proposals import seconds_needed
from governance.queries.lists import seconds_of
from governance.queries.people import people_by_id
from governance.queries.proposal import visible
from governance.roll import sizes
from governance.rules import RuleSet
from governance.views import CommentView, Person


class PlainProposal(Record):
    """A proposal in its newest wording, with the rule that is frozen or else in force."""

    proposal: Proposal
    revision: ProposalRevision
    author: Person
    rule: Mapping[str, Any]
    rule_hash: str
    seconds: int
    seconds_needed: int
    order_id: int | None


def plain_proposals(
    session: Session, found: Sequence[Proposal], *, now: datetime
) -> list[PlainProposal]:
    """Return these proposals, in their order."""
    if not found:
        return []
    ids = [one.id for one in found]
    revisions, orders = _revisions(session, ids), _orders(session, ids)
    seconds = seconds_of(session, ids)
    people = people_by_id(session, {one.author_id for one in found})
    rules, (eligible, _) = rules_at(session, at=now), sizes(session, at=now)
    return [
        PlainProposal(
            proposal=one,
            revision=revisions[one.id],
            author=people[one.author_id],
            rule=(rule := one.rule or rules[one.type].rule),
            rule_hash=one.rule_hash or rules[one.type].hash,
            seconds=seconds.get(one.id, 0),
            seconds_needed=seconds_needed(RuleSet.load(rule), one.eligible or eligible),
            order_id=orders.get(one.id),
        )
        for one in found
    ]


def plain_proposal(
    session: Session, proposal_id: int, *, viewer: Actor, now: datetime
) -> PlainProposal:
    """Return one proposal that the viewer may see. Raises: NotFound."""
    proposal = visible(session, proposal_id, viewer)
    return plain_proposals(session, [proposal], now=now)[0]


def comments_after(
    session: Session, proposal_id: int, *, viewer: Actor, after: int, limit: int
) -> list[CommentView]:
    """Return what was said behind the comment `after`, oldest first. Raises: NotFound."""
    proposal = visible(session, proposal_id, viewer)
    said = select(Comment).where(Comment.proposal_id == proposal.id, Comment.id > after)
    rows = session.scalars(said.order_by(Comment.id).limit(limit)).all()
    people = people_by_id(session, {row.member_id for row in rows})
    return [
        CommentView(
            row.id, row.parent_id, row.depth, people[row.member_id], row.text, row.created_at
        )
        for row in rows
    ]


def _revisions(session: Session, ids: Sequence[int]) -> Mapping[int, ProposalRevision]:
    newest = (
        select(ProposalRevision)
        .join(Proposal, Proposal.id == ProposalRevision.proposal_id)
        .where(ProposalRevision.number == Proposal.revision, Proposal.id.in_(ids))
    )
    return {row.proposal_id: row for row in session.scalars(newest)}


def _orders(session: Session, ids: Sequence[int]) -> dict[int, int]:
    made = select(EnactmentOrder.proposal_id, EnactmentOrder.id)
    return dict(session.execute(made.where(EnactmentOrder.proposal_id.in_(ids))).all())
