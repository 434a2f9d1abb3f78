"""What was done without a decision, as members and people in office see it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words import say
from governance.effects import Effects
from governance.models import EmergencyAction, EmergencyState, Proposal
from governance.proposals import revision_of
from governance.queries.people import people_by_id
from governance.queries.proposal import effect_views
from governance.views import ActView


def act_view(session: Session, act_id: int, *, effects: Effects) -> ActView:
    """Return one act. Raises: NotFound."""
    act = session.get(EmergencyAction, act_id)
    if act is None:
        raise NotFound(say("Nothing of that number was done without a decision."))
    return _view(session, act, effects)


def act_of_proposal(session: Session, proposal_id: int, *, effects: Effects) -> ActView | None:
    """Return the act that a proposal asks about, if it asks about one."""
    about = select(EmergencyAction).where(EmergencyAction.proposal_id == proposal_id)
    act = session.scalar(about)
    return _view(session, act, effects) if act else None


def act_views(
    session: Session,
    *,
    effects: Effects,
    states: Sequence[EmergencyState] = (),
    limit: int = 40,
) -> Sequence[ActView]:
    """Return acts, newest first; empty `states` mean all."""
    wanted = select(EmergencyAction).order_by(EmergencyAction.id.desc()).limit(limit)
    if states:
        wanted = wanted.where(EmergencyAction.state.in_(states))
    return [_view(session, act, effects) for act in session.scalars(wanted).all()]


def _view(session: Session, act: EmergencyAction, effects: Effects) -> ActView:
    proposal = session.get_one(Proposal, act.proposal_id)
    return ActView(
        id=act.id,
        proposal_id=proposal.id,
        title=proposal.title,
        effects=effect_views(revision_of(session, proposal).effects, effects),
        payload_hash=act.payload_hash,
        reason=act.reason,
        office=act.office,
        person=people_by_id(session, [act.by_id])[act.by_id],
        at=act.at,
        expires_at=act.expires_at,
        closes_at=proposal.closes_at,
        state=act.state,
        ended_at=act.ended_at,
        ended_because=act.ended_because,
    )
