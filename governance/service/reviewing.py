"""Looking at a decision again: on the day that its text named, a review of it is drafted, once.

The review begins with the words of the decision. Handed in as it is, it keeps the decision; its
owner may change the words, or write that it no longer holds. If members agree to it, it takes the
place of the decision. Source: governance research 7.7.
"""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.events import publish
from app.core.words import say
from app.members.models import Member
from app.members.offices import Office
from app.members.states import MemberState
from governance import orders
from governance.events import ReviewDue
from governance.lifecycle import State
from governance.models import Proposal, ProposalRevision
from governance.owed import REVIEW, OfProposal
from governance.proposals import locked, move, revision_of
from governance.roll import voters
from governance.rules import Method, Secrecy
from governance.service.drafting import TITLE_MAX, Draft, write_wording

STANDS: Final = frozenset({State.RATIFIED, State.QUEUED, State.ENACTED})


def due_at(review_on: date) -> datetime:
    """Return when a decision is overdue: as its day begins, in UTC."""
    return datetime.combine(review_on, time(), UTC)


def plan_review(session: Session, proposal: Proposal, revision: ProposalRevision) -> None:
    """Owe the review of a settled decision, if its text names a day for it."""
    if revision.review_on is not None:
        owed = OfProposal(proposal_id=proposal.id)
        schedule(session, REVIEW, owed, due_at=due_at(revision.review_on))


def draft_review(session: Session, proposal_id: int, *, now: datetime) -> Proposal | None:
    """Draft the review of a decision that still stands, once its day has come; None if not.

    The draft belongs to the author of the decision, or if they are no member any more to a
    facilitator, or else to whoever stands in for one.
    """
    proposal = locked(session, proposal_id)
    revision = revision_of(session, proposal)
    if proposal.state not in STANDS or revision.review_on is None:
        return None
    if now < due_at(revision.review_on) or review_of(session, proposal.id) is not None:
        return None
    owner_id = _owner(session, proposal, now=now)
    if owner_id is None:
        return None
    review = Proposal(
        type=proposal.type,
        author_id=owner_id,
        created_at=now,
        revision=0,
        title="",
        method=Method.MAJORITY,
        secrecy=Secrecy.SEALED,
        reviews_id=proposal.id,
    )
    draft = Draft(
        type=proposal.type,
        title=str(say("Review: {title}", title=proposal.title))[:TITLE_MAX],
        body=revision.body,
        supersedes=[proposal.id],
    )
    write_wording(session, review, draft, effects={}, now=now)
    publish(session, ReviewDue(proposal.id, review.id, proposal.title, owner_id, at=now))
    return review


def review_of(session: Session, proposal_id: int) -> Proposal | None:
    """Return the review of a decision, if one was drafted."""
    return session.scalar(select(Proposal).where(Proposal.reviews_id == proposal_id))


def end_reviewed(session: Session, review: Proposal) -> None:
    """Let a review that was settled take the place of the decision that it is about."""
    if review.reviews_id is None:
        return
    reviewed = locked(session, review.reviews_id)
    if reviewed.state in STANDS - {State.QUEUED}:
        move(reviewed, State.SUPERSEDED)


def _owner(session: Session, proposal: Proposal, *, now: datetime) -> int | None:
    author = session.get_one(Member, proposal.author_id)
    if author.state is MemberState.ACTIVE:
        return author.id
    holders = orders.holders_at(session, now=now)
    anybody = partial(voters, session, at=now)
    found = orders.entitled(Office.FACILITATOR.value, holders, frozenset(), voters=anybody)
    return min(found, default=None)
