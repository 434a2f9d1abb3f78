"""Fourteen months of dues: what members choose, and the treasurer's hour over the statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.records import Record
from app.demo.habits import Habit, habit_of, paid_on
from app.demo.papers import draw_paper
from app.demo.story import DAY, Stage
from app.members.actor import Actor
from app.members.offices import Office
from dues.billing.models import Invoice, InvoiceState, Way
from dues.billing.pledges import choose_dues, take_free_place
from dues.money import Money, decimal_text
from dues.plans import per_period
from dues.treasury.evidence import Evidence, keep_evidence
from dues.treasury.received import Received, record_payment

HOUR: Final = timedelta(hours=18)
BUSY_DAYS: Final = 44  # At first the treasurer looks every other day, so that people can vote.
RENEWED_BEFORE: Final = timedelta(days=20)


@dataclass
class Purse:
    """What the story remembers of money: who pays how, and how often they did."""

    members: int
    currency: str = "USD"
    paid: dict[str, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    habits: dict[str, Habit] = field(default_factory=dict)
    statements: int = 0

    def money(self, minor: int) -> Money:
        """Return so many cents."""
        return Money(minor, self.currency)


class Coming(Record):
    """Money that has come for an invoice, and has to be written down."""

    handle: str
    reference: str
    amount: Money
    way: Way
    on: date


def treasurer(stage: Stage, session: Session) -> Actor:
    """Return who keeps the books now, with the office."""
    for handle in ("maren", "ada"):
        if handle in stage.cast:
            actor = stage.actor(session, handle)
            if Office.TREASURER in actor.offices:
                return actor
    raise AssertionError("nobody keeps the books")


def plan_choice(stage: Stage, purse: Purse, handle: str) -> None:
    """Let somebody who has just joined choose their dues some days later."""
    habit = habit_of(handle, len(stage.cast) - 1, members=purse.members)
    purse.habits[handle] = habit
    if habit.choosing is not None:
        stage.at(stage.now + habit.choosing * DAY, partial(_choose, purse=purse, handle=handle))


def _choose(stage: Stage, purse: Purse, handle: str) -> None:
    habit, member_id = purse.habits[handle], stage.cast.get(handle)
    if member_id is None:
        return  # They have moved away.
    with stage.kernel.db.write.begin() as session:
        if habit.cadence is None:
            place = take_free_place(session, member_id, now=stage.now)
            again = datetime.combine(place.ends_on, stage.now.timetz()) - RENEWED_BEFORE
            stage.at(again, partial(_choose, purse=purse, handle=handle))
            return
        amount = per_period(purse.money(habit.monthly), habit.cadence)
        choose_dues(session, member_id, amount=amount, cadence=habit.cadence, now=stage.now)


def keep_hours(stage: Stage, purse: Purse, *, begins: datetime, end: datetime) -> None:
    """Let the treasurer sit down in the evening: often at first, then once a week."""
    moment = begins.replace(hour=0, minute=0, second=0, microsecond=0) + DAY + HOUR
    while moment < end:
        stage.at(moment, partial(_sit_down, purse=purse))
        moment += (2 if moment < begins + BUSY_DAYS * DAY else 7) * DAY


def _sit_down(stage: Stage, purse: Purse) -> None:
    coming = _what_came(stage, purse)
    transfers = [one for one in coming if one.way is Way.TRANSFER]
    evidence = _statement(stage, purse, transfers) if transfers else None
    for number, one in enumerate(coming, start=1):
        line = f"Statement {purse.statements}, line {number}"
        is_listed = one.way is Way.TRANSFER
        received = Received(
            one.amount,
            one.way,
            one.on,
            statement_ref=line if is_listed else "",
            evidence=evidence if is_listed else None,
        )
        _write_down(stage, purse, one.handle, received)


def _what_came(stage: Stage, purse: Purse) -> Sequence[Coming]:
    names = {member_id: handle for handle, member_id in stage.cast.items()}
    today, found = stage.now.date(), []
    with stage.kernel.db.read.begin() as session:
        waiting = select(Invoice).where(Invoice.state == InvoiceState.OPEN)
        for invoice in session.scalars(waiting.order_by(Invoice.id)):
            handle = names[invoice.member_id]
            habit = purse.habits[handle]
            day = paid_on(
                habit,
                paid_before=purse.paid.get(handle, 0),
                is_back=handle in purse.back,
                opened_on=invoice.opened_at.date(),
                due_on=invoice.due_on,
            )
            if day is not None and day <= today:
                one = Coming(handle, invoice.reference, invoice.amount, habit.way, day)
                found.append(one)
    return found


def _statement(stage: Stage, purse: Purse, coming: Sequence[Coming]) -> Evidence:
    purse.statements += 1
    lines = [f"{one.on}   {one.reference}   {decimal_text(one.amount)}" for one in coming]
    page = draw_paper(f"Statement {purse.statements} of the common account", lines)
    return keep_evidence(stage.kernel.storage, page)


def _write_down(stage: Stage, purse: Purse, handle: str, received: Received) -> int:
    """Let the treasurer write a payment down; return its id."""
    with stage.kernel.db.write.begin() as session:
        payment = record_payment(
            session,
            received,
            member_id=stage.cast[handle],
            actor=treasurer(stage, session),
            now=stage.now,
        )
        payment_id = payment.id
    _remember(stage, purse, handle)
    return payment_id


def _remember(stage: Stage, purse: Purse, handle: str) -> None:
    habit = purse.habits[handle]
    purse.paid[handle] = count = purse.paid.get(handle, 0) + 1
    if habit.back_after is not None and count == habit.stops_after:
        stage.at(stage.now + habit.back_after * DAY, partial(_come_back, purse=purse, who=handle))


def _come_back(stage: Stage, purse: Purse, who: str) -> None:
    """One payment after the lapse, and the vote is there again."""
    habit = purse.habits[who]
    assert habit.cadence is not None
    purse.back.add(who)
    amount = per_period(purse.money(habit.monthly), habit.cadence)
    received = Received(amount, habit.way, stage.now.date(), note="Came to the open evening.")
    try:
        _write_down(stage, purse, who, received)
    except Invalid as fault:
        raise AssertionError(f"{who} cannot come back") from fault
