"""The only door to what belongs to the members: documents, the constitution, offices, rates.

An order carries out exactly what was ratified, once, inside its window, by a holder of its office
who gains nothing by it. An officer's act without a decision (`governance.emergencies`) does only
what can be undone, and is undone unless the members agree. Whoever else asks is refused with the
rule that failed; the database refuses again behind it.
Source: governance research 7.3, invariants 4, 5 and 7.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import AppError, Invalid
from app.core.events import publish
from app.core.faults import fault
from app.core.words import say
from app.members.actor import Actor
from governance import log, orders
from governance.effects import Effects, Planned, Warrant
from governance.events import OrderEnacted, OrderEnded
from governance.lifecycle import State
from governance.models import (
    EmergencyAction,
    EmergencyState,
    Enactment,
    EnactmentOrder,
    OrderState,
    Proposal,
    ProposalRevision,
)
from governance.models.orders import FOUNDED
from governance.proposals import move, revision_of
from governance.refusals import Code, refusal
from governance.seals import Kind


def enact(
    session: Session,
    order_id: int,
    *,
    actor: Actor,
    effects: Effects,
    now: datetime,
    proof: str | None = None,
) -> EnactmentOrder:
    """Carry an order out: all of its effects, or none.

    If an effect no longer fits the world, nothing of it happens and the order comes back failed,
    with the reason; it then needs a new decision. `proof` is a link for effects that no machine
    can carry out. Proposal, order and log stay locked until the caller commits.

    Raises: NotFound; NotYours and NotNow, with the code of the rule that failed; Invalid without
    a proof that is needed.
    """
    order, proposal = orders.locked(session, order_id)
    revision = revision_of(session, proposal)
    planned = orders.planned_by(order, effects)
    gaining = orders.beneficiaries(session, planned)
    orders.check_usable(order, revision, now=now)
    orders.check_enactor(session, order, actor.member_id, gaining, now=now)
    orders.check_approvals(session, order, actor.member_id, gaining, now=now)
    _check_not_overtaken(session, proposal, revision, planned)
    _check_proof(planned, proof)
    try:
        with session.begin_nested():
            _carry_out(session, order, proposal, planned, actor=actor, now=now, proof=proof)
    except AppError as misfit:
        _fail(session, order, proposal, actor=actor, reason=misfit.message, now=now)
    fault("governance.enacting")
    return order


def check_warrant(session: Session, warrant: Warrant) -> None:
    """Raise NotYours unless `warrant` is of an enactment that is being carried out right now.

    Every function that writes what belongs to the members calls this first.
    """
    enactment = session.get(Enactment, warrant.enactment_id)
    if enactment is None or enactment.payload_hash != _hash(warrant.kind, warrant.payload):
        raise refusal(Code.NO_ORDER)
    if enactment.emergency_id is not None:
        act = session.get_one(EmergencyAction, enactment.emergency_id)
        if act.state is not EmergencyState.STANDING or act.proposal_id != warrant.decision_id:
            raise refusal(Code.NO_ORDER)
        return
    if enactment.order_id is None:
        # The founding is one transaction, before there is any proposal.
        if session.scalar(select(exists().where(Proposal.id.is_not(None)))):
            raise refusal(Code.NO_ORDER)
        return
    order = session.get_one(EnactmentOrder, enactment.order_id)
    if order.state not in orders.OPEN or order.proposal_id != warrant.decision_id:
        raise refusal(Code.NO_ORDER)


def founding_warrant(
    session: Session,
    subject: str,
    *,
    kind: str,
    payload: dict[str, Any],
    by_id: int,
    now: datetime,
) -> Warrant:
    """Return the warrant for one act of the founding; each can be asked for once.

    Raises: NotYours after the founding.
    """
    reference = FOUNDED + subject
    founded = select(exists().where(Enactment.reference == reference))
    if session.scalar(founded) or session.scalar(select(exists().where(Proposal.id.is_not(None)))):
        raise refusal(Code.NO_ORDER)
    enactment = Enactment(
        order_id=None,
        position=0,
        reference=reference,
        kind=kind,
        payload_hash=_hash(kind, payload),
        subject=None,
        by_id=by_id,
        at=now,
    )
    session.add(enactment)
    session.flush()  # What it writes refers to its key.
    return Warrant(enactment.id, None, kind, payload, by_id, effective_at=now, now=now)


def act_at_once(
    session: Session, act: EmergencyAction, planned: Sequence[Planned], *, now: datetime
) -> None:
    """Do what an officer does without a decision; it takes effect now.

    Raises: NotYours for what only a decision can do; AppError for what does not fit.
    """
    check_urgent(planned)
    for position, one in enumerate(planned):
        one.effect.check(session, one.payload, now)
        warrant = _warrant_of(session, act, position, one, now=now)
        one.effect.apply(session, one.payload, warrant)


def undo_act(
    session: Session, act: EmergencyAction, planned: Sequence[Planned], *, now: datetime
) -> None:
    """Write back what stood before the act, last first.

    What members decided about the same since stays as they decided it.
    """
    for position, one in reversed(list(enumerate(planned))):
        assert one.effect.restore is not None, "checked when it was done"
        if _decided_since(session, one, act):
            continue
        warrant = _warrant_of(session, act, len(planned) + position, one, now=now)
        one.effect.restore(session, one.payload, warrant)


def check_urgent(planned: Sequence[Planned]) -> None:
    """Raise NotYours unless all of it may be done before the members decide."""
    if not planned or not all(
        one.effect.is_urgent(one.payload) and one.effect.restore for one in planned
    ):
        raise refusal(Code.NEEDS_A_DECISION)


def _warrant_of(
    session: Session, act: EmergencyAction, position: int, one: Planned, *, now: datetime
) -> Warrant:
    enactment = Enactment(
        emergency_id=act.id,
        position=position,
        reference=f"emergency:{act.id}:{position}",
        kind=one.kind,
        payload_hash=digest(one.measure),
        subject=one.effect.subject(one.payload),
        by_id=act.by_id,
        at=now,
    )
    session.add(enactment)
    session.flush()  # What the effect writes refers to its key.
    payload = one.measure["payload"]
    return Warrant(
        enactment.id, act.proposal_id, one.kind, payload, act.by_id, effective_at=now, now=now
    )


def _decided_since(session: Session, one: Planned, act: EmergencyAction) -> bool:
    since = (
        Enactment.order_id.is_not(None),
        Enactment.subject == one.effect.subject(one.payload),
        Enactment.id > act.id,  # Ids follow time, also within one moment.
    )
    return bool(session.scalar(select(exists().where(*since))))


def _check_not_overtaken(
    session: Session, proposal: Proposal, revision: ProposalRevision, planned: Sequence[Planned]
) -> None:
    """Refuse what another decision on the same matter has overtaken since the text was frozen."""
    subjects = {one.effect.subject(one.payload) for one in planned} - {None}
    meanwhile = (
        select(EnactmentOrder.proposal_id)
        .join(Enactment, Enactment.order_id == EnactmentOrder.id)
        .where(Enactment.subject.in_(subjects), Enactment.at >= proposal.frozen_at)
    )
    named = {int(one) for one in revision.supersedes}
    if set(session.scalars(meanwhile)) - named:
        raise refusal(Code.OVERTAKEN)


def _check_proof(planned: Sequence[Planned], proof: str | None) -> None:
    if not any(one.effect.needs_proof for one in planned):
        return
    if not proof or not proof.startswith(("https://", "http://")) or len(proof) > 2000:
        text = say("Give the address of a page that shows it was done.")
        raise Invalid(text, proof=text)


def _carry_out(
    session: Session,
    order: EnactmentOrder,
    proposal: Proposal,
    planned: Sequence[Planned],
    *,
    actor: Actor,
    now: datetime,
    proof: str | None,
) -> None:
    effective_at = max(orders.effective_at(order, proposal, planned), now)
    for position, one in enumerate(planned):
        one.effect.check(session, one.payload, now)
        enactment = _enactment(order, position, one, by_id=actor.member_id, now=now, proof=proof)
        session.add(enactment)
        session.flush()  # What the effect writes refers to its key.
        measure = one.measure
        warrant = Warrant(
            enactment.id,
            proposal.id,
            one.kind,
            measure["payload"],
            actor.member_id,
            effective_at=effective_at,
            now=now,
            proof=proof,
        )
        one.effect.apply(session, one.payload, warrant)
    _finish(session, order, proposal, actor=actor, proof=proof, now=now)


def _enactment(
    order: EnactmentOrder,
    position: int,
    one: Planned,
    *,
    by_id: int,
    now: datetime,
    proof: str | None,
) -> Enactment:
    return Enactment(
        order_id=order.id,
        position=position,
        reference=f"order:{order.id}:{position}",
        kind=one.kind,
        payload_hash=digest(one.measure),
        subject=one.effect.subject(one.payload),
        by_id=by_id,
        at=now,
        proof=proof,
    )


def _finish(
    session: Session,
    order: EnactmentOrder,
    proposal: Proposal,
    *,
    actor: Actor,
    proof: str | None,
    now: datetime,
) -> None:
    orders.end(order, OrderState.ENACTED, by_id=actor.member_id, now=now)
    move(proposal, State.ENACTED)
    log.record(
        session,
        Kind.ENACTED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        payload_hash=order.payload_hash,
        by=str(actor.member_id),
        proof=proof,
    )
    orders.mark_superseded(session, proposal)
    publish(session, OrderEnacted(order.id, proposal.id, proposal.title, actor.member_id, at=now))


def _fail(
    session: Session,
    order: EnactmentOrder,
    proposal: Proposal,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    orders.end(order, OrderState.FAILED, by_id=actor.member_id, now=now, failure=str(reason))
    move(proposal, State.FAILED_ENACTMENT)
    log.record(
        session,
        Kind.FAILED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        by=str(actor.member_id),
        reason=str(reason),
    )
    publish(session, OrderEnded(order.id, proposal.id, proposal.title, order.state, at=now))


def _hash(kind: str, payload: Any) -> str:
    return digest({"kind": kind, "payload": payload})
