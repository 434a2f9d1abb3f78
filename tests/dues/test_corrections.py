"""Slips of the pen taken back, and money returned."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.db import Database
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.members.actor import Actor
from app.members.standing import Standing
from dues.billing.models import (
    InvoiceState,
    Payment,
    PaymentState,
    Pledge,
    PledgeState,
    Receipt,
    Way,
)
from dues.billing.pledges import choose_dues
from dues.billing.sums import waiting_of
from dues.money import Money
from dues.plans import Cadence
from dues.treasury.corrections import Returned, record_refund, take_back_payment
from dues.treasury.received import (
    Received,
    identify_donation,
    identify_payment,
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
from tests.factories import NOON

TODAY = NOON.date()


def back(minor: int, *, on: date = TODAY, key: str | None = None) -> Returned:
    return Returned(usd(minor), Way.TRANSFER, on, request_key=key)


def test_a_slip_is_taken_back_with_all_that_it_did(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo)
        take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)
        assert payment.state is PaymentState.TAKEN_BACK
        assert standing(session, bo) is Standing.PENDING
        assert [i.state for i in invoices_of(session, bo)] == [
            InvoiceState.VOID,
            InvoiceState.OPEN,
        ]
        receipt = session.scalars(select(Receipt)).one()
        assert receipt.voided_at == NOON
        assert balances(session) == {"Assets:Receivable:Dues": 1200, "Income:Dues": -1200}
    check_all(db)


def test_it_is_taken_back_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        payment = pay(session, newcomer(session))
        take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)
        with pytest.raises(Conflict, match="taken back already"):
            take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)
        with pytest.raises(NotFound):
            take_back_payment(session, 5, actor=treasurer(session), now=NOON)


def test_the_right_payment_can_follow_at_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        wrong = pay(session, bo, statement_ref="11/4")
        take_back_payment(session, wrong.id, actor=treasurer(session), now=NOON)
        pay(session, ada, statement_ref="11/4")
        pay(session, bo)
        assert standing(session, ada) is Standing.CURRENT
        assert standing(session, bo) is Standing.CURRENT
    check_all(db)


def test_money_given_to_the_wrong_member_is_unidentified_again(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        received = Received(usd(1200), Way.TRANSFER, TODAY)
        payment = record_unidentified(session, received, actor=treasurer(session), now=NOON)
        for member in (bo, bo, ada):  # Wrong, wrong again, right.
            identify_payment(
                session, payment.id, member_id=member.id, actor=treasurer(session), now=NOON
            )
            if member is bo:
                take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)
                assert payment.state is PaymentState.UNIDENTIFIED
                assert balances(session)["Liabilities:Suspense"] == -1200
        assert standing(session, ada) is Standing.CURRENT
        assert standing(session, bo) is Standing.PENDING
    check_all(db)


def test_a_payment_that_was_spread_is_gathered_again(db: Database) -> None:
    """It paid two periods: one at once, one from what waited; both are open again."""
    lay_books(db)
    later = NOON + timedelta(days=360)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo, 2000)
        choose_dues(session, bo.id, amount=usd(1500), cadence=Cadence.YEARLY, now=later)
        assert waiting_of(session, payment) == usd(0)
        take_back_payment(session, payment.id, actor=treasurer(session), now=later)
        assert standing(session, bo, later) is Standing.LAPSED
        assert "Assets:Bank:Main" not in balances(session)
    check_all(db)


def test_a_part_that_counted_as_the_whole_is_asked_for_in_full_again(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        for _ in range(2):
            payment = pay(session, bo, 500, as_whole=True)
            take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)
            assert open_invoice(session, bo).amount == usd(1200)
    check_all(db)


def test_a_part_taken_back_leaves_the_other_part(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        one, _two = pay(session, bo, 500), pay(session, bo, 700)
        assert standing(session, bo) is Standing.CURRENT
        take_back_payment(session, one.id, actor=treasurer(session), now=NOON)
        assert standing(session, bo) is Standing.PENDING
        pay(session, bo, 500)
        assert standing(session, bo) is Standing.CURRENT
    check_all(db)


def test_dues_go_back_in_full_and_the_vote_rests_from_that_day(db: Database) -> None:
    lay_books(db)
    later = NOON + timedelta(days=10)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo)
        refund = record_refund(
            session,
            payment.id,
            back(1200, on=later.date()),
            actor=treasurer(session),
            now=later,
        )
        assert (refund.ahead_minor, refund.dues_minor) == (0, 1200)
        assert invoices_of(session, bo)[0].state is InvoiceState.REFUNDED
        assert session.get_one(Pledge, bo.id).state is PledgeState.STOPPED
        assert balances(session) == {}
        # Ten paid days, and then the grace that everybody has.
        assert standing(session, bo, later) is Standing.GRACE
    check_all(db)


def test_the_waiting_part_goes_back_first(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        payment = pay(session, bo, 2000)
        record_refund(session, payment.id, back(500), actor=treasurer(session), now=NOON)
        assert waiting_of(session, payment) == usd(300)
        refund = record_refund(session, payment.id, back(400), actor=treasurer(session), now=NOON)
        assert (refund.ahead_minor, refund.dues_minor) == (300, 100)
        assert standing(session, bo) is Standing.CURRENT  # Only a part of the dues went back.
    check_all(db)


def test_never_more_goes_back_than_came(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        payment = pay(session, bo, 1200)
        record_refund(session, payment.id, back(600), actor=treasurer(session), now=NOON)
        record_refund(session, payment.id, back(600), actor=treasurer(session), now=NOON)
        with pytest.raises(Invalid, match="more than"):
            record_refund(session, payment.id, back(1), actor=treasurer(session), now=NOON)
    check_all(db)


def test_unidentified_money_can_go_back(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        received = Received(usd(1200), Way.TRANSFER, TODAY)
        payment = record_unidentified(session, received, actor=treasurer(session), now=NOON)
        record_refund(session, payment.id, back(1200), actor=treasurer(session), now=NOON)
        assert balances(session) == {}
        with pytest.raises(Conflict, match="returned"):
            identify_donation(session, payment.id, actor=treasurer(session), now=NOON)
    check_all(db)


def test_the_same_form_returns_money_once(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        payment = pay(session, newcomer(session))
        one, two = (
            record_refund(
                session, payment.id, back(600, key="form"), actor=treasurer(session), now=NOON
            )
            for _ in range(2)
        )
        assert one is two
    check_all(db)


def test_what_went_back_is_not_taken_back(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        payment = pay(session, newcomer(session))
        record_refund(session, payment.id, back(1), actor=treasurer(session), now=NOON)
        with pytest.raises(Conflict, match="returned"):
            take_back_payment(session, payment.id, actor=treasurer(session), now=NOON)


def test_another_currency_does_not_go_back(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        payment = pay(session, newcomer(session))
        returned = Returned(Money(600, "EUR"), Way.TRANSFER, TODAY)
        with pytest.raises(Invalid):
            record_refund(session, payment.id, returned, actor=treasurer(session), now=NOON)


def test_only_the_treasurer_corrects(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        payment = pay(session, bo)
        nobody = Actor(bo.id, bo.account_id)
        with pytest.raises(Forbidden):
            take_back_payment(session, payment.id, actor=nobody, now=NOON)
        with pytest.raises(Forbidden):
            record_refund(session, payment.id, back(1), actor=nobody, now=NOON)
        assert session.scalars(select(Payment)).one().state is PaymentState.KEPT
