"""What a member reads of their own dues: what is next, and what went back."""

from datetime import timedelta

from app.core.db import Database
from app.members.standing import Standing
from dues.billing.models import Way
from dues.reading.mine import my_dues
from dues.treasury.corrections import Returned, record_refund
from tests.dues.books import usd
from tests.dues.office import choose, lay_books, newcomer, pay, treasurer
from tests.factories import NOON


def test_a_lapsed_member_is_told_of_no_next_payment(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        pay(session, bo)
        paid = my_dues(session, bo.id, now=NOON)
        assert paid.next_on == paid.until
        lapsed = my_dues(session, bo.id, now=NOON + timedelta(days=500))
        assert (lapsed.standing, lapsed.next_on) == (Standing.LAPSED, None)


def test_a_receipt_says_what_of_it_went_back(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        kept, twice = pay(session, bo), pay(session, bo)
        returned = Returned(usd(700), Way.TRANSFER, NOON.date())
        for _ in range(2):
            record_refund(session, twice.id, returned, actor=treasurer(session), now=NOON)
            returned = Returned(usd(500), Way.CASH, NOON.date())
        mine = my_dues(session, bo.id, now=NOON)
        told = {receipt.payment_id: mine.returned(receipt) for receipt in mine.receipts}
        assert told == {kept.id: None, twice.id: usd(1200)}
