"""Orders, for programs of people in office."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel

from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.members.actor import Actor
from governance import guard, orders
from governance.pages.common import EffectsDep, read_id
from governance.queries import order_view, order_views
from governance.views import OrderView

router = api_router(prefix="/api/coop/v1/orders", tags=["orders"])

ReadsDep = Annotated[Actor, scope("coop:read")]
ActsDep = Annotated[Actor, scope("coop:officer")]


class EnactForm(BaseModel):
    """Where it can be seen that something was done, if no machine can do it."""

    proof: str | None = None


class OrderEntity(BaseModel):
    """An order."""

    id: str
    url: str
    proposal_id: str
    effect: str
    payload_hash: str
    state: str
    not_before: datetime
    not_after: datetime
    may_enact: str
    approvals: list[str]

    @classmethod
    def of(cls, view: OrderView) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.id),
            url=f"/duties/admin/orders#order-{view.id}",
            proposal_id=str(view.proposal_id),
            effect=view.effect,
            payload_hash=view.payload_hash,
            state=view.state.value,
            not_before=view.not_before,
            not_after=view.not_after,
            may_enact=view.office.value,
            approvals=[one.person.username for one in view.approvals],
        )


@router.get("")
def get_orders(
    session: ReaderDep, actor: ReadsDep, clock: ClockDep, effects: EffectsDep
) -> list[OrderEntity]:
    """List the newest orders."""
    found = order_views(session, viewer=actor, effects=effects, now=clock.now())
    return [OrderEntity.of(one) for one in found]


@router.get("/{order_id}")
def get_order(
    order_id: str, session: ReaderDep, actor: ReadsDep, clock: ClockDep, effects: EffectsDep
) -> OrderEntity:
    """Return one order."""
    view = order_view(session, read_id(order_id), viewer=actor, effects=effects, now=clock.now())
    return OrderEntity.of(view)


@router.post("/{order_id}/approve")
def post_approve(
    order_id: str, session: SessionDep, actor: ActsDep, clock: ClockDep, effects: EffectsDep
) -> OrderEntity:
    """Sign an order as another officer."""
    now = clock.now()
    made = orders.approve(session, read_id(order_id), actor=actor, effects=effects, now=now)
    session.flush()
    view = order_view(session, made.id, viewer=actor, effects=effects, now=now)
    return OrderEntity.of(view)


@router.post("/{order_id}/enact")
def post_enact(
    order_id: str,
    form: EnactForm,
    session: SessionDep,
    actor: ActsDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> OrderEntity:
    """Carry an order out; a refusal names the rule that failed."""
    now = clock.now()
    made = guard.enact(
        session, read_id(order_id), actor=actor, effects=effects, proof=form.proof, now=now
    )
    session.flush()
    view = order_view(session, made.id, viewer=actor, effects=effects, now=now)
    return OrderEntity.of(view)
