"""Money that goes out or moves, months that are closed, and words about where to pay."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.chain import entries
from app.core.db import Database
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.members.actor import Actor
from app.members.audit import CHAIN
from app.members.offices import Office
from dues.billing.models import Expense, Way
from dues.calendar import Month
from dues.ledger.models import PeriodState
from dues.money import Money
from dues.treasury.office import close_month, guide_of, note_look, set_guide
from dues.treasury.spending import (
    Spent,
    move_money,
    open_balance,
    record_expense,
    take_back_expense,
)
from tests.dues.books import usd
from tests.dues.office import balances, check_all, lay_books, newcomer, pay, treasurer
from tests.factories import NOON

TODAY = NOON.date()
MACHINE = Spent("Hosting", usd(130_00), Way.TRANSFER, TODAY, "Machine, November")


def test_an_expense_has_its_line_and_its_decision(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        open_balance(
            session, usd(500_00), place=Way.TRANSFER, on=TODAY, actor=treasurer(session), now=NOON
        )
        spent = Spent(
            "Machine:Disk", usd(175_00), Way.TRANSFER, TODAY, "A  spare\ndisk", decision_id=41
        )
        expense = record_expense(session, spent, actor=treasurer(session), now=NOON)
        assert (expense.memo, expense.decision_id) == ("A spare disk", 41)
        assert balances(session) == {
            "Assets:Bank:Main": 325_00,
            "Equity:Opening": -500_00,
            "Expenses:Machine:Disk": 175_00,
        }
    check_all(db)


def test_the_same_form_spends_once(db: Database) -> None:
    lay_books(db)
    spent = Spent("Hosting", usd(5), Way.CASH, TODAY, "Stamps", request_key="form-1")
    with db.write.begin() as session:
        one, two = (
            record_expense(session, spent, actor=treasurer(session), now=NOON) for _ in range(2)
        )
        assert one is two
        assert session.scalar(select(func.count()).select_from(Expense)) == 1


def test_a_wrong_expense_is_taken_back_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        expense = record_expense(session, MACHINE, actor=treasurer(session), now=NOON)
        take_back_expense(session, expense.id, actor=treasurer(session), now=NOON)
        assert balances(session) == {}
        with pytest.raises(Conflict):
            take_back_expense(session, expense.id, actor=treasurer(session), now=NOON)
        with pytest.raises(NotFound):
            take_back_expense(session, 5, actor=treasurer(session), now=NOON)
    check_all(db)


BAD = [
    pytest.param(Spent("hosting", usd(5), Way.CASH, TODAY, "x"), "line", id="a small letter"),
    pytest.param(Spent("A:B:C", usd(5), Way.CASH, TODAY, "x"), "line", id="too deep"),
    pytest.param(Spent("../Income", usd(5), Way.CASH, TODAY, "x"), "line", id="a way out"),
    pytest.param(Spent("Hosting", usd(5), Way.CASH, TODAY, "  "), "memo", id="no words"),
    pytest.param(Spent("Hosting", usd(0), Way.CASH, TODAY, "x"), "amount", id="nothing"),
    pytest.param(
        Spent("Hosting", Money(5, "EUR"), Way.CASH, TODAY, "x"), "currency", id="another currency"
    ),
    pytest.param(
        Spent("Hosting", usd(5), Way.CASH, TODAY + timedelta(days=9), "x"), "on", id="to come"
    ),
]


@pytest.mark.parametrize(("spent", "field"), BAD)
def test_what_is_no_expense(db: Database, spent: Spent, field: str) -> None:
    lay_books(db)
    with pytest.raises(Invalid) as refusal, db.write.begin() as session:
        record_expense(session, spent, actor=treasurer(session), now=NOON)
    assert field in refusal.value.fields
    with db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(Expense)) == 0


def test_cash_is_carried_to_the_bank_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        by = treasurer(session)
        open_balance(session, usd(4400), place=Way.CASH, on=TODAY, actor=by, now=NOON)
        one, two = (
            move_money(
                session,
                usd(4000),
                out_of=Way.CASH,
                into=Way.TRANSFER,
                on=TODAY,
                request_key="form-1",
                actor=by,
                now=NOON,
            )
            for _ in range(2)
        )
        assert one is two
        found = balances(session)
        assert (found["Assets:Bank:Main"], found["Assets:Cash:Box"]) == (4000, 400)
        with pytest.raises(Invalid, match="different"):
            move_money(
                session,
                usd(1),
                out_of=Way.CHEQUE,
                into=Way.TRANSFER,
                on=TODAY,
                request_key="form-2",
                actor=by,
                now=NOON,
            )
    check_all(db)


def test_what_was_there_before_is_written_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        by = treasurer(session)
        for _ in range(2):
            open_balance(session, usd(4400), place=Way.CASH, on=TODAY, actor=by, now=NOON)
        with pytest.raises(Conflict):
            open_balance(session, usd(4500), place=Way.CASH, on=TODAY, actor=by, now=NOON)
        assert balances(session)["Assets:Cash:Box"] == 4400


def test_only_the_treasurer_spends_moves_closes_and_looks(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        actor = Actor(bo.id, bo.account_id, frozenset({Office.ADMIN}))
        month = Month(2026, 10)
        for act in (
            lambda: record_expense(session, MACHINE, actor=actor, now=NOON),
            lambda: take_back_expense(session, 5, actor=actor, now=NOON),
            lambda: open_balance(session, usd(5), place=Way.CASH, on=TODAY, actor=actor, now=NOON),
            lambda: close_month(session, month, actor=actor, now=NOON),
            lambda: set_guide(session, "To me", actor=actor, now=NOON),
            lambda: note_look(session, "roll", actor=actor, now=NOON),
        ):
            with pytest.raises(Forbidden):
                act()
        assert entries(session, CHAIN) == []


def test_closing_is_noted_with_its_month(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        by = treasurer(session)
        soft = close_month(session, Month(2026, 10), soft=True, actor=by, now=NOON)
        assert soft.state is PeriodState.SOFT
        close_month(session, Month(2026, 10), actor=by, now=NOON)
        payment = pay(session, newcomer(session), on=TODAY - timedelta(days=20))
        assert payment.entry_id is not None
        said = [entry.payload for entry in entries(session, CHAIN)]
    assert [one.get("state") for one in said[:2]] == ["soft", "closed"]
    check_all(db)


def test_where_to_pay_is_versioned_and_its_author_is_named(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        by = treasurer(session)
        assert guide_of(session) is None
        set_guide(session, "  Account 1\r\nor cash ", actor=by, now=NOON)
        set_guide(session, "Account 2", actor=by, now=NOON)
        guide = guide_of(session)
        assert guide is not None
        assert (guide.version, guide.text) == (2, "Account 2")
        noted = [e.payload for e in entries(session, CHAIN)]
    assert [(one["by"], one["text"]) for one in noted] == [
        (str(by.member_id), "Account 1\nor cash"),
        (str(by.member_id), "Account 2"),
    ]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_words_about_paying_must_say_something(db: Database, text: str) -> None:
    lay_books(db)
    with pytest.raises(Invalid), db.write.begin() as session:
        set_guide(session, text, actor=treasurer(session), now=NOON)


def test_each_look_at_names_leaves_a_trace(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        by = treasurer(session)
        note_look(session, "roll", actor=by, now=NOON)
        note_look(session, "member", member_id=7, actor=by, now=NOON)
        said = [entry.payload for entry in entries(session, CHAIN)]
    assert said == [
        {"by": str(by.member_id), "what": "roll"},
        {"by": str(by.member_id), "what": "member", "member": "7"},
    ]
