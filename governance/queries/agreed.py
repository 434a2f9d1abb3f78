"""House rules and statements that stand, and whether it is time to look at them again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from governance.lifecycle import State
from governance.models import Proposal, ProposalRevision
from governance.service.reviewing import due_at
from governance.statements import REVIEWED, may_be_reviewed
from governance.views import AgreedView

STANDING: Final = frozenset({State.RATIFIED, State.ENACTED})
ROWS_MAX: Final = 200


def agreed_views(session: Session, *, now: datetime) -> Sequence[AgreedView]:
    """Return what was agreed in words of its own and stands, the newest first."""
    review = aliased(Proposal)
    rows = session.execute(
        select(Proposal, ProposalRevision, review.id, review.state)
        .join(
            ProposalRevision,
            (ProposalRevision.proposal_id == Proposal.id)
            & (ProposalRevision.number == Proposal.revision),
        )
        .outerjoin(review, review.reviews_id == Proposal.id)
        .where(Proposal.type.in_(REVIEWED), Proposal.state.in_(STANDING))
        .order_by(Proposal.id.desc())
        .limit(ROWS_MAX)
    )
    return [
        _view(proposal, revision, review_id, state, now=now)
        for proposal, revision, review_id, state in rows
        if may_be_reviewed(proposal.type, (one["kind"] for one in revision.effects))
    ]


def _view(
    proposal: Proposal,
    revision: ProposalRevision,
    review_id: int | None,
    state: State | None,
    *,
    now: datetime,
) -> AgreedView:
    assert proposal.ratified_at is not None
    review_on = revision.review_on
    return AgreedView(
        id=proposal.id,
        type=proposal.type,
        title=proposal.title,
        settled_at=proposal.ratified_at,
        review_on=review_on,
        is_overdue=review_on is not None and due_at(review_on) <= now,
        review_id=review_id,
        review_state=state,
    )
