"""The co-op's hub, and what somebody in office has to do: orders to carry out, work to look at."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from app.core.duties import abandoned, retry
from app.core.errors import Forbidden, Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep, office
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.http.panels import PanelsDep
from app.members.actor import Actor
from app.members.offices import Office, office_word
from app.members.queries import count_members
from governance import documents, guard, orders, service
from governance.lifecycle import UNDER_WAY
from governance.models import EmergencyState, OrderState
from governance.models.law import Slug
from governance.pages.common import EffectsDep, read_id
from governance.queries import (
    act_views,
    decided,
    office_views,
    order_view,
    order_views,
    under_way,
)
from governance.service.declining import REASON_MAX
from governance.shown.lines import matter_of
from governance.shown.marks import marks
from governance.views import OrderView

router = page_router()

HUB_ROWS = 5
ORDERS = "/duties/admin/orders"
DECLINE = "governance/decline.html"


class EnactForm(Shape):
    """Where it can be seen that something was done, if no machine can do it."""

    proof: str | None = Field(default=None, max_length=2000)


class DeclineForm(Shape):
    """Why somebody in office will not carry an order out."""

    reason: str = Field(default="", max_length=REASON_MAX)


@router.get("/coop")
def get_hub(
    request: Request,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    panels: PanelsDep,
    effects: EffectsDep,
) -> Response:
    """Show what needs the member, what is being decided and was, the money, who is in office."""
    now = clock.now()
    offices = office_views(session, now=now)
    talked = [matter_of(one) for one in under_way(session, viewer=actor, now=now)]
    lately = decided(session, viewer=actor, now=now)
    over = [one for one in lately if one.state not in UNDER_WAY]
    return render(
        request,
        "governance/coop.html",
        members=count_members(session),
        needs=panels.needs_of(session, actor, now),
        acts=act_views(session, effects=effects, states=[EmergencyState.STANDING]),
        talked=talked[:HUB_ROWS],
        decided=[matter_of(one) for one in over[:HUB_ROWS]],
        money=panels.money_line(session, now),
        holders=[holder for one in offices for holder in one.holders],
        office_word=office_word,
        dates=panels.dates_ahead(session, now)[:HUB_ROWS],
    )


@router.get(ORDERS)
def get_orders(
    request: Request,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Show what was decided and waits to be carried out: exactly what, by whom, until when."""
    return render(request, "governance/orders.html", **_orders(session, actor, clock, effects))


@router.post(ORDERS + "/{order_id}/enact")
def post_enact(
    request: Request,
    order_id: str,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Carry an order out."""
    try:
        order = guard.enact(
            session,
            read_id(order_id),
            actor=actor,
            effects=effects,
            proof=sent.read(EnactForm).proof,
            now=clock.now(),
        )
    except Invalid as fault:
        shown = _orders(session, actor, clock, effects)
        return sent.again("governance/orders.html", fault, **shown)
    said = say("It is carried out, and in the log.")
    if order.state is OrderState.FAILED:
        said = say("It could not be carried out; nothing was changed. It needs a new decision.")
    return after_post(request, to=f"/coop/proposals/{order.proposal_id}/result", said=said)


@router.post(ORDERS + "/{order_id}/approve")
def post_approve(
    request: Request,
    order_id: str,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Sign an order as another officer."""
    order = orders.approve(
        session, read_id(order_id), actor=actor, effects=effects, now=clock.now()
    )
    to = f"{ORDERS}#order-{order.id}"
    return after_post(request, to=to, said=say("You have signed this order."))


@router.get(ORDERS + "/{order_id}/decline")
def get_decline(
    request: Request,
    order_id: str,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Ask why an order is declined."""
    now = clock.now()
    order = order_view(session, read_id(order_id), viewer=actor, effects=effects, now=now)
    if order.decline_refusal is not None:
        raise Forbidden(order.decline_refusal)
    return render(request, DECLINE, order=order, office_word=office_word)


@router.post(ORDERS + "/{order_id}/decline")
def post_decline(
    request: Request,
    order_id: str,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Say in public that one will not carry an order out."""
    id_, now = read_id(order_id), clock.now()
    try:
        reason = sent.read(DeclineForm).reason
        order = service.decline_order(
            session, id_, actor=actor, reason=reason, effects=effects, now=now
        )
    except Invalid as fault:
        view = order_view(session, id_, viewer=actor, effects=effects, now=now)
        return sent.again(DECLINE, fault, order=view, office_word=office_word)
    said = say("Your answer is on record. Others in the office can still carry it out.")
    return after_post(request, to=f"{ORDERS}#order-{order.id}", said=said)


@router.get("/duties/admin/given-up")
def get_given_up(
    request: Request, session: ReaderDep, _actor: Annotated[Actor, office(Office.ADMIN)]
) -> Response:
    """Show the work that was given up, with its last error."""
    return render(request, "governance/given_up.html", given_up=abandoned(session))


@router.post("/duties/admin/given-up/{duty_id}/retry")
def post_retry(
    request: Request,
    duty_id: str,
    session: SessionDep,
    _actor: Annotated[Actor, office(Office.ADMIN)],
    clock: ClockDep,
) -> Response:
    """Owe a piece of work again."""
    retry(session, read_id(duty_id), now=clock.now())
    return after_post(request, to="/duties/admin/given-up", said=say("It will be tried again."))


def _orders(
    session: ReaderDep, actor: Actor, clock: ClockDep, effects: EffectsDep
) -> dict[str, Any]:
    found = order_views(session, viewer=actor, effects=effects, now=clock.now())
    waiting = [one for one in found if one.state in orders.OPEN]
    return {
        "waiting": [(one, _redline(session, one)) for one in waiting],
        "over": [one for one in found if one.state not in orders.OPEN],
        "office_word": office_word,
        "now": clock.now(),
    }


def _redline(session: ReaderDep, order: OrderView) -> Any:
    """Return what would change in a document, word by word, if the order changes one."""
    adopted = [one for one in order.effects if one.kind == documents.KIND]
    if not adopted:
        return None
    before = documents.latest(session, Slug(adopted[0].payload["slug"]))
    return marks(before.text if before else "", adopted[0].payload["text"])
