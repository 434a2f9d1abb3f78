"""What asking the books costs: the trial balance of a million postings."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, text

from app.core.db import Database, open_database
from app.core.ids import new_id
from bench.grounds import Grounds
from bench.readings import Reading, median
from dues.ledger.arithmetic import AccountKind, EntryKind
from dues.ledger.models import Book, BookKind, LedgerAccount, MonthBalance
from dues.ledger.statements import trial_balance
from migrations.upgrade import upgrade

POSTINGS = 1_000_000
ACCOUNTS = 500
ROUNDS = 9
TARGET_MS = 5
SHARE_TARGET = 1 / 20
SCAN = "SELECT account_id, currency, sum(amount_minor) FROM postings GROUP BY account_id, currency"
BOOK_ID = 1
ENTRIES = f"""
    INSERT INTO journal_entries (id, book_id, idem_key, body_hash, kind, effective_on,
        recorded_at, actor, source_type, memo, posted_seq)
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    SELECT n, {BOOK_ID}, 'bench:' || n, 'x', '{EntryKind.PAYMENT}',
        date('2025-01-01', (n % 24) || ' months', (n % 28) || ' days'), :now, 'commonhold', '',
        '', n FROM numbers
"""
LINES = """
    INSERT INTO postings (id, entry_id, account_id, amount_minor, currency, effective_on)
    SELECT 2 * e.id + {number}, e.id, chart.id, {sign} * (1 + e.id % 997), 'USD', e.effective_on
    FROM (SELECT id, id AS n, effective_on FROM journal_entries) e
    JOIN chart ON chart.place = {place}
"""
NOW = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of the balance table, and of the scan that it stands in for."""
    database = open_database(f"sqlite:///{grounds.folder / 'books.db'}")
    try:
        upgrade(database)
        _fill(database)
        with database.read.begin() as session:
            balances = trial_balance(session, BOOK_ID)
            assert len(balances) == ACCOUNTS
            assert sum(row.balance.minor for row in balances) == 0
            asked = _seconds(lambda: trial_balance(session, BOOK_ID))
            scanned = _seconds(lambda: session.execute(text(SCAN)).all())
    finally:
        database.dispose()
    note = "of the covering-index scan"
    yield Reading("trial_balance, 1M postings", asked * 1000, "ms", TARGET_MS)
    yield Reading("trial_balance, share", asked / scanned, note, SHARE_TARGET)


def _seconds(act: Callable[[], Any]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        act()
        taken.append(time.process_time() - started)
    return median(taken)


def _fill(database: Database) -> None:
    """Write a million postings past the triggers, which would check each entry by itself."""
    with database.write_engine.begin() as connection:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in connection.scalars(triggers).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        accounts = _accounts(connection)
        _entries(connection, accounts)
        _balances(connection)
        connection.exec_driver_sql(
            "CREATE INDEX covering ON postings (account_id, currency, effective_on, amount_minor)"
        )
        connection.exec_driver_sql("ANALYZE")


def _accounts(connection: Connection) -> list[int]:
    book = {
        "id": BOOK_ID,
        "kind": BookKind.LIVE,
        "currency": "USD",
        "chain": "b",
        "opened_at": NOW,
    }
    connection.execute(insert(Book), [book])
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "book_id": BOOK_ID,
            "code": f"assets:account{number}",
            "kind": AccountKind.ASSETS,
            "currency": "USD",
            "opened_on": date(2024, 1, 1),
        }
        for number in range(ACCOUNTS)
    ]
    connection.execute(insert(LedgerAccount), rows)
    return [row["id"] for row in rows]


def _entries(connection: Connection, accounts: list[int]) -> None:
    """Add entries of two postings each, spread over accounts and months, by counting in SQL."""
    connection.exec_driver_sql("CREATE TEMP TABLE chart (place INTEGER PRIMARY KEY, id INTEGER)")
    places = [{"place": place, "id": key} for place, key in enumerate(accounts)]
    connection.execute(text("INSERT INTO chart VALUES (:place, :id)"), places)
    connection.execute(text(ENTRIES), {"count": POSTINGS // 2, "now": NOW.isoformat(sep=" ")})
    for number, (place, sign) in enumerate((("n % 500", 1), ("(n * 7 + 3) % 500", -1))):
        connection.execute(text(LINES.format(number=number, place=place, sign=sign)))


def _balances(connection: Connection) -> None:
    month = "cast(strftime('%Y%m', effective_on) AS integer)"
    connection.exec_driver_sql(
        f"INSERT INTO {MonthBalance.__tablename__} "
        "(book_id, account_id, month, debits_minor, credits_minor, moved_minor) "
        f"SELECT {BOOK_ID}, account_id, {month}, "
        "sum(max(amount_minor, 0)), sum(min(amount_minor, 0)), 0 "
        f"FROM postings GROUP BY account_id, {month}"
    )
