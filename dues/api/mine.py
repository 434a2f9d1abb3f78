"""The caller's own dues."""

from typing import Annotated, Final

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.words import say
from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.paging import NewestFirst
from app.members.actor import Actor, Verb, require
from dues.api.entities import MyDuesEntity, PledgeGiven, ReceiptEntity
from dues.billing.pledges import choose_dues, stop_dues, take_free_place
from dues.reading.mine import my_dues, receipts_of
from dues.treasury.office import guide_of

router = api_router(prefix="/api/coop/v1/dues/me", tags=["dues"])

ReadsDep = Annotated[Actor, scope("coop:read")]
# An application that may only read must not change what somebody pays.
ChoosesDep = Annotated[Actor, scope("coop:vote")]

NO_CARDS: Final = say("This co-op takes no card payments. Pay by transfer or in cash.")


@router.get("")
def get_mine(actor: ReadsDep, session: ReaderDep, clock: ClockDep) -> MyDuesEntity:
    """Tell how the caller stands, what they chose, and what is open."""
    return _mine(session, actor, clock)


@router.put("/pledge", dependencies=[limit("pay")])
def put_pledge(
    given: PledgeGiven, actor: ChoosesDep, session: SessionDep, clock: ClockDep
) -> MyDuesEntity:
    """Choose what to pay for each period; nothing takes a $0 place."""
    require(actor, Verb.PAY)
    amount, now = given.amount.read(least_minor=0), clock.now()
    if amount:
        choose_dues(session, actor.member_id, amount=amount, cadence=given.cadence, now=now)
    else:
        take_free_place(session, actor.member_id, now=now)
    return _mine(session, actor, clock)


@router.post("/waiver", dependencies=[limit("pay")])
def post_waiver(actor: ChoosesDep, session: SessionDep, clock: ClockDep) -> MyDuesEntity:
    """Take or renew a $0 place: twelve months, no reason asked."""
    require(actor, Verb.PAY)
    take_free_place(session, actor.member_id, now=clock.now())
    return _mine(session, actor, clock)


@router.post("/stop", dependencies=[limit("pay")])
def post_stop(actor: ChoosesDep, session: SessionDep, clock: ClockDep) -> MyDuesEntity:
    """Stop paying; what is paid lasts to its end."""
    require(actor, Verb.PAY)
    stop_dues(session, actor.member_id, now=clock.now())
    return _mine(session, actor, clock)


@router.post("/checkout", status_code=204)
def post_checkout(actor: ChoosesDep, session: SessionDep) -> None:
    """Pay by card. As long as this co-op takes no cards, say how to pay instead."""
    require(actor, Verb.PAY)
    guide = guide_of(session)
    raise Conflict(NO_CARDS if guide is None else say("{no} {how}", no=NO_CARDS, how=guide.text))


@router.get("/receipts")
def get_receipts(actor: ReadsDep, session: ReaderDep, page: NewestFirst) -> list[ReceiptEntity]:
    """List the caller's receipts, newest first."""
    rows = receipts_of(session, actor.member_id, before=page.edge, limit=page.fetch)
    return [ReceiptEntity.of(receipt) for receipt in page.cut(rows, lambda row: row.id)]


def _mine(session: Session, actor: Actor, clock: ClockDep) -> MyDuesEntity:
    session.flush()
    return MyDuesEntity.of(my_dues(session, actor.member_id, now=clock.now()))
