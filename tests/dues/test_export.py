"""The books as text for other programs, and back again."""

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime

import pytest
from beancount import loader
from beancount.core.data import Transaction

from app.core.db import Database
from app.core.sheets import harmless
from dues.calendar import Month
from dues.ledger import recipes
from dues.ledger.arithmetic import Draft, EntryKind, Line
from dues.ledger.chart import open_book
from dues.ledger.export import extract
from dues.ledger.formats import Extract, Format, render
from dues.ledger.models import Book, BookKind
from dues.ledger.periods import close_period
from dues.ledger.posting import NOBODY, post_entry, reverse_entry
from dues.ledger.statements import trial_balance
from dues.money import Money, parse_money
from tests.dues.books import KEY, cash_payment, invoice, make_book, post, usd
from tests.factories import NOON

NEW_YEAR = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def given_two_years(db: Database) -> Book:
    """Two years with an opening, dues, an expense with odd words, a reversal and a late item."""
    with db.write.begin() as session:
        book = make_book(session)
        opening = recipes.opening_balance(recipes.BANK, amount=usd(50_000), on=date(2026, 11, 9))
        wrong = invoice(99_00)
        spent = recipes.expense_paid(
            "e",
            line="Expenses:Hosting",
            out_of=recipes.BANK,
            amount=usd(130_00),
            on=date(2026, 11, 9),
            memo='=Machine; "November"\n\\x',
        )
        for draft in (opening, invoice(), cash_payment(), spent):
            post(session, draft, book)
        reverse_entry(session, post(session, wrong, book).id, actor=NOBODY, now=NOON)
        close_period(session, Month(2026, 12), book_id=book.id, actor=KEY, now=NEW_YEAR)
        late = invoice(24_00, on=date(2026, 12, 24))
        post_entry(session, late, book_id=book.id, actor=NOBODY, now=NEW_YEAR)
    return book


def taken(db: Database, book: Book, *, year: int | None = None) -> Extract:
    with db.read.begin() as session:
        return extract(session, book, title='Riverside "Co-op"', year=year)


def balances(db: Database, book: Book, *, through: Month | None = None) -> dict[str, int]:
    with db.read.begin() as session:
        rows = trial_balance(session, book.id, through=through)
    return {row.code: row.balance.minor for row in rows if row.balance}


@pytest.mark.parametrize("year", [None, 2026, 2027])
def test_beancount_agrees_to_the_cent(db: Database, year: int | None) -> None:
    book = given_two_years(db)
    entries, errors, options = loader.load_string(
        render(taken(db, book, year=year), Format.BEANCOUNT)
    )
    assert errors == []
    found: dict[str, int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            assert posting.units.number is not None
            found[posting.account] += int(posting.units.number * 100)
    through = Month(year, 12) if year else None
    ours = balances(db, book, through=through)
    lasting = {c: m for c, m in ours.items() if not c.startswith(("Income", "Expenses"))}
    assert {c: m for c, m in found.items() if c in lasting} == lasting
    found = {c: m for c, m in found.items() if m}
    if year != 2027:  # The second year shows its own income, and the first one's as equity.
        assert found == ours
    assert options["title"] == 'Riverside "Co-op"'


def test_beancount_notices_a_cent_that_was_changed(db: Database) -> None:
    book = given_two_years(db)
    text = render(taken(db, book), Format.BEANCOUNT)
    _, errors, _ = loader.load_string(text.replace("130.00 USD", "130.01 USD", 1))
    assert errors


def test_each_entry_carries_its_number_and_hash(db: Database) -> None:
    book = given_two_years(db)
    taken_out = taken(db, book)
    entries, _, _ = loader.load_string(render(taken_out, Format.BEANCOUNT))
    posted = [entry for entry in entries if isinstance(entry, Transaction)]
    assert {e.meta["hash"] for e in posted} == {e.hash for e in taken_out.entries}
    assert {link for e in posted for link in e.links} == {f"entry-{n}" for n in range(1, 8)}
    [late] = [entry for entry in posted if "original-on" in entry.meta]
    assert (late.date, late.meta["original-on"]) == (date(2027, 1, 5), date(2026, 12, 24))


def test_the_journal_for_ledger_balances(db: Database) -> None:
    """A few lines stand in for the program: every block of amounts sums to zero."""
    book = given_two_years(db)
    blocks = render(taken(db, book), Format.LEDGER).split("\n\n")
    assert blocks[0].startswith("; Riverside")
    assert "commodity USD\n    format 1000.00 USD" in blocks[0]
    assert len(blocks) == 8
    for block in blocks[1:]:
        amounts = [line.split()[1] for line in block.splitlines() if line.endswith(" USD")]
        assert len(amounts) >= 2
        assert sum(int(amount.replace(".", "")) for amount in amounts) == 0
    assert '(4) =Machine, "November" \\x' in "\n".join(blocks)


def test_csv_read_into_empty_books_gives_the_same_balances(db: Database) -> None:
    book = given_two_years(db)
    rows = list(csv.DictReader(io.StringIO(render(taken(db, book), Format.CSV))))
    by_entry: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_entry[row["entry"]].append(row)
    with db.write.begin() as session:
        copy = open_book(session, currency="USD", now=NOON, kind=BookKind.SANDBOX)
        for entry_id, lines in by_entry.items():
            draft = Draft(
                key=entry_id,
                kind=EntryKind(lines[0]["kind"]) if not lines[0]["reverses"] else EntryKind.VOID,
                on=date.fromisoformat(lines[0]["date"]),
                lines=tuple(Line(line["account"], _money(line)) for line in lines),
            )
            post_entry(session, draft, book_id=copy.id, actor=NOBODY, now=NEW_YEAR)
    assert balances(db, copy) == balances(db, book)


def _money(row: dict[str, str]) -> Money:
    money = parse_money(row["amount"].removeprefix("-"), row["currency"])
    return -money if row["amount"].startswith("-") else money


@pytest.mark.parametrize("form", list(Format))
def test_no_export_knows_a_person(db: Database, form: Format) -> None:
    book = given_two_years(db)
    text = render(taken(db, book), form)
    assert f"Receivable:Dues:{KEY}" in text
    assert "@" not in text


def test_an_empty_book_is_exported_too(db: Database) -> None:
    with db.write.begin() as session:
        book = make_book(session)
    for form in Format:
        assert render(taken(db, book), form)
    assert loader.load_string(render(taken(db, book), Format.BEANCOUNT))[1] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_text_of_an_export_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("Machine") == "Machine"
