"""The treasurer's acts: the roll, a payment, closing a month. Each look at names is noted."""

from typing import Annotated

from app.core.errors import Invalid
from app.core.words import say
from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, SessionDep
from app.http.paging import OldestFirst
from app.members.actor import Actor
from app.members.offices import Office
from dues.api.entities import PaymentEntity, PaymentGiven, PeriodEntity, RollEntity
from dues.calendar import Month, day_of
from dues.reading.roll import read_roll
from dues.treasury.office import close_month, note_look
from dues.treasury.received import Received, find_payer, record_payment, record_unidentified

router = api_router(prefix="/api/coop/v1/treasury", tags=["treasury"])

OfficerDep = Annotated[Actor, scope("coop:officer", Office.TREASURER)]


@router.get("/roll")
def get_roll(
    actor: OfficerDep, session: SessionDep, clock: ClockDep, page: OldestFirst
) -> list[RollEntity]:
    """List the members with their standing and what is open, by their numbers."""
    now = clock.now()
    note_look(session, "roll", actor=actor, now=now)
    behind = [row for row in read_roll(session, now=now) if row.member_id > (page.edge or 0)]
    rows = sorted(behind, key=lambda row: row.member_id)
    shown = page.cut(rows, lambda row: row.member_id)
    return [RollEntity.of(row, today=day_of(now)) for row in shown]


@router.post("/payments", status_code=201)
def post_payment(
    given: PaymentGiven, actor: OfficerDep, session: SessionDep, clock: ClockDep
) -> PaymentEntity:
    """Write a payment down; the member gets a receipt by mail."""
    now = clock.now()
    received = _received(given)
    if received.on > day_of(now):
        fault = say("This day is still to come.")
        raise Invalid(fault, received_on=fault)
    if given.who is None:
        return PaymentEntity.of(record_unidentified(session, received, actor=actor, now=now))
    payer, whole = find_payer(session, given.who), given.as_whole
    return PaymentEntity.of(
        record_payment(session, received, member_id=payer.id, as_whole=whole, actor=actor, now=now)
    )


@router.post("/periods/{month}/close")
def post_close(
    month: str, actor: OfficerDep, session: SessionDep, clock: ClockDep
) -> PeriodEntity:
    """Close a month of the books."""
    period = close_month(session, Month.parse(month), actor=actor, now=clock.now())
    return PeriodEntity.of(period)


def _received(given: PaymentGiven) -> Received:
    return Received(
        amount=given.amount.read(),
        way=given.way,
        on=given.received_on,
        statement_ref=given.statement_ref,
        note=given.note,
    )
