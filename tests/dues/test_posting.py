"""Posting: once for each key, numbered without a gap, sealed, in an open month."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core import chain
from app.core.db import Database
from app.core.errors import Conflict, Invalid, NotFound
from dues.calendar import Month
from dues.ledger import recipes
from dues.ledger.arithmetic import AccountKind, Draft, EntryKind, credit, debit
from dues.ledger.chart import live_book, open_book, public_code
from dues.ledger.invariants import breaches
from dues.ledger.models import BookKind, JournalEntry, LedgerAccount
from dues.ledger.posting import NOBODY, post_entries, post_entry, reverse_entry
from dues.ledger.statements import balance_of, flows, statement, trial_balance, turnover
from tests.dues.books import (
    KEY,
    TODAY,
    cash_payment,
    invoice,
    make_book,
    opened_book,
    post,
    usd,
)
from tests.factories import NOON

THREADS = 16


def test_an_entry_is_numbered_and_sealed(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        first, second = (post(session, invoice(), book) for _ in range(2))
        assert (first.posted_seq, second.posted_seq) == (1, 2)
        assert second.prev_hash == first.hash
        assert chain.head_of(session, "ledger").hash == second.hash
    with db.read.begin() as session:
        assert breaches(session, book) == []
        owed = balance_of(session, recipes.receivable_of(KEY), book_id=book.id, currency="USD")
        assert owed == usd(2400)


def test_the_chain_holds_pseudonyms_only(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        post(session, invoice(), book)
        [entry] = chain.entries(session, "ledger")
        assert entry.payload["lines"] == [
            [recipes.receivable_of(KEY), 1200, "USD"],
            [recipes.DUES, -1200, "USD"],
        ]
        assert entry.payload["actor"] == NOBODY


def test_the_same_key_and_body_is_the_first_entry(db: Database) -> None:
    book = opened_book(db)
    draft = cash_payment(key="cash:1")
    with db.write.begin() as session:
        first = post(session, draft, book)
    with db.write.begin() as session:
        assert post(session, draft, book).id == first.id
        assert [
            e.id
            for e in post_entries(session, [draft, draft], book_id=book.id, actor=NOBODY, now=NOON)
        ] == [first.id, first.id]
    with db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 1


def test_the_same_key_and_another_body_conflicts(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        post(session, cash_payment(1200, key="cash:1"), book)
    with pytest.raises(Conflict, match="cash:1"), db.write.begin() as session:
        post(session, cash_payment(1300, key="cash:1"), book)


def test_one_batch_cannot_hold_two_bodies_for_one_key(db: Database) -> None:
    book = opened_book(db)
    drafts = [cash_payment(1200, key="k"), cash_payment(1300, key="k")]
    with pytest.raises(Conflict), db.write.begin() as session:
        post_entries(session, drafts, book_id=book.id, actor=NOBODY, now=NOON)
    with db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0


UNKNOWN_ACCOUNTS = ["Income:Lottery", "Assets:Gold", "Equity:Mine", "Assets:Receivable:Rent"]


@pytest.mark.parametrize("code", UNKNOWN_ACCOUNTS)
def test_an_account_outside_the_chart_is_refused(db: Database, code: str) -> None:
    book = opened_book(db)
    lines = (debit(recipes.BANK, usd(5)), credit(code, usd(5)))
    draft = Draft("k", EntryKind.TRANSFER, TODAY, lines)
    with pytest.raises(Invalid, match=code), db.write.begin() as session:
        post(session, draft, book)


def test_a_new_line_of_spending_opens_by_itself(db: Database) -> None:
    book = opened_book(db)
    draft = recipes.expense_paid(
        "e", line="Expenses:Machine:Disk", out_of=recipes.BANK, amount=usd(5), on=TODAY, memo=""
    )
    with db.write.begin() as session:
        post(session, draft, book)
        account = session.scalars(
            select(LedgerAccount).where(LedgerAccount.code == "Expenses:Machine:Disk")
        ).one()
        assert (account.kind, account.member_key) == (AccountKind.EXPENSES, None)


@pytest.mark.parametrize("on", [TODAY + timedelta(days=2), date(1999, 12, 31)])
def test_no_entry_lies_ahead_or_long_ago(db: Database, on: date) -> None:
    book = opened_book(db)
    with pytest.raises(Invalid), db.write.begin() as session:
        post(session, invoice(on=on), book)


def test_there_must_be_books(db: Database) -> None:
    with pytest.raises(NotFound), db.write.begin() as session:
        post_entry(session, invoice(), book_id=1, actor=NOBODY, now=NOON)
    with pytest.raises(NotFound), db.read.begin() as session:
        live_book(session)


def test_a_co_op_has_one_book_of_real_money(db: Database) -> None:
    with db.write.begin() as session:
        book = make_book(session)
        open_book(session, currency="USD", now=NOON, kind=BookKind.SANDBOX)
        assert live_book(session) is book
        with pytest.raises(Conflict):
            make_book(session)


def test_the_sandbox_is_in_no_report_of_the_live_book(db: Database) -> None:
    with db.write.begin() as session:
        live = make_book(session)
        sandbox = open_book(session, currency="USD", now=NOON, kind=BookKind.SANDBOX)
        post(session, invoice(), sandbox)
        assert trial_balance(session, live.id) == []
        assert breaches(session, sandbox) == []


def test_an_entry_is_reversed_once(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        entry = post(session, invoice(), book)
        back = reverse_entry(session, entry.id, actor=NOBODY, now=NOON)
        assert back.reverses_id == entry.id
        assert reverse_entry(session, entry.id, actor=NOBODY, now=NOON) is back
        with pytest.raises(Conflict):
            reverse_entry(session, back.id, actor=NOBODY, now=NOON)
        with pytest.raises(NotFound):
            reverse_entry(session, 1, actor=NOBODY, now=NOON)
    with db.read.begin() as session:
        assert {row.balance for row in trial_balance(session, book.id)} == {usd(0)}
        assert breaches(session, book) == []


def test_a_reversal_lessens_what_came_in(db: Database) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        wrong = post(session, cash_payment(9900), book)
        post(session, cash_payment(1200), book)
        reverse_entry(session, wrong.id, actor=NOBODY, now=NOON)
    with db.read.begin() as session:
        [flow] = flows(session, book_id=book.id, currency="USD", months=[Month.of(TODAY)])
    assert (flow.came_in, flow.went_out, flow.held) == (usd(1200), usd(0), usd(1200))


def test_openings_and_transfers_are_neither_in_nor_out(db: Database) -> None:
    book = opened_book(db)
    before = TODAY - timedelta(days=40)
    with db.write.begin() as session:
        post(session, recipes.opening_balance(recipes.CASH, amount=usd(7000), on=before), book)
        moved = post(
            session,
            recipes.money_moved(
                "m", out_of=recipes.CASH, into=recipes.BANK, amount=usd(500), on=TODAY
            ),
            book,
        )
        spent = recipes.expense_paid(
            "e", line="Expenses:Hosting", out_of=recipes.BANK, amount=usd(300), on=TODAY, memo="x"
        )
        post(session, spent, book)
        reverse_entry(session, moved.id, actor=NOBODY, now=NOON)
    months = [Month.of(before), Month.of(before).plus(1), Month.of(TODAY)]
    with db.read.begin() as session:
        found = flows(session, book_id=book.id, currency="USD", months=months[:1] + months[2:])
        [row] = turnover(
            session, AccountKind.EXPENSES, book_id=book.id, first=months[0], last=months[2]
        )
        assert breaches(session, book) == []
    assert [flow.came_in for flow in found] == [usd(0), usd(0)]
    assert [flow.went_out for flow in found] == [usd(0), usd(300)]
    assert [flow.held for flow in found] == [usd(7000), usd(6700)]
    assert (row.code, row.balance) == ("Expenses:Hosting", usd(300))


def test_a_statement_ends_with_the_balance(db: Database) -> None:
    book = opened_book(db)
    account = recipes.receivable_of(KEY)
    with db.write.begin() as session:
        post(session, invoice(1200, on=TODAY - timedelta(days=3)), book)
        post(session, cash_payment(500), book)
    with db.read.begin() as session:
        lines = statement(session, account, book_id=book.id, currency="USD")
        [last] = statement(session, account, book_id=book.id, currency="USD", limit=1)
    assert [(line.amount, line.balance) for line in lines] == [
        (usd(1200), usd(1200)),
        (usd(-500), usd(700)),
    ]
    assert last == lines[-1]


def test_a_pseudonym_is_not_public() -> None:
    assert public_code(recipes.receivable_of(KEY)) == recipes.RECEIVABLE
    assert public_code(recipes.prepaid_of(KEY)) == recipes.PREPAID
    assert public_code(recipes.BANK) == recipes.BANK


def test_the_same_key_from_many_at_once_is_one_entry(db: Database) -> None:
    book = opened_book(db)
    draft = cash_payment(key="cash:1")

    def write(_: int) -> int:
        with db.write.begin() as session:
            return post(session, draft, book).id

    with ThreadPoolExecutor(THREADS) as pool:
        ids = list(pool.map(write, range(100)))
    assert len(set(ids)) == 1


@pytest.mark.slow
def test_a_thousand_at_once_make_one_gap_free_chain(db: Database) -> None:
    book = opened_book(db)
    drafts = [invoice(minor) for minor in range(1, 1001)]

    def write(draft: Draft) -> None:
        with db.write.begin() as session:
            post(session, draft, book)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, drafts))
    with db.read.begin() as session:
        assert chain.head_of(session, book.chain).seq == 1000
        assert breaches(session, book) == []
        owed = balance_of(session, recipes.receivable_of(KEY), book_id=book.id, currency="USD")
    assert owed == usd(500_500)
