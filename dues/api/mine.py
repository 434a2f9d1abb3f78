"""The caller's own dues."""

from typing import Annotated

from sqlalchemy.orm import Session

from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.members.actor import Actor, Verb, require
from dues.api.entities import MyDuesEntity, PledgeGiven, ReceiptEntity
from dues.billing.pledges import choose_dues, stop_dues, take_free_place
from dues.reading.mine import my_dues, receipts_of

router = api_router(prefix="/api/coop/v1/dues/me", tags=["dues"])

ReadsDep = Annotated[Actor, scope("coop:read")]
# An application that may only read must not change what somebody pays.
ChoosesDep = Annotated[Actor, scope("coop:vote")]


@router.get("")
def get_mine(actor: ReadsDep, session: ReaderDep, clock: ClockDep) -> MyDuesEntity:
    """Tell how the caller stands, what they chose, and what is open."""
    return _mine(session, actor, clock)


@router.put("/pledge")
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


@router.post("/waiver")
def post_waiver(actor: ChoosesDep, session: SessionDep, clock: ClockDep) -> MyDuesEntity:
    """Take or renew a $0 place: twelve months, no reason asked."""
    require(actor, Verb.PAY)
    take_free_place(session, actor.member_id, now=clock.now())
    return _mine(session, actor, clock)


@router.post("/stop")
def post_stop(actor: ChoosesDep, session: SessionDep, clock: ClockDep) -> MyDuesEntity:
    """Stop paying; what is paid lasts to its end."""
    require(actor, Verb.PAY)
    stop_dues(session, actor.member_id, now=clock.now())
    return _mine(session, actor, clock)


@router.get("/receipts")
def get_receipts(actor: ReadsDep, session: ReaderDep) -> list[ReceiptEntity]:
    """List the caller's receipts, newest first."""
    return [ReceiptEntity.of(receipt) for receipt in receipts_of(session, actor.member_id)]


def _mine(session: Session, actor: Actor, clock: ClockDep) -> MyDuesEntity:
    session.flush()
    return MyDuesEntity.of(my_dues(session, actor.member_id, now=clock.now()))
