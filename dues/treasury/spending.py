"""Money that goes out or moves: expenses, cash carried to the bank, and what was there before."""

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from dues.billing.keys import hold_book, key_of
from dues.billing.models import Expense, Way
from dues.ledger import recipes
from dues.ledger.arithmetic import MEMO_LENGTH_MAX
from dues.ledger.models import JournalEntry
from dues.ledger.posting import post_entry, reverse_entry
from dues.money import Money, check_amount
from dues.treasury.evidence import Evidence
from dues.treasury.received import PLACES

LINE = re.compile(r"[A-Z0-9][A-Za-z0-9-]{0,39}(:[A-Z0-9][A-Za-z0-9-]{0,39})?")


class Spent(Record):
    """An expense as an officer has it before them.

    `line` is what stands behind "Expenses:", such as Hosting. `memo` is public: no names.
    """

    line: str
    amount: Money
    way: Way
    on: date
    memo: str
    decision_id: int | None = None
    evidence: Evidence | None = None
    request_key: str | None = None


def record_expense(session: Session, spent: Spent, *, actor: Actor, now: datetime) -> Expense:
    """Write down that the co-op paid for something; the same form sent again counts once.

    Raises: Forbidden; Invalid for a line that is no line, or an amount that is none.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    _check(spent, currency=book.currency)
    if (before := _sent_before(session, book.id, spent)) is not None:
        return before
    expense = Expense(
        book_id=book.id,
        account=f"Expenses:{spent.line}",
        amount_minor=spent.amount.minor,
        currency=spent.amount.currency,
        way=spent.way,
        paid_on=spent.on,
        memo=" ".join(spent.memo.split())[:MEMO_LENGTH_MAX],
        decision_id=spent.decision_id,
        evidence_key=spent.evidence.key if spent.evidence else None,
        evidence_type=spent.evidence.media_type if spent.evidence else None,
        request_key=spent.request_key,
        recorded_by_id=actor.member_id,
        recorded_at=now,
    )
    session.add(expense)
    session.flush()  # To learn its key.
    draft = recipes.expense_paid(
        f"expense:{expense.id}",
        line=expense.account,
        out_of=PLACES[expense.way],
        amount=spent.amount,
        on=expense.paid_on,
        memo=expense.memo,
        decision_id=expense.decision_id,
    )
    by = key_of(session, actor.member_id)
    expense.entry_id = post_entry(session, draft, book_id=book.id, actor=by, now=now).id
    _note(session, "dues.expense_recorded", actor=actor, now=now, expense=str(expense.id))
    return expense


def take_back_expense(
    session: Session, expense_id: int, *, actor: Actor, now: datetime
) -> Expense:
    """Take a wrongly written expense back by its opposite.

    Raises: Forbidden; NotFound; Conflict if it was taken back before.
    """
    require(actor, Verb.KEEP_BOOKS)
    hold_book(session)
    expense = lock(session, Expense, expense_id)
    if expense is None or expense.entry_id is None:
        raise NotFound(say("There is no such expense."))
    if expense.taken_back_at is not None:
        raise Conflict(say("This expense was taken back already."))
    by = key_of(session, actor.member_id)
    reverse_entry(session, expense.entry_id, actor=by, now=now)
    expense.taken_back_at = now
    _note(session, "dues.expense_taken_back", actor=actor, now=now, expense=str(expense.id))
    return expense


def move_money(
    session: Session,
    amount: Money,
    *,
    out_of: Way,
    into: Way,
    on: date,
    request_key: str,
    actor: Actor,
    now: datetime,
) -> JournalEntry:
    """Write down that money was carried, such as cash to the bank; a form sent twice counts once.

    Raises: Forbidden; Invalid if it stays where it is, or is not an amount.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    _check_amount(amount, currency=book.currency)
    if PLACES[out_of] == PLACES[into]:
        fault = say("Choose two different places.")
        raise Invalid(fault, into=fault)
    draft = recipes.money_moved(
        f"move:{request_key}", out_of=PLACES[out_of], into=PLACES[into], amount=amount, on=on
    )
    by = key_of(session, actor.member_id)
    entry = post_entry(session, draft, book_id=book.id, actor=by, now=now)
    _note(session, "dues.money_moved", actor=actor, now=now, entry=str(entry.id))
    return entry


def open_balance(
    session: Session, amount: Money, *, place: Way, on: date, actor: Actor, now: datetime
) -> JournalEntry:
    """Write down what was in a place of money before the books began; once for each place.

    Raises: Forbidden; Invalid; Conflict if another sum is written there already.
    """
    require(actor, Verb.KEEP_BOOKS)
    book = hold_book(session)
    _check_amount(amount, currency=book.currency)
    draft = recipes.opening_balance(PLACES[place], amount=amount, on=on)
    by = key_of(session, actor.member_id)
    entry = post_entry(session, draft, book_id=book.id, actor=by, now=now)
    _note(session, "dues.balance_opened", actor=actor, now=now, entry=str(entry.id))
    return entry


def _check(spent: Spent, *, currency: str) -> None:
    _check_amount(spent.amount, currency=currency)
    if not LINE.fullmatch(spent.line):
        fault = say("Name the line in letters and digits, such as Hosting.")
        raise Invalid(fault, line=fault)
    if not spent.memo.strip():
        fault = say("Say what it was for.")
        raise Invalid(fault, memo=fault)


def _check_amount(amount: Money, *, currency: str) -> None:
    check_amount(amount.minor, amount.currency)
    if amount.currency != currency:
        fault = say("These books count in {currency}.", currency=currency)
        raise Invalid(fault, currency=fault)


def _sent_before(session: Session, book_id: int, spent: Spent) -> Expense | None:
    if spent.request_key is None:
        return None
    return session.scalar(
        select(Expense).where(Expense.book_id == book_id, Expense.request_key == spent.request_key)
    )


def _note(session: Session, kind: str, *, actor: Actor, now: datetime, **of: str) -> None:
    note_act(session, kind, now=now, by=str(actor.member_id), **of)
