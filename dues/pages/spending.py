"""Writing down what the co-op paid for, with the paper that proves it."""

import secrets
from datetime import date
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from dues.billing.models import Way
from dues.calendar import day_of
from dues.ledger.arithmetic import MEMO_LENGTH_MAX
from dues.money import parse_money, said
from dues.pages.common import (
    WAYS,
    ConfirmedTreasurerDep,
    TreasurerDep,
    account_words,
    check_day,
    currency_of,
    read_id,
    sign_of,
)
from dues.pages.papers import evidence_in, paper_answer
from dues.reading.desk import expense_lines, expense_of, latest_expenses
from dues.treasury.office import note_look
from dues.treasury.spending import Spent, record_expense, take_back_expense

router = page_router(prefix="/duties/treasury/expenses")

HERE: Final = "/duties/treasury/expenses"
PAGE: Final = "dues/expenses.html"
PREFIX: Final = "Expenses:"


class ExpenseForm(Shape):
    """An expense as the treasurer writes it down; `new_line` names a line that is not listed."""

    line: str = Field(max_length=81)
    new_line: str = Field(default="", max_length=40)
    amount: str = Field(max_length=40)
    way: Way = Way.TRANSFER
    day: date
    memo: str = Field(max_length=MEMO_LENGTH_MAX)
    key: str = Field(pattern=r"^[0-9a-f]{32}$")


@router.get("")
def show(
    request: Request, _actor: ConfirmedTreasurerDep, session: ReaderDep, clock: ClockDep
) -> Response:
    """Show the form, and what was written down last."""
    form = filled_with(day=day_of(clock.now()), way=Way.TRANSFER)
    return render(request, PAGE, form=form, **_around(session))


@router.post("")
def record(
    request: Request,
    sent: SentDep,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
    kernel: KernelDep,
) -> Response:
    """Write an expense into the books."""
    try:
        form = sent.read(ExpenseForm)
        check_day(form.day, now=clock.now())
        spent = Spent(
            line=form.new_line.strip() or form.line,
            amount=parse_money(form.amount, currency_of(session)),
            way=form.way,
            on=form.day,
            memo=form.memo,
            evidence=evidence_in(sent, kernel),
            request_key=form.key,
        )
        record_expense(session, spent, actor=actor, now=clock.now())
    except Invalid as fault:
        return sent.again(PAGE, fault, **_around(session))
    told = say("{amount} is in the books, for everybody to read.", amount=said(spent.amount))
    return after_post(request, to=HERE, said=told)


@router.post("/{expense}/back")
def take_back(
    request: Request,
    expense: str,
    actor: ConfirmedTreasurerDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Take back an expense that was written down by mistake."""
    take_back_expense(session, read_id(expense), actor=actor, now=clock.now())
    told = say("Taken back: a second entry undoes the first one.")
    return after_post(request, to=HERE, said=told)


@router.get("/{expense}/evidence")
def show_evidence(expense: str, actor: TreasurerDep, kernel: KernelDep) -> Response:
    """Serve the paper of an expense; the look is written into the audit log."""
    with kernel.db.write.begin() as session:
        found = expense_of(session, read_id(expense))
        note_look(session, "evidence", actor=actor, now=kernel.clock.now())
        key, media_type = found.evidence_key, found.evidence_type
    return paper_answer(kernel, key, media_type, name=f"expense-{expense}")


def _around(session: Session) -> dict[str, Any]:
    currency = currency_of(session)
    lines = expense_lines(session)
    return {
        "lines": [(line.removeprefix(PREFIX), account_words(line)) for line in lines],
        "latest": latest_expenses(session),
        "account_words": account_words,
        "ways": list(WAYS.items()),
        "way_words": WAYS,
        "sign": sign_of(currency),
        "key": secrets.token_hex(16),
    }
