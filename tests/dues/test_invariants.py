"""Whoever changes the books behind the product's back is found out, and the place is named."""

import pytest
from sqlalchemy import text

from app.core.db import Database
from dues.ledger.invariants import breaches, verify_book
from dues.ledger.models import Book
from dues.ledger.rules import RULES
from tests.dues.books import KEY, cash_payment, invoice, make_book, post


def given_books(db: Database) -> Book:
    with db.write.begin() as session:
        book = make_book(session)
        for _ in range(3):
            post(session, invoice(), book)
        post(session, cash_payment(), book)
    return book


def tamper(db: Database, statement: str) -> None:
    """Change the books as somebody with all rights on the database could."""
    with db.write.begin() as session:
        for rule in RULES:
            if db.dialect == "sqlite":
                session.execute(text(f"DROP TRIGGER {rule.name}"))
            elif rule.only != "sqlite":
                table = rule.model.__tablename__
                session.execute(text(f"DROP TRIGGER {rule.name} ON {table}"))
        session.execute(text(statement))


SECOND = "(SELECT id FROM journal_entries WHERE posted_seq = 2)"
TAMPERINGS = [
    # statement, invariants broken, number of the first bad entry
    pytest.param(
        f"UPDATE postings SET amount_minor = amount_minor * 2 WHERE entry_id = {SECOND}",
        {4, 5},
        2,
        id="an amount doubled on both sides",
    ),
    pytest.param(
        f"UPDATE postings SET amount_minor = 1300 WHERE entry_id = {SECOND} AND amount_minor > 0",
        {1, 4, 5},
        2,
        id="an amount changed on one side",
    ),
    pytest.param(
        "UPDATE journal_entries SET memo = 'x' WHERE posted_seq = 2", {5}, 2, id="a memo"
    ),
    pytest.param(
        "UPDATE journal_entries SET recorded_at = '2020-01-01 00:00:00+00:00' "
        "WHERE posted_seq = 3",
        {5},
        3,
        id="a time",
    ),
    pytest.param(
        "UPDATE journal_entries SET hash = prev_hash WHERE posted_seq = 1", {5}, 1, id="a hash"
    ),
    pytest.param(
        "UPDATE journal_entries SET posted_seq = 99 WHERE posted_seq = 4", {5}, 4, id="a number"
    ),
    pytest.param(
        "UPDATE journal_entries SET posted_seq = NULL WHERE posted_seq = 4",
        {2, 4, 5},
        4,
        id="an entry unposted",
    ),
]


def test_untouched_books_hold(db: Database) -> None:
    book = given_books(db)
    with db.read.begin() as session:
        assert breaches(session, book) == []
        assert verify_book(session, book) is None


@pytest.mark.parametrize(("statement", "broken", "seq"), TAMPERINGS)
def test_tampering_is_found(db: Database, statement: str, broken: set[int], seq: int) -> None:
    book = given_books(db)
    tamper(db, statement)
    with db.read.begin() as session:
        fault = verify_book(session, book)
        assert fault is not None
        assert fault.seq == seq
        assert {breach.invariant for breach in breaches(session, book)} == broken


def test_an_entry_that_was_never_sealed_is_found(db: Database) -> None:
    book = given_books(db)
    tamper(
        db,
        "INSERT INTO journal_entries (id, book_id, idem_key, body_hash, kind, effective_on, "
        "recorded_at, actor, source_type, memo, posted_seq, prev_hash, hash) "
        "SELECT 77, book_id, 'k', body_hash, kind, effective_on, recorded_at, actor, "
        "source_type, memo, 5, hash, hash FROM journal_entries WHERE posted_seq = 4",
    )
    with db.read.begin() as session:
        fault = verify_book(session, book)
        assert fault is not None
        assert (fault.seq, fault.reason) == (5, "the books have an entry that was never sealed")


BALANCES = [
    pytest.param("UPDATE month_balances SET debits_minor = debits_minor + 1", {3, 4}, id="a cent"),
    pytest.param("DELETE FROM month_balances", {4}, id="all of them"),
]


@pytest.mark.parametrize(("statement", "broken"), BALANCES)
def test_balances_that_are_not_the_lines_sum_are_found(
    db: Database, statement: str, broken: set[int]
) -> None:
    book = given_books(db)
    tamper(db, statement)
    with db.read.begin() as session:
        assert {breach.invariant for breach in breaches(session, book)} == broken


def test_a_member_who_owes_less_than_nothing_is_found(db: Database) -> None:
    with db.write.begin() as session:
        book = make_book(session)
        post(session, cash_payment(), book)
        [breach] = breaches(session, book)
        assert (breach.invariant, KEY in breach.what) == (13, True)
