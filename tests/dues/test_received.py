"""Money that came in: whose it is, what it pays, and that it counts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core.chain import entries
from app.core.db import Database
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.members.actor import Actor
from app.members.audit import CHAIN
from app.members.offices import Office
from app.members.standing import Standing
from dues.billing.models import InvoiceState, Payment, PaymentState, Pledge, Receipt, Way
from dues.billing.pledges import stop_dues
from dues.billing.sums import paid_until, waiting_of
from dues.money import Money
from dues.plans import Cadence
from dues.treasury.received import (
    Received,
    find_payer,
    identify_donation,
    identify_payment,
    record_payment,
    record_unidentified,
)
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
    treasurer,
)
from tests.factories import NOON, make_coverage, make_member

TODAY = NOON.date()
A_YEAR_ON = date(2027, 11, 9)


def test_one_payment_makes_a_full_member(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo, 1200)
        [invoice] = invoices_of(session, bo)
        assert invoice.state is InvoiceState.PAID
        assert standing(session, bo) is Standing.CURRENT
        assert paid_until(session, bo.id) == A_YEAR_ON
        receipt = session.scalars(select(Receipt)).one()
        assert (receipt.payment_id, receipt.label) == (payment.id, "2026-0001")
        assert receipt.good_until == A_YEAR_ON
        assert balances(session) == {"Assets:Bank:Main": 1200, "Income:Dues": -1200}
    check_all(db)


def test_cash_goes_into_the_box(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        received = Received(usd(1200), Way.CASH, TODAY)
        record_payment(session, received, member_id=bo.id, actor=treasurer(session), now=NOON)
        assert balances(session) == {"Assets:Cash:Box": 1200, "Income:Dues": -1200}


def test_a_part_leaves_the_rest_open(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        pay(session, bo, 500)
        assert open_invoice(session, bo).state is InvoiceState.OPEN
        assert standing(session, bo) is Standing.PENDING
        pay(session, bo, 700)
        assert standing(session, bo) is Standing.CURRENT
        assert session.scalar(select(func.count()).select_from(Receipt)) == 2
    check_all(db)


def test_a_part_can_count_as_the_whole(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        pay(session, bo, 500, as_whole=True)
        [invoice] = invoices_of(session, bo)
        assert (invoice.state, invoice.amount) == (InvoiceState.PAID, usd(500))
        assert standing(session, bo) is Standing.CURRENT
        assert balances(session) == {"Assets:Bank:Main": 500, "Income:Dues": -500}
    check_all(db)


def test_too_much_waits_for_the_next_period(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo, 2000)
        assert waiting_of(session, payment) == usd(800)
        assert balances(session) == {
            "Assets:Bank:Main": 2000,
            "Income:Dues": -1200,
            "Liabilities:Prepaid": -800,
        }
    check_all(db)


def test_who_is_covered_pays_ahead(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session)
        until = paid_until(session, bo.id)
        payment = pay(session, bo, 1200)
        assert waiting_of(session, payment) == usd(1200)
        assert paid_until(session, bo.id) == until
    check_all(db)


def test_who_never_chose_pledges_what_they_paid(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        pay(session, bo, 700)
        pledge = session.get_one(Pledge, bo.id)
        assert (pledge.amount, pledge.cadence) == (usd(700), Cadence.YEARLY)
        assert standing(session, bo) is Standing.CURRENT
    check_all(db)


def test_who_had_stopped_is_back_by_paying(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        stop_dues(session, bo.id, now=NOON)
        pay(session, bo, 1200)
        assert standing(session, bo) is Standing.CURRENT
    check_all(db)


def test_money_counts_from_the_day_on_which_it_came(db: Database) -> None:
    """Written down after the end of grace, but it came within it: nobody is punished for us."""
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ended_on = TODAY - timedelta(days=60)
        make_coverage(session, bo, starts_on=ended_on - timedelta(days=365), ends_on=ended_on)
        assert standing(session, bo) is Standing.LAPSED
        pay(session, bo, 1200, on=ended_on + timedelta(days=40))
        assert standing(session, bo) is Standing.CURRENT
        assert paid_until(session, bo.id) == date(2027, 9, 10)
    check_all(db)


def test_after_grace_a_new_year_begins_that_day(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ended_on = TODAY - timedelta(days=60)
        make_coverage(session, bo, starts_on=ended_on - timedelta(days=365), ends_on=ended_on)
        pay(session, bo, 1200)
        assert paid_until(session, bo.id) == A_YEAR_ON
    check_all(db)


def test_the_same_form_sent_twice_counts_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        first = pay(session, bo, 1200, request_key="form-1")
    with db.write.begin() as session:
        assert pay(session, bo, 1200, request_key="form-1").id == first.id
        with pytest.raises(Conflict, match="sent before"):
            pay(session, bo, 1300, request_key="form-1")
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
    check_all(db)


def test_the_same_form_sent_by_many_at_once_counts_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)

    def send(_: int) -> int:
        with db.write.begin() as session:
            return pay(session, bo, 1200, request_key="form-1").id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(16)))) == 1
    check_all(db)


def test_a_line_of_the_statement_counts_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        pay(session, bo, 1200, statement_ref="Statement 11,  line 4")
        with pytest.raises(Conflict, match="in the books already"):
            pay(session, ada, 1200, statement_ref="Statement 11, line 4")


def test_two_equal_gifts_of_cash_are_two(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        pay(session, bo, 1200)
        pay(session, bo, 1200)
        assert session.scalar(select(func.count()).select_from(Payment)) == 2
    check_all(db)


def test_parallel_payments_of_one_member_are_all_kept(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)

    def send(_: int) -> None:
        with db.write.begin() as session:
            pay(session, bo, 400)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    with db.read.begin() as session:
        assert balances(session)["Assets:Bank:Main"] == 3200
    check_all(db)


def test_unknown_money_is_kept_apart_and_then_recognised(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        received = Received(usd(1200), Way.TRANSFER, TODAY, statement_ref="11/5")
        payment = record_unidentified(session, received, actor=treasurer(session), now=NOON)
        assert (payment.state, payment.member_id) == (PaymentState.UNIDENTIFIED, None)
        assert balances(session)["Liabilities:Suspense"] == -1200
        assert session.scalar(select(func.count()).select_from(Receipt)) == 0
    check_all(db)
    with db.write.begin() as session:
        later = NOON + timedelta(days=5)
        identify_payment(session, payment.id, member_id=bo.id, actor=treasurer(session), now=later)
        assert balances(session) == {"Assets:Bank:Main": 1200, "Income:Dues": -1200}
        assert paid_until(session, bo.id) == A_YEAR_ON  # From the day on which it came.
        with pytest.raises(Conflict, match="found out already"):
            identify_payment(
                session, payment.id, member_id=bo.id, actor=treasurer(session), now=later
            )
    check_all(db)


def test_unknown_money_can_be_a_gift(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        received = Received(usd(1200), Way.TRANSFER, TODAY)
        payment = record_unidentified(session, received, actor=treasurer(session), now=NOON)
        identify_donation(session, payment.id, actor=treasurer(session), now=NOON)
        assert balances(session) == {"Assets:Bank:Main": 1200, "Income:Donations": -1200}
        with pytest.raises(NotFound):
            identify_donation(session, 5, actor=treasurer(session), now=NOON)
    check_all(db)


NOT_TREASURER = [
    pytest.param(frozenset[Office](), id="a member"),
    pytest.param(frozenset({Office.ADMIN, Office.MODERATOR}), id="other officers"),
]


@pytest.mark.parametrize("offices", NOT_TREASURER)
def test_only_the_treasurer_writes_money_down(db: Database, offices: frozenset[Office]) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        actor = Actor(bo.id, bo.account_id, offices)
        received = Received(usd(1200), Way.CASH, TODAY)
        with pytest.raises(Forbidden):
            record_payment(session, received, member_id=bo.id, actor=actor, now=NOON)
        with pytest.raises(Forbidden):
            record_unidentified(session, received, actor=actor, now=NOON)
        assert session.scalar(select(func.count()).select_from(Payment)) == 0


BAD = [
    pytest.param(Received(usd(0), Way.CASH, TODAY), id="nothing"),
    pytest.param(Received(usd(-5), Way.CASH, TODAY), id="less than nothing"),
    pytest.param(Received(Money(1200, "EUR"), Way.CASH, TODAY), id="another currency"),
    pytest.param(Received(usd(5), Way.CASH, TODAY + timedelta(days=2)), id="a day to come"),
]


@pytest.mark.parametrize("received", BAD)
def test_what_cannot_be_is_refused(db: Database, received: Received) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
    with pytest.raises(Invalid), db.write.begin() as session:
        record_payment(session, received, member_id=bo.id, actor=treasurer(session), now=NOON)
    with db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 0


def test_finding_who_paid(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session, username="Bo")
        choose(session, bo)
        reference = open_invoice(session, bo).reference
        for who in ("@bo", "bo", " @Bo@riverside.example ", reference, reference.lower()):
            assert find_payer(session, who).id == bo.id


@pytest.mark.parametrize("who", ["", "@", "@nobody", "CO-0017-26", "   "])
def test_finding_nobody(db: Database, who: str) -> None:
    lay_books(db)
    with pytest.raises(Invalid) as refusal, db.read.begin() as session:
        find_payer(session, who)
    assert "who" in refusal.value.fields


def test_the_audit_log_says_that_and_not_whose(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        payment = pay(session, bo, 1200, note="from Bo, bo@mail.example")
        said = [(entry.kind, entry.payload) for entry in entries(session, CHAIN)]
    by = str(payment.recorded_by_id)
    assert said == [("dues.payment_recorded", {"by": by, "payment": str(payment.id)})]


def test_receipts_have_no_gap_and_begin_anew_each_year(db: Database) -> None:
    lay_books(db)
    new_year = NOON.replace(year=2027, month=1)
    with db.write.begin() as session:
        bo = newcomer(session)
        for now in (NOON, NOON, new_year):
            pay(session, bo, 1200, now=now)
        labels = [r.label for r in session.scalars(select(Receipt).order_by(Receipt.id))]
    assert labels == ["2026-0001", "2026-0002", "2027-0001"]
