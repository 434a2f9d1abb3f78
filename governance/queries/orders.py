"""Orders, and whether the viewer may act on them: asked of the guard's own checks."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import AppError, NotFound
from app.core.words import say
from app.members.actor import Actor
from app.members.models import Mandate
from app.members.offices import Office
from governance import orders as lawful
from governance.effects import Effects, Planned
from governance.models import (
    Approval,
    Declination,
    Enactment,
    EnactmentOrder,
    OrderState,
    Proposal,
    ProposalRevision,
)
from governance.proposals import revision_of
from governance.queries.people import people_by_id
from governance.queries.proposal import effect_views
from governance.refusals import NotNow, NotYours, sentence_of
from governance.service.declining import check_decliner
from governance.views import ApprovalView, DeclinationView, OrderView, Person


def order_views(
    session: Session,
    *,
    viewer: Actor | None,
    effects: Effects,
    now: datetime,
    states: Sequence[OrderState] = (),
    before: int | None = None,
    limit: int = 40,
) -> Sequence[OrderView]:
    """Return orders, newest first, from before the id `before`; empty `states` mean all."""
    wanted = select(EnactmentOrder.id).order_by(EnactmentOrder.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(EnactmentOrder.id < before)
    if states:
        wanted = wanted.where(EnactmentOrder.state.in_(states))
    return [
        order_view(session, order_id, viewer=viewer, effects=effects, now=now)
        for order_id in session.scalars(wanted).all()
    ]


def orders_waiting_for(
    session: Session, viewer: Actor, *, effects: Effects, now: datetime
) -> Sequence[OrderView]:
    """Return the open orders that wait for the viewer: to be carried out or signed."""
    open_ones = order_views(
        session, viewer=viewer, effects=effects, now=now, states=sorted(lawful.OPEN), limit=100
    )
    return [
        one
        for one in open_ones
        if None in (one.enact_refusal, one.approve_refusal)
        and viewer.member_id not in {other.person.member_id for other in one.declined}
    ]


def order_view(
    session: Session, order_id: int, *, viewer: Actor | None, effects: Effects, now: datetime
) -> OrderView:
    """Return one order. Raises: NotFound."""
    order = session.get(EnactmentOrder, order_id)
    if order is None:
        raise NotFound(say("There is no such order."))
    proposal = session.get_one(Proposal, order.proposal_id)
    revision = revision_of(session, proposal)
    planned = lawful.planned_by(order, effects)
    approvals = _approvals(session, order)
    ended_by = people_by_id(session, [order.ended_by_id]) if order.ended_by_id else {}
    return OrderView(
        id=order.id,
        proposal_id=proposal.id,
        title=proposal.title,
        type=proposal.type,
        effects=effect_views(revision.effects, effects),
        payload_hash=order.payload_hash,
        state=order.state,
        not_before=order.not_before,
        not_after=order.not_after,
        in_force_at=lawful.effective_at(order, proposal, planned),
        office=Office(order.office),
        approvals_needed=order.approvals_needed,
        approvals=approvals,
        declined=declined_views(session, order.id),
        idle=_idle(session, order, planned, now=now),
        needs_proof=any(one.effect.needs_proof for one in planned),
        ended_at=order.ended_at,
        ended_by=ended_by.get(order.ended_by_id or 0),
        proof=session.scalar(select(Enactment.proof).where(Enactment.order_id == order.id)),
        failure=order.failure,
        enact_refusal=_refusal(
            viewer, lambda id_: _check_enact(session, order, revision, effects, id_, now=now)
        ),
        approve_refusal=_refusal(
            viewer, lambda id_: lawful.check_approver(session, order, effects, id_, now=now)
        ),
        decline_refusal=_refusal(
            viewer, lambda id_: check_decliner(session, order, effects, id_, now=now)
        ),
    )


def declined_views(session: Session, order_id: int) -> Sequence[DeclinationView]:
    """Return who said that they will not carry an order out, and why, oldest first."""
    rows = session.scalars(
        select(Declination)
        .where(Declination.order_id == order_id)
        .order_by(Declination.created_at, Declination.member_id)
    ).all()
    people = people_by_id(session, {row.member_id for row in rows})
    return [DeclinationView(people[row.member_id], row.reason, row.created_at) for row in rows]


def _approvals(session: Session, order: EnactmentOrder) -> Sequence[ApprovalView]:
    rows = session.scalars(
        select(Approval).where(Approval.order_id == order.id).order_by(Approval.created_at)
    ).all()
    people = people_by_id(session, {row.member_id for row in rows})
    return [ApprovalView(people[row.member_id], row.created_at) for row in rows]


def _idle(
    session: Session, order: EnactmentOrder, planned: Sequence[Planned], *, now: datetime
) -> Sequence[Person]:
    """Return who let the order expire: in its office then and now, and free to act."""
    if order.state is not OrderState.EXPIRED:
        return []
    then = select(Mandate.member_id).where(
        Mandate.office == order.office, Mandate.starts_at < order.not_after
    )
    gaining = lawful.beneficiaries(session, planned)
    still = lawful.holders_at(session, now=now)[order.office] - gaining
    ids = sorted(still & set(session.scalars(then)))
    people = people_by_id(session, ids)
    return [people[one] for one in ids]


def _check_enact(
    session: Session,
    order: EnactmentOrder,
    revision: ProposalRevision,
    effects: Effects,
    member_id: int,
    *,
    now: datetime,
) -> None:
    gaining = lawful.beneficiaries(session, lawful.planned_by(order, effects))
    lawful.check_usable(order, revision, now=now)
    lawful.check_enactor(session, order, member_id, gaining, now=now)
    lawful.check_approvals(session, order, member_id, gaining, now=now)


def _refusal(viewer: Actor | None, check: Callable[[int], Any]) -> str | None:
    if viewer is None:
        return say("Please sign in.")
    try:
        check(viewer.member_id)
    except (NotYours, NotNow) as refused:
        return sentence_of(refused.code)
    except AppError as refused:
        return refused.message
    return None
