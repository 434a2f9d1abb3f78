"""The chart of accounts: what is open from the first day, and what opens when it is used."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import say
from dues.calendar import day_of
from dues.ledger import recipes
from dues.ledger.arithmetic import CODE, kind_of
from dues.ledger.models import Book, BookKind, LedgerAccount

FIRST_ACCOUNTS = (
    recipes.BANK,
    recipes.CASH,
    recipes.RECEIVABLE,
    recipes.PREPAID,
    recipes.SUSPENSE,
    recipes.OPENING,
    recipes.DUES,
    recipes.DONATIONS,
    "Expenses:Fees:Bank",
    "Expenses:Hosting",
    "Expenses:Other",
)
MONEY_PLACES = ("Assets:Bank:", "Assets:Cash:")
OF_MEMBERS = (f"{recipes.RECEIVABLE}:", f"{recipes.PREPAID}:")
# Below these, an account opens when it is first used; anywhere else, a code is a slip.
GROWING = (*MONEY_PLACES, *OF_MEMBERS, "Expenses:")
CODE_LENGTH_MAX = 120


def open_book(
    session: Session, *, currency: str, now: datetime, kind: BookKind = BookKind.LIVE
) -> Book:
    """Begin a set of books with its first accounts; a co-op has one of each kind.

    Raises: Conflict.
    """
    chain = "ledger" if kind is BookKind.LIVE else f"ledger.{kind}"
    if session.scalar(select(Book.id).where(Book.chain == chain)) is not None:
        raise Conflict(say("The books are open already."))
    book = Book(kind=kind, currency=currency, chain=chain, opened_at=now)
    session.add(book)
    session.flush()  # To learn its key.
    for code in FIRST_ACCOUNTS:
        session.add(_account(book, code, currency=currency, on=day_of(now)))
    return book


def live_book(session: Session) -> Book:
    """Return the co-op's book of real money.

    Raises: NotFound before the co-op is founded.
    """
    book = session.scalar(select(Book).where(Book.kind == BookKind.LIVE))
    if book is None:
        raise NotFound(say("There are no books yet."))
    return book


def has_books(session: Session) -> bool:
    """Return whether the co-op's books are open."""
    return session.scalar(select(Book.id).where(Book.kind == BookKind.LIVE)) is not None


def accounts_for(
    session: Session, book: Book, codes: Iterable[tuple[str, str]], *, on: date
) -> Mapping[tuple[str, str], LedgerAccount]:
    """Return the accounts for pairs of code and currency, opening those that may be opened.

    The caller holds the book's lock.

    Raises: Invalid for a code that the chart does not know.
    """
    wanted = set(codes)
    named = select(LedgerAccount).where(
        LedgerAccount.book_id == book.id, LedgerAccount.code.in_({code for code, _ in wanted})
    )
    found = {(account.code, account.currency): account for account in session.scalars(named)}
    known = {code for code, _ in found} | set(FIRST_ACCOUNTS)
    missing = sorted(wanted - found.keys())
    for code, currency in missing:
        if code not in known and not may_grow(code):
            raise Invalid(say("The books have no account {code}.", code=code), account=code)
        found[code, currency] = _account(book, code, currency=currency, on=on)
        session.add(found[code, currency])
    if missing:
        session.flush()  # To learn their keys.
    return found


def may_grow(code: str) -> bool:
    """Return whether an account with the code may be opened by using it."""
    return (
        len(code) <= CODE_LENGTH_MAX
        and CODE.fullmatch(code) is not None
        and code.startswith(GROWING)
    )


def holds_money(code: str) -> bool:
    """Return whether the account is a place where the co-op's money lies."""
    return code.startswith(MONEY_PLACES)


def public_code(code: str) -> str:
    """Return the code without the pseudonym of a member."""
    for prefix in OF_MEMBERS:
        if code.startswith(prefix):
            return prefix.rstrip(":")
    return code


def _account(book: Book, code: str, *, currency: str, on: date) -> LedgerAccount:
    member_key = code.rpartition(":")[2] if code.startswith(OF_MEMBERS) else None
    return LedgerAccount(
        book_id=book.id,
        code=code,
        kind=kind_of(code),
        currency=currency,
        member_key=member_key,
        opened_on=on,
    )
