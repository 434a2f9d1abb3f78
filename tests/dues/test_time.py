"""What time does: letters each once, the lapse, and the one payment that undoes it."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.core.duties import Duty, schedule
from app.core.kernel import Kernel
from app.core.mail import MailboxEntry
from app.core.runner import Runner
from app.members.models import Member
from app.members.service import leave
from app.members.standing import Standing
from app.notifications.models import Notice
from dues.billing.models import BookCheck, InvoiceState, Reminder, ReminderAbout
from dues.billing.pledges import choose_dues, stop_dues, take_free_place
from dues.billing.timely import begin_welcome
from dues.duties import begin_checking
from dues.owed import REMIND, RENEW, OfReminder, OfRenewal
from dues.plans import Cadence
from tests.dues.books import usd
from tests.dues.office import (
    balances,
    check_all,
    choose,
    invoices_of,
    lay_books,
    letters_to,
    newcomer,
    pay,
    standing,
)
from tests.factories import NOON, make_member
from tests.fakes import FixedClock


def live(db: Database, runner: Runner, clock: FixedClock, *, days: int) -> None:
    """Let days go by, doing what is due each day at ten."""
    for _ in range(days):
        clock.advance(days=1)
        runner.run_until_idle()


def asked(db: Database, *, at: datetime = NOON) -> Member:
    """Return a member who joined long ago, and was asked for dues at `at`."""
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        choose(session, bo, now=at)
    return bo


def subjects(kernel: Kernel, member: Member) -> list[str]:
    return [mail.subject for mail in letters_to(kernel, member)]


def about_dues(kernel: Kernel, member: Member) -> list[MailboxEntry]:
    return [mail for mail in letters_to(kernel, member) if "receipt" not in mail.subject]


def test_a_year_goes_round(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    """Paid, a quiet year, asked thirty days before, six letters, the lapse, and nothing more."""
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        pay(session, bo)
    live(db, runner, clock, days=334)
    assert subjects(kernel, bo) == ["Your receipt 2026-0001 from riverside.example"]
    live(db, runner, clock, days=1)
    with db.read.begin() as session:
        old, new = invoices_of(session, bo)
        assert (old.state, new.state) == (InvoiceState.PAID, InvoiceState.OPEN)
        assert new.period_start == old.period_end == new.due_on
        assert standing(session, bo, clock.now()) is Standing.CURRENT
    assert len(about_dues(kernel, bo)) == 1
    live(db, runner, clock, days=74)
    assert len(about_dues(kernel, bo)) == 5
    with db.read.begin() as session:
        assert standing(session, bo, clock.now()) is Standing.GRACE
    live(db, runner, clock, days=1)
    letters = about_dues(kernel, bo)
    assert len(letters) == 6
    assert "your vote rests" in letters[-1].text
    with db.read.begin() as session:
        assert standing(session, bo, clock.now()) is Standing.LAPSED
        assert balances(session) == {"Assets:Bank:Main": 1200, "Income:Dues": -1200}
    check_all(db)
    live(db, runner, clock, days=200)
    assert len(about_dues(kernel, bo)) == 6


def test_the_first_letter_comes_before_and_says_how_to_pay(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    live(db, runner, clock, days=7)
    [letter] = letters_to(kernel, bo)
    assert letter.subject == "Your membership at riverside.example"
    assert "$12.00" in letter.text
    assert "23 November 2026" in letter.text.replace("\u00a0", " ")
    with db.read.begin() as session:
        assert invoices_of(session, bo)[0].reference in letter.text


def test_letters_stop_when_the_money_comes(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    live(db, runner, clock, days=7)
    with db.write.begin() as session:
        pay(session, bo, now=clock.now())
    live(db, runner, clock, days=60)
    assert len(about_dues(kernel, bo)) == 1


@pytest.mark.parametrize("how", ["stop", "place", "leave"])
def test_letters_stop_when_the_member_does(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock, how: str
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        if how == "stop":
            stop_dues(session, bo.id, now=NOON)
        elif how == "place":
            take_free_place(session, bo.id, now=NOON)
        else:
            leave(session, member_id=bo.id, now=NOON)
    live(db, runner, clock, days=80)
    assert letters_to(kernel, bo) == []
    check_all(db)


def test_a_letter_is_written_once_although_its_duty_is_repeated(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.read.begin() as session:
        invoice_id = invoices_of(session, bo)[0].id
    live(db, runner, clock, days=7)
    for _ in range(3):
        with db.write.begin() as session:
            owed = OfReminder(about=ReminderAbout.INVOICE, about_id=invoice_id, step="before_7")
            schedule(session, REMIND, owed, due_at=clock.now())
        runner.run_until_idle()
    assert len(letters_to(kernel, bo)) == 1
    with db.read.begin() as session:
        owed_now = select(func.count()).select_from(Duty).where(Duty.kind == REMIND)
        assert session.scalar(owed_now) == 1


def test_after_an_outage_there_is_one_letter_and_not_a_bundle(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    clock.advance(days=25)  # Three occasions passed while nothing ran.
    runner.run_until_idle()
    assert len(letters_to(kernel, bo)) == 1
    live(db, runner, clock, days=60)
    assert len(letters_to(kernel, bo)) == 3  # And the two that were still to come.


def test_two_schedulers_open_one_invoice(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        pay(session, bo)
        due_on = invoices_of(session, bo)[0].period_end
    clock.advance(days=340)
    for _ in range(2):
        with db.write.begin() as session:
            owed = OfRenewal(member_id=bo.id, due_on=due_on)
            schedule(session, RENEW, owed, due_at=clock.now())
    runner.run_until_idle()
    with db.read.begin() as session:
        assert len(invoices_of(session, bo)) == 2
    assert len(about_dues(kernel, bo)) == 1


def test_a_lapse_takes_the_vote_and_nothing_else(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.read.begin() as session:
        before = _person(session, bo)
    live(db, runner, clock, days=80)
    with db.read.begin() as session:
        assert standing(session, bo, clock.now()) is Standing.LAPSED
        assert _person(session, bo) == before
        assert [invoice.state for invoice in invoices_of(session, bo)] == [InvoiceState.VOID]
        assert balances(session) == {}


def test_one_payment_brings_the_vote_back(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    live(db, runner, clock, days=80)
    with db.write.begin() as session:
        pay(session, bo, now=clock.now())
        assert standing(session, bo, clock.now()) is Standing.CURRENT
        assert invoices_of(session, bo)[-1].period_start == clock.now().date()
    check_all(db)


def test_a_part_paid_before_the_lapse_is_not_lost(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        pay(session, bo, 500)
    live(db, runner, clock, days=80)
    check_all(db)
    with db.write.begin() as session:
        assert balances(session)["Liabilities:Prepaid"] == -500
        pay(session, bo, 700, now=clock.now())
        assert standing(session, bo, clock.now()) is Standing.CURRENT
    check_all(db)


def test_what_was_paid_ahead_pays_the_next_year_without_a_letter(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        pay(session, bo, 2400)
    live(db, runner, clock, days=400)
    with db.read.begin() as session:
        assert [i.state for i in invoices_of(session, bo)] == [InvoiceState.PAID] * 2
        assert standing(session, bo, clock.now()) is Standing.CURRENT
    assert about_dues(kernel, bo) == []
    check_all(db)


def test_who_now_pays_monthly_is_asked_a_week_before(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        pay(session, bo)
        choose_dues(session, bo.id, amount=usd(100), cadence=Cadence.MONTHLY, now=NOON)
    live(db, runner, clock, days=357)
    assert about_dues(kernel, bo) == []
    live(db, runner, clock, days=1)
    with db.read.begin() as session:
        assert invoices_of(session, bo)[-1].amount == usd(100)
    assert len(about_dues(kernel, bo)) == 1


def test_a_place_is_asked_about_like_a_payment(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        take_free_place(session, bo.id, now=NOON)
    live(db, runner, clock, days=335)
    assert len(letters_to(kernel, bo)) == 1
    with db.write.begin() as session:
        take_free_place(session, bo.id, now=clock.now())
    live(db, runner, clock, days=100)
    assert len(letters_to(kernel, bo)) == 1
    live(db, runner, clock, days=400)
    letters = letters_to(kernel, bo)
    assert len(letters) == 7  # Once, then all six about the year that was not renewed.
    assert {letter.subject for letter in letters} == {"Your membership at riverside.example"}
    with db.read.begin() as session:
        assert standing(session, bo, clock.now()) is Standing.LAPSED
    check_all(db)


def test_a_new_member_hears_twice_that_the_free_days_end(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        for member in (bo, ada):
            begin_welcome(session, member.id, now=NOON)
        take_free_place(session, ada.id, now=NOON)
    live(db, runner, clock, days=60)
    assert len(letters_to(kernel, bo)) == 2
    assert letters_to(kernel, ada) == []


def test_the_member_is_told_on_the_site_too(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    live(db, runner, clock, days=60)
    with db.write.begin() as session:
        pay(session, bo, now=clock.now())
    with db.read.begin() as session:
        said = [
            notice.words["id"]
            for notice in session.scalars(
                select(Notice).where(Notice.account_id == bo.account_id).order_by(Notice.id)
            )
            if notice.words
        ]
    assert said == [
        "Your dues are due on {day}.",
        "Your vote rests until your dues come. Everything else is as it was.",
        "Thank you: your dues are paid until {day}.",
    ]


def test_the_books_are_checked_every_night(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    bo = asked(db)
    with db.write.begin() as session:
        begin_checking(session, now=NOON)
        pay(session, bo)
    live(db, runner, clock, days=2)
    with db.read.begin() as session:
        check = session.scalars(select(BookCheck)).one()
        assert (check.found, check.checked_at) == ([], clock.now())


def test_never_more_than_six_letters_about_one_payment(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    lay_books(db)
    asked(db)
    live(db, runner, clock, days=120)
    with db.read.begin() as session:
        counted = session.execute(
            select(func.count()).select_from(Reminder).group_by(Reminder.about_id)
        ).scalars()
        assert max(counted) <= 6


def _person(session: Session, member: Member) -> tuple[object, ...]:
    row = session.get_one(Member, member.id)
    account = session.get_one(Account, member.account_id)
    return (row.state, row.email, account.suspended_at, account.locked, account.discoverable)
