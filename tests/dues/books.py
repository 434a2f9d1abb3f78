"""What tests of the books share: a book, drafts, and SQL that nobody should be able to run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.db import Database
from dues.ledger import recipes
from dues.ledger.arithmetic import Draft
from dues.ledger.chart import open_book
from dues.ledger.models import Book, JournalEntry
from dues.ledger.posting import NOBODY, post_entry
from dues.money import Money
from tests.factories import NOON, SERIAL

TODAY = NOON.date()
KEY = "M7F3AQ2K"


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def make_book(session: Session, *, currency: str = "USD") -> Book:
    return open_book(session, currency=currency, now=NOON)


def cash_payment(minor: int = 1200, *, key: str = "", on: date = TODAY) -> Draft:
    """Return a member's payment in cash, of which all settles what was owed."""
    number = next(SERIAL)
    return recipes.payment_received(
        number,
        key=key or f"payment:{number}",
        into=recipes.CASH,
        member_key=KEY,
        settled=usd(minor),
        ahead=usd(0),
        on=on,
    )


def invoice(minor: int = 1200, *, on: date = TODAY) -> Draft:
    return recipes.invoice_opened(next(SERIAL), member_key=KEY, amount=usd(minor), on=on)


def post(session: Session, draft: Draft, book: Book) -> JournalEntry:
    return post_entry(session, draft, book_id=book.id, actor=NOBODY, now=NOON)


def opened_book(db: Database) -> Book:
    with db.write.begin() as session:
        return make_book(session)


@contextmanager
def refused(db: Database, because: str) -> Iterator[Session]:
    """Expect the database itself to refuse what happens in this transaction."""
    with pytest.raises(IntegrityError, match=because), db.write.begin() as session:
        yield session
