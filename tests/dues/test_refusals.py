"""What the database itself refuses, whatever program asks: raw SQL on both engines."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.db import Database
from dues.calendar import Month
from dues.ledger import recipes, rules
from dues.ledger.chart import open_book
from dues.ledger.models import Book, BookKind, JournalEntry, LedgerAccount
from dues.ledger.periods import close_period
from tests.dues.books import TODAY, invoice, make_book, opened_book, post, refused
from tests.factories import NOON

ENTRY = (
    "INSERT INTO journal_entries (id, book_id, idem_key, body_hash, kind, effective_on, "
    "recorded_at, actor, source_type, memo, posted_seq) VALUES "
    "(77, :book, :key, 'b', 'invoice', :day, '2026-11-09 12:00:00+00:00', 'x', '', '', :seq)"
)
LINE = (
    "INSERT INTO postings (id, entry_id, account_id, amount_minor, currency, effective_on) "
    "VALUES (:id, 77, :account, :amount, :currency, :day)"
)
POST = "UPDATE journal_entries SET posted_seq = 9, hash = 'h', prev_hash = 'p' WHERE id = 77"


def given_an_entry(db: Database) -> Book:
    with db.write.begin() as session:
        book = make_book(session)
        post(session, invoice(), book)
    return book


CHANGES = [
    pytest.param("UPDATE journal_entries SET memo = 'x'", rules.ENTRY_STAYS, id="a memo"),
    pytest.param(
        "UPDATE journal_entries SET posted_seq = NULL", rules.ENTRY_STAYS, id="taking it back"
    ),
    pytest.param(
        "UPDATE journal_entries SET effective_on = '2026-01-01'", rules.ENTRY_STAYS, id="its day"
    ),
    pytest.param("DELETE FROM journal_entries", rules.ENTRY_STAYS, id="deleting the entry"),
    pytest.param(
        "UPDATE postings SET amount_minor = amount_minor * 2", rules.LINE_STAYS, id="its lines"
    ),
    pytest.param("DELETE FROM postings", rules.LINE_STAYS, id="deleting its lines"),
    pytest.param(
        "INSERT INTO postings (id, entry_id, account_id, amount_minor, currency, effective_on) "
        "SELECT 78, entry_id, account_id, 5, 'USD', effective_on FROM postings LIMIT 1",
        rules.LINE_STAYS,
        id="one more line",
    ),
    pytest.param(
        "UPDATE ledger_accounts SET code = 'Assets:Mine'", rules.ACCOUNT_STAYS, id="a code"
    ),
    pytest.param(
        "UPDATE ledger_accounts SET currency = 'EUR'", rules.ACCOUNT_STAYS, id="a currency"
    ),
    pytest.param("DELETE FROM ledger_accounts", rules.ACCOUNT_STAYS, id="deleting an account"),
]


@pytest.mark.parametrize(("statement", "because"), CHANGES)
def test_what_is_posted_stays(db: Database, statement: str, because: str) -> None:
    given_an_entry(db)
    with refused(db, because) as session:
        session.execute(text(statement))


def test_the_orm_cannot_change_an_entry_either(db: Database) -> None:
    given_an_entry(db)
    with refused(db, rules.ENTRY_STAYS) as session:
        session.execute(update(JournalEntry).values(actor="somebody"))


REPLACEMENTS = [
    pytest.param(
        "REPLACE INTO journal_entries (id, book_id, idem_key, body_hash, kind, effective_on, "
        "recorded_at, actor, source_type, memo) SELECT id, book_id, idem_key, body_hash, kind, "
        "effective_on, recorded_at, actor, source_type, 'x' FROM journal_entries",
        rules.ENTRY_STAYS,
        id="an entry",
    ),
    pytest.param(
        "REPLACE INTO journal_entries (id, book_id, idem_key, body_hash, kind, effective_on, "
        "recorded_at, actor, source_type, memo) SELECT 5, book_id, idem_key, body_hash, kind, "
        "effective_on, recorded_at, actor, source_type, 'x' FROM journal_entries",
        rules.ENTRY_STAYS,
        id="an entry by its key",
    ),
    pytest.param(
        "REPLACE INTO postings (id, entry_id, account_id, amount_minor, currency, effective_on) "
        "SELECT id, entry_id, account_id, 5, currency, effective_on FROM postings",
        rules.LINE_STAYS,
        id="a line",
    ),
]


@pytest.mark.parametrize(("statement", "because"), REPLACEMENTS)
def test_sqlite_does_not_replace_either(db: Database, statement: str, because: str) -> None:
    given_an_entry(db)
    if db.dialect == "postgresql":
        return  # It knows no REPLACE; its ON CONFLICT is an UPDATE, refused above.
    with refused(db, because) as session:
        session.execute(text(statement))


# lines as (account, amount, currency), the reason
MALFORMED = [
    pytest.param([], rules.FEW_LINES, id="no line"),
    pytest.param([("USD", 5, "USD")], rules.FEW_LINES, id="one line"),
    pytest.param([("USD", 5, "USD"), ("USD", -4, "USD")], rules.UNBALANCED, id="a cent astray"),
    pytest.param(
        [("USD", 5, "USD"), ("EUR", -5, "EUR")],
        rules.UNBALANCED,
        id="five and five of two currencies",
    ),
    pytest.param(
        [("USD", 5, "USD"), ("EUR", -5, "USD")],
        rules.MISPLACED,
        id="an account of another currency",
    ),
    pytest.param(
        [("USD", 5, "USD"), ("sandbox", -5, "USD")],
        rules.MISPLACED,
        id="an account of another book",
    ),
]


@pytest.mark.parametrize(("lines", "because"), MALFORMED)
def test_an_entry_is_checked_as_a_whole(
    db: Database, lines: list[tuple[str, int, str]], because: str
) -> None:
    with db.write.begin() as session:
        book = make_book(session)
        other = open_book(session, currency="USD", now=NOON, kind=BookKind.SANDBOX)
        accounts = {
            name: _bank(book_id, currency)
            for name, book_id, currency in (
                ("USD", book.id, "USD"),
                ("EUR", book.id, "EUR"),
                ("sandbox", other.id, "USD"),
            )
        }
        session.add_all(accounts.values())
    with refused(db, because) as session:
        session.execute(text(ENTRY), {"book": book.id, "key": "k", "day": TODAY, "seq": None})
        for number, (account, amount, currency) in enumerate(lines, 80):
            session.execute(
                text(LINE),
                {
                    "id": number,
                    "account": accounts[account].id,
                    "amount": amount,
                    "currency": currency,
                    "day": TODAY,
                },
            )
        session.execute(text(POST))


def test_an_entry_without_a_seal_is_not_posted(db: Database) -> None:
    book = opened_book(db)
    with refused(db, rules.UNSEALED) as session:
        _open_entry(session, book)
        session.execute(text("UPDATE journal_entries SET posted_seq = 9 WHERE id = 77"))


def test_a_line_of_another_day_is_refused(db: Database) -> None:
    book = opened_book(db)
    with refused(db, rules.MISPLACED) as session:
        _open_entry(session, book)
        session.execute(text("UPDATE postings SET effective_on = '2026-01-01' WHERE id = 80"))
        session.execute(text(POST))


def test_a_line_of_nothing_is_refused(db: Database) -> None:
    book = opened_book(db)
    with refused(db, "not_nothing") as session:
        _open_entry(session, book)
        session.execute(text("UPDATE postings SET amount_minor = 0"))


def test_an_entry_is_not_born_posted(db: Database) -> None:
    book = opened_book(db)
    with refused(db, rules.BORN_POSTED) as session:
        session.execute(text(ENTRY), {"book": book.id, "key": "k", "day": TODAY, "seq": 9})


def test_the_same_key_twice_is_refused(db: Database) -> None:
    book = given_an_entry(db)
    with refused(db, f"{rules.ENTRY_STAYS}|uq_journal_entries") as session:
        key = session.execute(text("SELECT idem_key FROM journal_entries")).scalar()
        session.execute(text(ENTRY), {"book": book.id, "key": key, "day": TODAY, "seq": None})


def test_a_reversal_is_not_reversed(db: Database) -> None:
    book = given_an_entry(db)
    with db.write.begin() as session:
        entry_id = session.execute(text("SELECT id FROM journal_entries")).scalar_one()
        draft = recipes.taken_back(entry_id, invoice().lines, on=TODAY)
        back = post(session, draft, book)
    with refused(db, rules.NOT_REVERSIBLE) as session:
        post(session, recipes.taken_back(back.id, draft.lines, on=TODAY), book)


def test_a_closed_month_takes_nothing(db: Database) -> None:
    last_month = Month.of(TODAY).plus(-1)
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, last_month, book_id=book.id, actor="x", now=NOON)
    with refused(db, rules.MONTH_CLOSED) as session:
        _open_entry(session, book, day=last_month.last.isoformat())
        session.execute(text(POST))


PERIODS = [
    "UPDATE ledger_periods SET state = 'open'",
    "UPDATE ledger_periods SET state = 'soft'",
    "UPDATE ledger_periods SET month = month - 1",
    "DELETE FROM ledger_periods",
]


@pytest.mark.parametrize("statement", PERIODS)
def test_a_closed_month_stays_closed(db: Database, statement: str) -> None:
    book = opened_book(db)
    with db.write.begin() as session:
        close_period(session, Month(2026, 10), book_id=book.id, actor="x", now=NOON)
    with refused(db, rules.PERIOD_STAYS) as session:
        session.execute(text(statement))


def _bank(book_id: int, currency: str) -> LedgerAccount:
    return LedgerAccount(
        book_id=book_id, code="Assets:Bank:Two", kind="assets", currency=currency, opened_on=TODAY
    )


def _open_entry(session: Session, book: Book, *, day: str = TODAY.isoformat()) -> None:
    session.execute(text(ENTRY), {"book": book.id, "key": "k", "day": day, "seq": None})
    account = session.execute(
        text("SELECT id FROM ledger_accounts WHERE code = 'Assets:Bank:Main'")
    ).scalar_one()
    for number, amount in ((80, 5), (81, -5)):
        session.execute(
            text(LINE),
            {"id": number, "account": account, "amount": amount, "currency": "USD", "day": day},
        )
