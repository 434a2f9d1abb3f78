"""Where paying meets the rest: founding, deciding, joining, leaving, the door to the dues."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.db import Database
from app.core.duties import Duty
from app.core.errors import Conflict, Invalid
from app.instance.service import found_coop
from app.members.register import Newcomer
from app.members.service import leave
from app.members.standing import Standing
from app.wiring import EFFECTS, LIVE_CHECKS
from dues import invariants
from dues.billing.models import DuesPlan, InvoiceState
from dues.billing.plan import plan_at
from dues.ledger.chart import FIRST_ACCOUNTS, live_book
from dues.ledger.models import LedgerAccount
from dues.money import Money
from dues.owed import CHECK, REMIND
from dues.plans import Cadence
from governance.effects import Warrant
from governance.refusals import NotYours
from governance.rules import DecisionType
from tests.dues.books import usd
from tests.dues.office import (
    balances,
    check_all,
    choose,
    invoices_of,
    lay_books,
    newcomer,
    pay,
    standing,
)
from tests.factories import NOON
from tests.governance.hall import Hall
from tests.governance.test_one_door import callers

ADA = Newcomer("ada", "ada@mail.example", "a hash")


def setting(amount: object = 200, currency: str = "USD", **more: object) -> dict[str, object]:
    payload = {"suggested": {"amount": amount, "currency": currency}} | more
    return {"kind": "dues.set", "payload": payload}


def test_founding_lays_the_books_in_the_co_ops_currency(db: Database) -> None:
    with db.write.begin() as session:
        found_coop(session, name="Riverside", founder=ADA, currency="EUR", via="test", now=NOON)
    with db.read.begin() as session:
        book, plan = live_book(session), plan_at(session, NOON)
        assert book.currency == "EUR"
        assert set(session.scalars(select(LedgerAccount.code))) == set(FIRST_ACCOUNTS)
        assert (plan.version, plan.decision_id) == (1, None)
        assert plan.terms.monthly == Money(100, "EUR")
        assert plan.terms.cadence is Cadence.YEARLY
        kinds = set(session.scalars(select(Duty.kind)))
        assert {CHECK, REMIND} <= kinds  # The founder hears of the dues like everybody.


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 100), ("KWD", 1000), ("USD", 100)])
def test_the_first_suggestion_is_one_of_its_currency(
    db: Database, currency: str, minor: int
) -> None:
    with db.write.begin() as session:
        found_coop(session, name="Riverside", founder=ADA, currency=currency, via="test", now=NOON)
        assert plan_at(session, NOON).terms.monthly == Money(minor, currency)


def test_a_currency_that_nobody_can_count_in_founds_nothing(db: Database) -> None:
    with pytest.raises(Invalid), db.write.begin() as session:
        found_coop(session, name="Riverside", founder=ADA, currency="XAU", via="test", now=NOON)


def test_members_set_the_dues_by_vote(hall: Hall) -> None:
    order_id = hall.queued(
        type=DecisionType.DUES, title="Two dollars", effects=[setting(200, cadence="quarterly")]
    )
    before = hall.now
    hall.enact(order_id)
    with hall.db.read.begin() as session:
        plan = session.scalars(select(DuesPlan).order_by(DuesPlan.version.desc())).first()
        assert plan is not None
        assert (plan.version, plan.terms.monthly) == (2, usd(200))
        assert plan.cadence is Cadence.QUARTERLY
        assert plan.decision_id == hall.order(order_id).proposal_id
        assert plan_at(session, before - (before - NOON)).version == 1


def test_what_members_chose_for_themselves_stays(hall: Hall) -> None:
    with hall.db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo, 700)
    hall.enact(hall.queued(type=DecisionType.DUES, title="Two", effects=[setting()]))
    with hall.db.read.begin() as session:
        assert invoices_of(session, bo)[0].amount == usd(700)


WRONG = [
    pytest.param(setting(100, "EUR"), id="another currency"),
    pytest.param(setting(-1), id="less than nothing"),
    pytest.param(setting(1.5), id="a fraction"),
    pytest.param(setting("100"), id="text"),
    pytest.param(setting(True), id="a yes"),
    pytest.param(setting(10**15), id="all the money in the world"),
    pytest.param(setting(cadence="weekly"), id="a cadence that is none"),
    pytest.param(setting(secret="x"), id="something more"),
    pytest.param({"kind": "dues.set", "payload": {}}, id="nothing"),
]


@pytest.mark.parametrize("effect", WRONG)
def test_a_measure_that_makes_no_sense_is_refused(hall: Hall, effect: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        hall.deliberating(type=DecisionType.DUES, title="Two", effects=[effect])


def test_only_a_decision_about_dues_sets_them(hall: Hall) -> None:
    with pytest.raises(Invalid, match="another type"):
        hall.draft(type=DecisionType.POLICY, title="Two", effects=[setting()])


def test_without_a_warrant_nothing_is_set(hall: Hall) -> None:
    effect = EFFECTS["dues.set"]
    payload = effect.payload.model_validate(setting()["payload"])
    forged = Warrant(5, None, "dues.set", {}, 7, effective_at=NOON, now=NOON)
    with pytest.raises(NotYours), hall.db.write.begin() as session:
        effect.apply(session, payload, forged)
    with hall.db.read.begin() as session:
        assert plan_at(session, NOON).version == 1


def test_the_decision_says_what_it_does(hall: Hall) -> None:
    effect = EFFECTS["dues.set"]
    payload = effect.payload.model_validate(setting()["payload"])
    with hall.db.read.begin() as session:
        words = effect.describe(effect.preview(session, payload, NOON))
    assert words == "Sets the suggested dues to $2.00 a month; they are $1.00 now."


def test_a_version_of_the_dues_is_never_changed(db: Database) -> None:
    lay_books(db)
    with pytest.raises(IntegrityError, match="never changed"), db.write.begin() as session:
        session.scalars(select(DuesPlan)).one().monthly_minor = 5


def test_who_leaves_owes_nothing(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        leave(session, member_id=bo.id, now=NOON)
        assert [i.state for i in invoices_of(session, bo)] == [InvoiceState.VOID]
        assert balances(session) == {}


def test_who_leaves_before_there_are_books_leaves(db: Database) -> None:
    with db.write.begin() as session:
        leave(session, member_id=newcomer(session).id, now=NOON)


def test_a_suspended_member_pays_and_keeps_their_vote(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session, state="suspended")
        pay(session, bo)
        assert standing(session, bo) is Standing.CURRENT


def test_the_live_check_asks_the_books_too(db: Database) -> None:
    assert invariants.differences in LIVE_CHECKS
    with db.read.begin() as session:
        assert list(invariants.differences(session)) == []
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        invoices_of(session, bo)[0].amount_minor += 1
    with db.read.begin() as session:
        [said] = invariants.differences(session)
    assert said.endswith(" holds 1200, and its open invoice asks for 1201")


FORGED = [
    pytest.param("UPDATE coverages SET ends_on = '2030-01-01'", "by nothing", id="a longer time"),
    pytest.param(
        "UPDATE invoices SET period_end = '2030-01-01'", "covers nobody", id="a longer period"
    ),
    pytest.param("DELETE FROM coverages", "covers nobody", id="no time at all"),
    pytest.param(
        "UPDATE coverages SET source = 'waiver', source_id = 5", "by nothing", id="a place"
    ),
]


@pytest.mark.parametrize(("statement", "fault"), FORGED)
def test_the_live_check_compares_coverage_with_what_was_paid(
    db: Database, statement: str, fault: str
) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        pay(session, bo)
    check_all(db)
    with db.write.begin() as session:
        session.execute(text(statement))
    with db.read.begin() as session:
        assert any(fault in said for said in invariants.differences(session))


DOORS = {
    "JournalEntry": {"dues/ledger/posting.py"},
    "ChainEntry": {"app/core/chain.py"},
    "DuesPlan": {"dues/billing/plan.py"},
    "add_plan": {"dues/effects.py", "dues/listeners.py"},
    "set_dues": {"app/joints.py"},
    "open_book": {"dues/listeners.py"},
    "lay_books": set[str](),  # Only a listener of the founding.
    "Payment": {"dues/treasury/received.py"},
    "FreePlace": {"dues/billing/places.py"},
}


@pytest.mark.parametrize("name", DOORS)
def test_only_the_door_makes_it(name: str) -> None:
    assert callers(name) == DOORS[name]


def test_the_effect_asks_for_its_warrant_first() -> None:
    source = (Path(__file__).parents[2] / "app" / "joints.py").read_text()
    [function] = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "_set_dues"
    ]
    assert ast.unparse(function.body[0]) == "check_warrant(session, warrant)"


def test_books_are_opened_once(db: Database) -> None:
    lay_books(db)
    with pytest.raises(Conflict):
        lay_books(db)
