"""Choosing: what is asked for, when, and what a change of mind does."""

from datetime import date, timedelta

import pytest

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.members.standing import Source, Standing
from dues.billing.models import InvoiceState, PledgeState
from dues.billing.pledges import choose_dues, stop_dues
from dues.money import Money
from dues.plans import Cadence
from dues.references import parse_reference
from tests.dues.books import usd
from tests.dues.office import (
    balances,
    check_all,
    choose,
    invoices_of,
    lay_books,
    newcomer,
    open_invoice,
    pay,
    standing,
)
from tests.factories import NOON, make_coverage, make_member

TODAY = NOON.date()


def test_a_new_member_is_asked_for_a_year_with_a_reference(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        invoice = open_invoice(session, bo)
        assert invoice.amount == usd(1200)
        assert (invoice.year, invoice.number) == (2026, 1)
        parsed = parse_reference(invoice.reference)
        assert parsed is not None
        assert (parsed.year, parsed.number) == (2026, 1)
        assert invoice.due_on == TODAY + timedelta(days=30)  # When the free days end.
        assert (invoice.period_start, invoice.period_end) == (TODAY, date(2027, 11, 9))
        assert standing(session, bo) is Standing.PENDING
        assert balances(session) == {"Assets:Receivable:Dues": 1200, "Income:Dues": -1200}
    check_all(db)


def test_numbers_have_no_gap(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        members = [newcomer(session) for _ in range(3)]
        for member in members:
            choose(session, member)
        numbers = [open_invoice(session, member).number for member in members]
    assert numbers == [1, 2, 3]


def test_another_amount_replaces_what_nobody_has_paid_yet(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo, 1200)
        choose(session, bo, 500, cadence=Cadence.QUARTERLY)
        old, new = invoices_of(session, bo)
        assert (old.state, new.state) == (InvoiceState.VOID, InvoiceState.OPEN)
        assert (new.amount, new.cadence) == (usd(500), Cadence.QUARTERLY)
        assert balances(session) == {"Assets:Receivable:Dues": 500, "Income:Dues": -500}
    check_all(db)


def test_the_same_choice_again_changes_nothing(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        choose(session, bo)
        assert len(invoices_of(session, bo)) == 1


def test_what_is_paid_in_part_keeps_its_amount(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo, 1200)
        pay(session, bo, 500)
        choose(session, bo, 2400)
        assert open_invoice(session, bo).amount == usd(1200)
    check_all(db)


def test_who_has_paid_is_asked_only_when_it_is_time(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session)
        choose(session, bo)
        assert invoices_of(session, bo) == []


def test_who_has_paid_and_is_nearly_due_is_asked_at_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ends_on = TODAY + timedelta(days=10)
        make_coverage(session, bo, ends_on=ends_on)
        choose(session, bo)
        invoice = open_invoice(session, bo)
        assert (invoice.period_start, invoice.due_on) == (ends_on, ends_on)


def test_who_is_late_is_asked_from_the_old_end_on(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ended_on = TODAY - timedelta(days=20)
        make_coverage(session, bo, starts_on=ended_on - timedelta(days=365), ends_on=ended_on)
        assert standing(session, bo) is Standing.GRACE
        choose(session, bo)
        invoice = open_invoice(session, bo)
        assert (invoice.period_start, invoice.due_on) == (ended_on, ended_on)


def test_who_has_lapsed_begins_anew(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ended_on = TODAY - timedelta(days=100)
        make_coverage(session, bo, starts_on=ended_on - timedelta(days=90), ends_on=ended_on)
        choose(session, bo)
        invoice = open_invoice(session, bo)
        assert (invoice.period_start, invoice.due_on) == (TODAY, TODAY + timedelta(days=14))


def test_the_founders_honorary_days_come_first(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        founder = newcomer(session)
        until = TODAY + timedelta(days=90)
        make_coverage(
            session, founder, starts_on=TODAY, ends_on=until, grace_days=0, source=Source.HONORARY
        )
        choose(session, founder)
        assert invoices_of(session, founder) == []


def test_stopping_asks_for_nothing_and_takes_nothing_away(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        choose(session, bo)
        stop_dues(session, bo.id, now=NOON)
        assert [invoice.state for invoice in invoices_of(session, bo)] == [InvoiceState.VOID]
        assert balances(session) == {}
        choose(session, ada)
        pay(session, ada)
        stop_dues(session, ada.id, now=NOON)
        assert standing(session, ada) is Standing.CURRENT
    check_all(db)


def test_stopping_without_ever_choosing_is_no_matter(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        stop_dues(session, bo.id, now=NOON)
        assert invoices_of(session, bo) == []


def test_choosing_again_after_stopping(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        stop_dues(session, bo.id, now=NOON)
        pledge = choose(session, bo)
        assert pledge.state is PledgeState.ACTIVE
        assert open_invoice(session, bo).number == 2
    check_all(db)


REFUSED = [
    pytest.param(Money(0, "USD"), id="nothing"),
    pytest.param(Money(-100, "USD"), id="less than nothing"),
    pytest.param(Money(10**14, "USD"), id="all the money in the world"),
    pytest.param(Money(1200, "EUR"), id="another currency"),
]


@pytest.mark.parametrize("amount", REFUSED)
def test_an_amount_that_is_none_is_refused(db: Database, amount: Money) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
    with pytest.raises(Invalid), db.write.begin() as session:
        choose_dues(session, bo.id, amount=amount, cadence=Cadence.YEARLY, now=NOON)
    with db.read.begin() as session:
        assert invoices_of(session, bo) == []


def test_only_members_choose(db: Database) -> None:
    lay_books(db)
    with pytest.raises(NotFound), db.write.begin() as session:
        choose_dues(session, 5, amount=usd(5), cadence=Cadence.YEARLY, now=NOON)
