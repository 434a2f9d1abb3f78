"""Orders, and whether the viewer may act on them: asked of the guard's own checks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.errors import AppError, NotFound
from app.core.records import Record
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
    wanted = select(EnactmentOrder).order_by(EnactmentOrder.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(EnactmentOrder.id < before)
    if states:
        wanted = wanted.where(EnactmentOrder.state.in_(states))
    orders = session.scalars(wanted).all()
    return _views(session, orders, viewer=viewer, effects=effects, now=now)


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
    return _views(session, [order], viewer=viewer, effects=effects, now=now)[0]


def declined_views(session: Session, order_id: int) -> Sequence[DeclinationView]:
    """Return who said that they will not carry an order out, and why, oldest first."""
    rows = session.scalars(_declinations([order_id])).all()
    people = people_by_id(session, {row.member_id for row in rows})
    return [_declined(row, people) for row in rows]


class _Beside(Record):
    """What stands beside some orders in other tables, read for all of them at once."""

    wordings: Mapping[int, tuple[Proposal, ProposalRevision]]  # By the id of the proposal.
    approvals: Sequence[Approval]
    declinations: Sequence[Declination]
    proofs: Mapping[int | None, str | None]
    people: Mapping[int, Person]
    starts: Sequence[tuple[str, int, datetime]]  # Of mandates of those in office: since when.
    holders: lawful.Holders


def _read_beside(session: Session, orders: Sequence[EnactmentOrder], *, now: datetime) -> _Beside:
    ids = [order.id for order in orders]
    wordings = session.execute(
        select(Proposal, ProposalRevision)
        .join(
            ProposalRevision,
            (ProposalRevision.proposal_id == Proposal.id)
            & (ProposalRevision.number == Proposal.revision),
        )
        .where(Proposal.id.in_([order.proposal_id for order in orders]))
    )
    signed = select(Approval).where(Approval.order_id.in_(ids)).order_by(Approval.created_at)
    approvals = session.scalars(signed).all()
    declinations = session.scalars(_declinations(ids)).all()
    shown = select(Enactment.order_id, Enactment.proof).where(
        Enactment.order_id.in_(ids), Enactment.proof.is_not(None)
    )
    holders = lawful.holders_at(session, now=now)
    everybody: frozenset[int] = frozenset().union(*holders.values())
    since = select(Mandate.office, Mandate.member_id, Mandate.starts_at)
    starts = session.execute(since.where(Mandate.member_id.in_(everybody))).all()
    people = everybody | {row.member_id for row in approvals}
    people |= {row.member_id for row in declinations}
    people |= {order.ended_by_id for order in orders if order.ended_by_id}
    return _Beside(
        wordings={proposal.id: (proposal, wording) for proposal, wording in wordings},
        approvals=approvals,
        declinations=declinations,
        proofs=dict(iter(session.execute(shown))),
        people=people_by_id(session, people),
        starts=[(office, member_id, at) for office, member_id, at in starts],
        holders=holders,
    )


def _views(
    session: Session,
    orders: Sequence[EnactmentOrder],
    *,
    viewer: Actor | None,
    effects: Effects,
    now: datetime,
) -> Sequence[OrderView]:
    if not orders:
        return []
    beside = _read_beside(session, orders, now=now)
    return [
        _view(session, order, beside, viewer=viewer, effects=effects, now=now) for order in orders
    ]


def _view(
    session: Session,
    order: EnactmentOrder,
    beside: _Beside,
    *,
    viewer: Actor | None,
    effects: Effects,
    now: datetime,
) -> OrderView:
    proposal, revision = beside.wordings[order.proposal_id]
    planned = lawful.planned_by(order, effects)
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
        approvals=[
            ApprovalView(beside.people[row.member_id], row.created_at)
            for row in beside.approvals
            if row.order_id == order.id
        ],
        declined=[
            _declined(row, beside.people)
            for row in beside.declinations
            if row.order_id == order.id
        ],
        idle=_idle(session, order, planned, beside),
        needs_proof=any(one.effect.needs_proof for one in planned),
        ended_at=order.ended_at,
        ended_by=beside.people.get(order.ended_by_id or 0),
        proof=beside.proofs.get(order.id),
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


def _declinations(order_ids: Sequence[int]) -> Select[Declination]:
    wanted = select(Declination).where(Declination.order_id.in_(order_ids))
    return wanted.order_by(Declination.created_at, Declination.member_id)


def _declined(row: Declination, people: Mapping[int, Person]) -> DeclinationView:
    return DeclinationView(people[row.member_id], row.reason, row.created_at)


def _idle(
    session: Session, order: EnactmentOrder, planned: Sequence[Planned], beside: _Beside
) -> Sequence[Person]:
    """Return who let the order expire: in its office then and now, and free to act."""
    if order.state is not OrderState.EXPIRED:
        return []
    then = {
        member_id
        for office, member_id, at in beside.starts
        if office == order.office and at < order.not_after
    }
    still = beside.holders[order.office] - lawful.beneficiaries(session, planned)
    return [beside.people[one] for one in sorted(still & then)]


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
