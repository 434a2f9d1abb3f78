"""Undoing a decision: by another one, under the same rule, that names the first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.words import say
from governance.effects import Effects, Planned, read_effect
from governance.lifecycle import State
from governance.models import Enactment, EnactmentOrder
from governance.proposals import locked
from governance.rules import DecisionType
from governance.service.drafting import TITLE_MAX, Draft


def repeal_draft(session: Session, proposal_id: int, *, effects: Effects) -> Draft:
    """Return a draft that undoes what the decision did, last effect first, for its author to edit.

    Raises: NotFound; Conflict unless it was carried out, stands, and can be undone.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is not State.ENACTED:
        raise Conflict(say("Only a decision that was carried out can be undone."))
    rows = session.scalars(
        select(Enactment)
        .join(EnactmentOrder, EnactmentOrder.id == Enactment.order_id)
        .where(EnactmentOrder.proposal_id == proposal.id)
        .order_by(Enactment.position.desc())
    ).all()
    order = session.get_one(EnactmentOrder, rows[0].order_id)
    undoing = [
        _inverse(session, read_effect(effects, order.measure[row.position]), row, effects)
        for row in rows
    ]
    allowed = frozenset(DecisionType).intersection(
        *(one.effect.types(one.payload) for one in undoing)
    )
    if not allowed:
        raise Conflict(say("Its parts must be undone one by one."))
    kind = proposal.type if proposal.type in allowed else min(allowed)
    title = str(say("Repeal: {title}", title=proposal.title))
    return Draft(
        type=kind,
        title=title[:TITLE_MAX],
        effects=[one.measure for one in undoing],
        supersedes=[proposal.id],
    )


def _inverse(session: Session, done: Planned, row: Enactment, effects: Effects) -> Planned:
    if done.effect.inverse is None:
        raise Conflict(say("What this decision did cannot be undone."))
    kind, payload = done.effect.inverse(session, done.payload, row.id)
    return Planned(kind, effects[kind], payload)
