"""What the demo's treasurer does beside dues: bills, slips and how they are mended, months."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from app.core.records import Record, replace
from app.demo.habits import FEW_MAX
from app.demo.papers import draw_paper
from app.demo.paying import Purse, treasurer
from app.demo.story import DAY, Stage
from dues.billing.models import Way
from dues.calendar import Month
from dues.ledger import recipes
from dues.ledger.chart import live_book
from dues.ledger.statements import trial_balance
from dues.money import in_words
from dues.treasury.corrections import Returned, record_refund, take_back_payment
from dues.treasury.evidence import keep_evidence
from dues.treasury.office import close_month, note_look, set_guide
from dues.treasury.received import (
    Received,
    identify_donation,
    identify_payment,
    record_payment,
    record_unidentified,
)
from dues.treasury.spending import (
    Spent,
    move_money,
    open_balance,
    record_expense,
    take_back_expense,
)

GUIDE: Final = (
    "Send it to Riverside at the Bank of the River, account 0000 1234 (a sample), and write the "
    "payment reference with it. Or bring it to the open evening on Thursdays."
)
JAR_MINOR: Final = 120_00  # What the founders had in a jam jar.
GRANT_MINOR: Final = 150_00  # What the town gave to begin with.
FLOAT_MINOR: Final = 20_00  # What stays in the box when cash is carried to the bank.


class Bill(Record):
    """Something that is paid for again and again: from which month of the story, how often."""

    line: str
    minor: int
    memo: str
    first: int = 1
    every: int = 1
    way: Way = Way.TRANSFER


BILLS: Final = (
    Bill("Hosting", 46_00, "The machine"),
    Bill("Hosting:Backups", 8_00, "Backups in another town", first=2),
    Bill("Fees:Bank", 1_50, "The account"),
    Bill("Hosting:Domain", 14_00, "The name, for a year", first=2, every=12),
    Bill("Meetings", 30_00, "Soup and bread for the assembly", first=3, every=3, way=Way.CASH),
    Bill("Other", 9_00, "Paper, stamps, glue", first=4, every=5, way=Way.CASH),
)


def plan_accounts(stage: Stage, purse: Purse, *, begins: datetime, end: datetime) -> None:
    """Write the treasurer's fourteen months into the story's plan."""
    stage.at(begins + timedelta(hours=3), partial(_begin, purse=purse))
    month, number = Month.of(begins.date()).plus(1), 1
    while (first := _moment(month.first, begins)) < end:
        stage.at(first + 4 * DAY, partial(_pay_bills, purse=purse, number=number))
        stage.at(first + 11 * DAY, partial(_close, month=month, begins=Month.of(begins.date())))
        if number % 3 == 0:
            stage.at(first + 13 * DAY, partial(_carry_cash, purse=purse))
        month, number = month.plus(1), number + 1
    _plan_slips(stage, purse, end=end)


def _moment(day: date, like: datetime) -> datetime:
    return datetime.combine(day, like.timetz()).replace(hour=17, minute=30, second=0)


def _begin(stage: Stage, purse: Purse) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = treasurer(stage, session)
        set_guide(session, GUIDE, actor=actor, now=stage.now)
        for minor, place in ((JAR_MINOR, Way.CASH), (GRANT_MINOR, Way.TRANSFER)):
            amount, today = purse.money(minor), stage.now.date()
            open_balance(session, amount, place=place, on=today, actor=actor, now=stage.now)


def _pay_bills(stage: Stage, purse: Purse, number: int) -> None:
    for bill in BILLS:
        if number >= bill.first and (number - bill.first) % bill.every == 0:
            spent = Spent(
                bill.line,
                purse.money(bill.minor if purse.members >= FEW_MAX else bill.minor // 6),
                bill.way,
                stage.now.date(),
                f"{bill.memo}, {stage.now:%B}" if bill.every == 1 else bill.memo,
            )
            spend(stage, spent)


def spend(stage: Stage, spent: Spent) -> int:
    """Let the treasurer write an expense down, with its bill; return its id."""
    lines = [spent.memo, f"{spent.on}", in_words(spent.amount)]
    evidence = keep_evidence(stage.kernel.storage, draw_paper(f"Bill: {spent.line}", lines))
    with stage.kernel.db.write.begin() as session:
        actor = treasurer(stage, session)
        billed = replace(spent, evidence=evidence)
        return record_expense(session, billed, actor=actor, now=stage.now).id


def _close(stage: Stage, month: Month, begins: Month) -> None:
    """Close the month before the last one, and begin to close the last; look at the roll."""
    with stage.kernel.db.write.begin() as session:
        actor = treasurer(stage, session)
        note_look(session, "roll", actor=actor, now=stage.now)
        if month.plus(-2) >= begins:
            close_month(session, month.plus(-2), actor=actor, now=stage.now)
        close_month(session, month.plus(-1), soft=True, actor=actor, now=stage.now)


def _carry_cash(stage: Stage, purse: Purse) -> None:
    with stage.kernel.db.write.begin() as session:
        carried = _held(session, recipes.CASH) - FLOAT_MINOR
        if carried <= 0:
            return
        move_money(
            session,
            purse.money(carried),
            out_of=Way.CASH,
            into=Way.TRANSFER,
            on=stage.now.date(),
            request_key=f"demo-{stage.now.date()}",
            actor=treasurer(stage, session),
            now=stage.now,
        )


def _held(session: Session, place: str) -> int:
    rows = trial_balance(session, live_book(session).id)
    return sum(row.balance.minor for row in rows if row.code == place)


def _plan_slips(stage: Stage, purse: Purse, *, end: datetime) -> None:
    """Plan what goes wrong in any year, and how it is put right."""
    stage.at(end - 200 * DAY, partial(_pay_twice, purse=purse, who="maren"))
    stage.at(end - 168 * DAY, partial(_mistake, purse=purse, wrong="ines", right="femi"))
    stage.at(end - 150 * DAY, partial(_gift, purse=purse))
    stage.at(end - 110 * DAY, partial(_no_name, purse=purse, whose="ines"))
    stage.at(end - 96 * DAY, partial(_typing_error, purse=purse))
    stage.at(end - 4 * DAY, partial(_no_name, purse=purse, whose=None))


def _pay_twice(stage: Stage, purse: Purse, who: str) -> None:
    """A standing order that was forgotten: what came too much goes back three weeks later."""
    twice = Received(purse.money(12_00), Way.TRANSFER, stage.now.date(), note="A second time")
    payment_id = _record(stage, twice, stage.cast[who])

    def give_back(stage: Stage) -> None:
        returned = Returned(purse.money(12_00), Way.TRANSFER, stage.now.date())
        with stage.kernel.db.write.begin() as session:
            actor = treasurer(stage, session)
            record_refund(session, payment_id, returned, actor=actor, now=stage.now)

    stage.at(stage.now + 21 * DAY, give_back)


def _mistake(stage: Stage, purse: Purse, wrong: str, right: str) -> None:
    """Money that was written down for the wrong member, and a week later for the right one."""
    received = Received(purse.money(12_00), Way.CASH, stage.now.date())
    payment_id = _record(stage, received, stage.cast[wrong])

    def mend(stage: Stage) -> None:
        with stage.kernel.db.write.begin() as session:
            actor = treasurer(stage, session)
            take_back_payment(session, payment_id, actor=actor, now=stage.now)
        _record(stage, replace(received, note="Taken for another's first"), stage.cast[right])

    stage.at(stage.now + 7 * DAY, mend)


def _gift(stage: Stage, purse: Purse) -> None:
    """A transfer without words; later it turns out to be a gift."""
    payment_id = _unnamed(stage, purse, 60_00, "From a friend of the house")

    def recognise(stage: Stage) -> None:
        with stage.kernel.db.write.begin() as session:
            actor = treasurer(stage, session)
            identify_donation(session, payment_id, actor=actor, now=stage.now)

    stage.at(stage.now + 12 * DAY, recognise)


def _no_name(stage: Stage, purse: Purse, whose: str | None) -> None:
    """A transfer without a reference; somebody may ask for it, or it waits still."""
    payment_id = _unnamed(stage, purse, 12_00, "No reference")
    if whose is None:
        return

    def recognise(stage: Stage) -> None:
        with stage.kernel.db.write.begin() as session:
            identify_payment(
                session,
                payment_id,
                member_id=stage.cast[whose],
                actor=treasurer(stage, session),
                now=stage.now,
            )

    stage.at(stage.now + 9 * DAY, recognise)


def _typing_error(stage: Stage, purse: Purse) -> None:
    """A bill with one figure too many, taken back the next day and written down right."""
    spent = Spent("Other", purse.money(77_00), Way.TRANSFER, stage.now.date(), "A lamp")
    expense_id = spend(stage, spent)

    def mend(stage: Stage) -> None:
        with stage.kernel.db.write.begin() as session:
            actor = treasurer(stage, session)
            take_back_expense(session, expense_id, actor=actor, now=stage.now)
        spend(stage, replace(spent, amount=purse.money(7_70)))

    stage.at(stage.now + DAY, mend)


def _record(stage: Stage, received: Received, member_id: int) -> int:
    with stage.kernel.db.write.begin() as session:
        actor = treasurer(stage, session)
        return record_payment(
            session, received, member_id=member_id, actor=actor, now=stage.now
        ).id


def _unnamed(stage: Stage, purse: Purse, minor: int, note: str) -> int:
    received = Received(purse.money(minor), Way.TRANSFER, stage.now.date(), note=note)
    with stage.kernel.db.write.begin() as session:
        actor = treasurer(stage, session)
        return record_unidentified(session, received, actor=actor, now=stage.now).id
