"""Orders: queued by ratification, signed by officers, used once or expired.

Who may act is told by office. Where an office has no holder who may act, any officer stands in,
and where there is none, any member who had a vote: what is carried out is fixed in any case, and
a co-op must not be locked out of its own decisions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.duties import schedule
from app.core.errors import NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.actor import Actor
from app.members.models import Mandate, Member
from app.members.queries import is_running
from app.members.states import MemberState
from governance import log
from governance.effects import Effects, Planned, read_effect
from governance.eligibility import Why
from governance.events import OrderEnded, OrderReady
from governance.lifecycle import State
from governance.models import (
    Approval,
    Elector,
    Enactment,
    EnactmentOrder,
    OrderState,
    Proposal,
    ProposalRevision,
)
from governance.owed import EXPIRE, OfOrder
from governance.proposals import locked as locked_proposal
from governance.proposals import move
from governance.refusals import Code, refusal
from governance.rules import OFFICES, DecisionType
from governance.seals import Kind, measure

OPEN = frozenset({OrderState.WAITING, OrderState.APPROVED})
Holders = Mapping[str, frozenset[int]]


def queue(
    session: Session, proposal: Proposal, revision: ProposalRevision, *, now: datetime
) -> None:
    """Make the order of a ratified proposal, if its rule lets anybody carry something out."""
    rule = proposal.frozen_rule
    if not revision.effects or rule.enacting.office is None:
        return
    if proposal.type is DecisionType.EMERGENCY:
        return  # It has been done; the members said that it may stand.
    assert proposal.ratified_at is not None
    done = measure(revision.effects)
    order = EnactmentOrder(
        proposal_id=proposal.id,
        measure=done,
        payload_hash=digest(done),
        not_before=proposal.ratified_at,
        not_after=proposal.ratified_at + timedelta(days=rule.days.window),
        office=rule.enacting.office,
        approvals_needed=rule.enacting.approvals,
        approved_by=rule.enacting.approved_by,
    )
    session.add(order)
    session.flush()  # The log and the duty refer to its key.
    move(proposal, State.QUEUED)
    log.record(
        session,
        Kind.QUEUED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        payload_hash=order.payload_hash,
        office=order.office,
        not_before=order.not_before.isoformat(),
        not_after=order.not_after.isoformat(),
    )
    schedule(session, EXPIRE, OfOrder(order_id=order.id), due_at=order.not_after)
    publish(
        session,
        OrderReady(
            order.id,
            proposal.id,
            proposal.title,
            order.office,
            order.not_after,
            at=now,
        ),
    )


def approve(
    session: Session,
    order_id: int,
    *,
    actor: Actor,
    effects: Effects,
    now: datetime,
) -> EnactmentOrder:
    """Sign an order as another officer; with the last signature it is approved.

    Raises: NotFound; NotYours and NotNow, with the code of the rule that failed.
    """
    order, proposal = locked(session, order_id)
    check_approver(session, order, effects, actor.member_id, now=now)
    session.add(Approval(order_id=order.id, member_id=actor.member_id, created_at=now))
    log.record(
        session,
        Kind.APPROVED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        payload_hash=order.payload_hash,
        by=str(actor.member_id),
    )
    if len(_signed(session, order)) >= order.approvals_needed:
        order.state = OrderState.APPROVED
    return order


def expire(session: Session, order_id: int, *, now: datetime) -> None:
    """Let an unused order expire, in public, once its window is over."""
    order, proposal = locked(session, order_id)
    if order.state not in OPEN or now < order.not_after:
        return
    end(order, OrderState.EXPIRED, by_id=None, now=now)
    move(proposal, State.EXPIRED)
    log.record(
        session,
        Kind.EXPIRED,
        now=now,
        proposal=str(proposal.id),
        order=str(order.id),
        office=order.office,
    )
    publish(session, OrderEnded(order.id, proposal.id, proposal.title, order.state, at=now))


def locked(session: Session, order_id: int) -> tuple[EnactmentOrder, Proposal]:
    """Return an order and its proposal, locked in the order in which all lock them.

    Raises: NotFound.
    """
    proposal_id = session.scalar(
        select(EnactmentOrder.proposal_id).where(EnactmentOrder.id == order_id)
    )
    if proposal_id is None:
        raise NotFound(say("There is no such order."))
    proposal = locked_proposal(session, proposal_id)
    order = lock(session, EnactmentOrder, order_id)
    assert order is not None
    return order, proposal


def end(
    order: EnactmentOrder,
    state: OrderState,
    *,
    by_id: int | None,
    now: datetime,
    failure: str | None = None,
) -> None:
    """Close the order for good."""
    order.state, order.ended_at, order.ended_by_id, order.failure = state, now, by_id, failure


def check_open(order: EnactmentOrder, *, now: datetime) -> None:
    """Raise NotNow unless the order is unused and inside its window."""
    if order.state not in OPEN:
        raise refusal(Code.USED)
    if now < order.not_before:
        raise refusal(Code.TOO_EARLY)
    if now >= order.not_after:
        raise refusal(Code.TOO_LATE)


def check_usable(order: EnactmentOrder, revision: ProposalRevision, *, now: datetime) -> None:
    """Raise NotNow unless the order is open and is for what was ratified, hash for hash."""
    check_open(order, now=now)
    hashes = {order.payload_hash, digest(order.measure), digest(measure(revision.effects))}
    if len(hashes) != 1 or digest(revision.content()) != revision.hash:
        raise refusal(Code.OTHER_TEXT)


def check_approver(
    session: Session, order: EnactmentOrder, effects: Effects, member_id: int, *, now: datetime
) -> None:
    """Raise NotYours or NotNow unless the member may sign the order at this moment."""
    check_open(order, now=now)
    gaining = beneficiaries(session, planned_by(order, effects))
    if not order.approvals_needed:
        raise refusal(Code.NO_APPROVAL_NEEDED)
    if member_id in gaining:
        raise refusal(Code.BENEFICIARY)
    if member_id not in _approvers(session, order, gaining, now=now):
        raise refusal(Code.NOT_THE_OFFICE)
    if session.get(Approval, (order.id, member_id)):
        raise refusal(Code.APPROVED_BEFORE)


def check_enactor(
    session: Session,
    order: EnactmentOrder,
    member_id: int,
    gaining: frozenset[int],
    *,
    now: datetime,
) -> None:
    """Raise NotYours unless the member may carry the order out at this moment."""
    if member_id in gaining:
        raise refusal(Code.BENEFICIARY)
    holders = holders_at(session, now=now)
    if member_id not in entitled(order.office, holders, gaining, voters=_voters(session, order)):
        raise refusal(Code.NOT_THE_OFFICE)


def check_approvals(
    session: Session,
    order: EnactmentOrder,
    member_id: int,
    gaining: frozenset[int],
    *,
    now: datetime,
) -> None:
    """Raise NotNow unless enough others have signed who may sign now."""
    if not order.approvals_needed:
        return
    signed = _signed(session, order) & _approvers(session, order, gaining, now=now)
    if len(signed - {member_id}) < order.approvals_needed:
        raise refusal(Code.APPROVALS_MISSING)


def planned_by(order: EnactmentOrder, effects: Effects) -> Sequence[Planned]:
    """Return what the order carries out."""
    return [read_effect(effects, one) for one in order.measure]


def beneficiaries(session: Session, planned: Iterable[Planned]) -> frozenset[int]:
    """Return the members who gain by the effects and so must not act on them."""
    gaining = (one.effect.beneficiaries(session, one.payload) for one in planned)
    return frozenset().union(*gaining)


def effective_at(
    order: EnactmentOrder, proposal: Proposal, planned: Iterable[Planned]
) -> datetime:
    """Return when the effects begin to hold: the longest notice after the ratification."""
    days = [proposal.frozen_rule.days.notice]
    days += [one.effect.notice_days(one.payload) for one in planned]
    return order.not_before + timedelta(days=max(days))


def mark_superseded(session: Session, proposal: Proposal) -> None:
    """Mark the decisions of which everything that was enacted has been replaced since."""
    session.flush()
    subjects = _subjects(session, [proposal.id])[proposal.id]
    earlier = select(EnactmentOrder.proposal_id).join(
        Enactment, Enactment.order_id == EnactmentOrder.id
    )
    affected = session.scalars(
        earlier.where(
            Enactment.subject.in_(subjects - {None}), EnactmentOrder.proposal_id != proposal.id
        )
    ).all()
    for id_, of_it in _subjects(session, affected).items():
        other = locked_proposal(session, id_)
        if other.state is State.ENACTED and of_it <= subjects:
            move(other, State.SUPERSEDED)


def holders_at(session: Session, *, now: datetime) -> Holders:
    """Return the members who hold each office now; the power of a suspended one rests."""
    held = (
        select(Mandate.office, Mandate.member_id)
        .join(Member, Member.id == Mandate.member_id)
        .where(is_running(now), Member.state == MemberState.ACTIVE)
    )
    found: dict[str, set[int]] = {office: set() for office in OFFICES}
    for office, member_id in session.execute(held):
        found[office].add(member_id)
    return {office: frozenset(members) for office, members in found.items()}


def entitled(
    office: str | None,
    holders: Holders,
    excluded: frozenset[int],
    *,
    voters: Callable[[], frozenset[int]],
    needed: int = 1,
) -> frozenset[int]:
    """Return who may act for `office` (None: any office), or stands in where too few may."""
    of_office = holders[office] if office else frozenset()
    anybody: frozenset[int] = frozenset().union(*holders.values())
    for pool in (of_office, anybody):
        if len(pool - excluded) >= needed:
            return pool - excluded
    return voters() - excluded


def _approvers(
    session: Session, order: EnactmentOrder, gaining: frozenset[int], *, now: datetime
) -> frozenset[int]:
    # One more than is needed, because who carries it out does not count as another.
    return entitled(
        order.approved_by,
        holders_at(session, now=now),
        gaining,
        voters=_voters(session, order),
        needed=order.approvals_needed + 1,
    )


def _voters(session: Session, order: EnactmentOrder) -> Callable[[], frozenset[int]]:
    def read() -> frozenset[int]:
        """Return the members who had a vote and are members still."""
        voters = (
            select(Elector.member_id)
            .join(Member, Member.id == Elector.member_id)
            .where(
                Elector.proposal_id == order.proposal_id,
                Elector.why == Why.IN_STANDING,
                Member.state == MemberState.ACTIVE,
            )
        )
        return frozenset(session.scalars(voters))

    return read


def _signed(session: Session, order: EnactmentOrder) -> frozenset[int]:
    signed = select(Approval.member_id).where(Approval.order_id == order.id)
    return frozenset(session.scalars(signed))


def _subjects(session: Session, proposal_ids: Iterable[int]) -> dict[int, set[str | None]]:
    ids = list(proposal_ids)
    enacted = (
        select(EnactmentOrder.proposal_id, Enactment.subject)
        .join(Enactment, Enactment.order_id == EnactmentOrder.id)
        .where(EnactmentOrder.proposal_id.in_(ids))
    )
    found: dict[int, set[str | None]] = {id_: set() for id_ in ids}
    for id_, subject in session.execute(enacted):
        found[id_].add(subject)
    return found
