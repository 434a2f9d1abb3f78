"""Closing months: late money is dated now, and only a decision opens a month again."""

from datetime import date

import pytest

from app.core.db import Database
from app.core.errors import Conflict, NotFound
from dues.calendar import Month
from dues.ledger.invariants import breaches
from dues.ledger.models import PeriodState
from dues.ledger.periods import (
    close_period,
    closed_through,
    months_with_entries,
    reopen_period,
    state_of,
    trial_balance_hash,
)
from dues.ledger.posting import NOBODY, reverse_entry
from tests.dues.books import KEY, invoice, opened_book, post
from tests.factories import NOON

OCTOBER, SEPTEMBER = Month(2026, 10), Month(2026, 9)
IN_OCTOBER = date(2026, 10, 20)


def test_a_late_item_is_dated_now_and_remembers_its_day(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
        entry = post(session, invoice(on=IN_OCTOBER), book)
        earlier = post(session, invoice(on=date(2026, 8, 3)), book)
        assert (entry.effective_on, entry.original_on) == (NOON.date(), IN_OCTOBER)
        assert earlier.effective_on == NOON.date()
        assert breaches(session, book) == []


def test_a_late_item_written_again_is_still_the_same(db: Database) -> None:
    book = opened_book(db)
    draft = invoice(on=IN_OCTOBER)
    with db.write.begin() as session:
        first = post(session, draft, book)
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
        assert post(session, draft, book) is first


def test_reversing_an_entry_of_a_closed_month_happens_today(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        entry = post(session, invoice(on=IN_OCTOBER), book)
        before = trial_balance_hash(session, book.id, through=OCTOBER)
        period = close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
        back = reverse_entry(session, entry.id, actor=NOBODY, now=NOON, on=IN_OCTOBER)
        assert (back.effective_on, back.original_on) == (NOON.date(), IN_OCTOBER)
        assert period.trial_balance_hash == before
        assert trial_balance_hash(session, book.id, through=OCTOBER) == before


def test_a_soft_close_only_warns(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON, soft=True)
        assert state_of(session, OCTOBER, book_id=book.id) is PeriodState.SOFT
        assert closed_through(session, book.id) is None
        assert post(session, invoice(on=IN_OCTOBER), book).effective_on == IN_OCTOBER
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
        assert state_of(session, OCTOBER, book_id=book.id) is PeriodState.CLOSED


def test_the_months_before_are_closed_with_it(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
        assert state_of(session, SEPTEMBER, book_id=book.id) is PeriodState.CLOSED
        with pytest.raises(Conflict, match="closed already"):
            close_period(session, SEPTEMBER, book_id=book.id, actor=KEY, now=NOON)


@pytest.mark.parametrize("month", [Month(2026, 11), Month(2026, 12)])
def test_a_month_that_is_not_over_is_not_closed(db: Database, month: Month) -> None:
    book = opened_book(db)
    with pytest.raises(Conflict, match="not over"), db.write.begin() as session:
        close_period(session, month, book_id=book.id, actor=KEY, now=NOON)


def test_only_a_decision_opens_the_last_closed_month(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, SEPTEMBER, book_id=book.id, actor=KEY, now=NOON)
        close_period(session, OCTOBER, book_id=book.id, actor=KEY, now=NOON)
    with pytest.raises(Conflict, match="decision"), db.write.begin() as session:
        reopen_period(session, OCTOBER, book_id=book.id, decision_id=None, actor=KEY)
    with pytest.raises(Conflict, match="last"), db.write.begin() as session:
        reopen_period(session, SEPTEMBER, book_id=book.id, decision_id=5, actor=KEY)
    with db.write.begin() as session:
        reopen_period(session, OCTOBER, book_id=book.id, decision_id=5, actor=KEY)
        assert closed_through(session, book.id) == SEPTEMBER
        assert post(session, invoice(on=IN_OCTOBER), book).effective_on == IN_OCTOBER


def test_books_that_do_not_exist_have_no_months(db: Database) -> None:
    with pytest.raises(NotFound), db.write.begin() as session:
        close_period(session, OCTOBER, book_id=1, actor=KEY, now=NOON)


def test_months_from_the_first_entry_to_the_last(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        assert months_with_entries(session, book.id) == []
        post(session, invoice(on=date(2026, 9, 2)), book)
        post(session, invoice(), book)
        months = months_with_entries(session, book.id)
    assert months == [SEPTEMBER, OCTOBER, Month(2026, 11)]
