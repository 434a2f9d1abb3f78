"""Orders, for programs of people in office."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Depends, Path, Query
from pydantic import BaseModel, Field

from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.paging import NewestFirst
from app.members.offices import Office
from governance import guard, orders, service
from governance.api.common import ActsDep, Form, ReadsDep
from governance.effects import NO_NUL
from governance.models import OrderState
from governance.pages.common import EffectsDep, read_id
from governance.queries import order_view, order_views
from governance.service.declining import REASON_MAX
from governance.views import DeclinationView, OrderView

router = api_router(prefix="/api/coop/v1/orders", tags=["orders"])


async def order_in_path(order_id: Annotated[str, Path(max_length=40)]) -> int:
    """Read the number of an order in the address. Raises: NotFound."""
    return read_id(order_id)


OrderId = Annotated[int, Depends(order_in_path)]


class EnactForm(Form):
    """Where it can be seen that something was done, if no machine can do it."""

    proof: str | None = Field(default=None, max_length=2000, pattern=NO_NUL)


class DeclineForm(Form):
    """Why an officer will not carry an order out; everybody reads it."""

    reason: str = Field(min_length=1, max_length=REASON_MAX, pattern=NO_NUL)


class DeclinationEntity(BaseModel):
    """An officer's word that they will not carry an order out."""

    by: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, view: DeclinationView) -> Self:
        """Build the entity from its view."""
        return cls(by=view.person.username, reason=view.reason, at=view.at)


class OrderEntity(BaseModel):
    """An order: what exactly is carried out, by which office, and between which moments."""

    id: str
    url: str
    proposal_id: str
    effect: str
    payload_hash: str
    state: OrderState
    not_before: datetime
    not_after: datetime
    in_force_at: datetime
    may_enact: Office
    approvals_needed: int
    approvals: list[str]
    declined: list[DeclinationEntity]
    needs_proof: bool
    ended_at: datetime | None
    failure: str | None

    @classmethod
    def of(cls, view: OrderView) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.id),
            url=f"/duties/admin/orders#order-{view.id}",
            proposal_id=str(view.proposal_id),
            effect=view.effect,
            payload_hash=view.payload_hash,
            state=view.state,
            not_before=view.not_before,
            not_after=view.not_after,
            in_force_at=view.in_force_at,
            may_enact=view.office,
            approvals_needed=view.approvals_needed,
            approvals=[one.person.username for one in view.approvals],
            declined=[DeclinationEntity.of(one) for one in view.declined],
            needs_proof=view.needs_proof,
            ended_at=view.ended_at,
            failure=view.failure,
        )


@router.get("")
def get_orders(
    session: ReaderDep,
    _actor: ReadsDep,
    clock: ClockDep,
    effects: EffectsDep,
    page: NewestFirst,
    state: Annotated[list[OrderState], Query(default_factory=list, max_length=20)],
) -> list[OrderEntity]:
    """List orders, newest first, of these states."""
    found = order_views(
        session,
        viewer=None,  # Whether the caller may act is not asked for each of them.
        effects=effects,
        now=clock.now(),
        states=state,
        before=page.edge,
        limit=page.fetch,
    )
    return [OrderEntity.of(one) for one in page.cut(found, lambda one: one.id)]


@router.get("/{order_id}")
def get_order(
    order_id: OrderId, session: ReaderDep, actor: ReadsDep, clock: ClockDep, effects: EffectsDep
) -> OrderEntity:
    """Return one order."""
    view = order_view(session, order_id, viewer=actor, effects=effects, now=clock.now())
    return OrderEntity.of(view)


@router.post("/{order_id}/approve")
def post_approve(
    order_id: OrderId, session: SessionDep, actor: ActsDep, clock: ClockDep, effects: EffectsDep
) -> OrderEntity:
    """Sign an order as another officer."""
    now = clock.now()
    made = orders.approve(session, order_id, actor=actor, effects=effects, now=now)
    session.flush()
    view = order_view(session, made.id, viewer=actor, effects=effects, now=now)
    return OrderEntity.of(view)


@router.post("/{order_id}/enact")
def post_enact(
    order_id: OrderId,
    session: SessionDep,
    actor: ActsDep,
    clock: ClockDep,
    effects: EffectsDep,
    form: EnactForm | None = None,
) -> OrderEntity:
    """Carry an order out; a refusal names the rule that failed."""
    now = clock.now()
    made = guard.enact(
        session,
        order_id,
        actor=actor,
        effects=effects,
        proof=form.proof if form else None,
        now=now,
    )
    session.flush()
    view = order_view(session, made.id, viewer=actor, effects=effects, now=now)
    return OrderEntity.of(view)


@router.post("/{order_id}/decline")
def post_decline(
    order_id: OrderId,
    session: SessionDep,
    actor: ActsDep,
    clock: ClockDep,
    effects: EffectsDep,
    form: DeclineForm,
) -> OrderEntity:
    """Say in public that one will not carry an order out; others still may."""
    now = clock.now()
    made = service.decline_order(
        session, order_id, actor=actor, reason=form.reason, effects=effects, now=now
    )
    session.flush()
    view = order_view(session, made.id, viewer=actor, effects=effects, now=now)
    return OrderEntity.of(view)
