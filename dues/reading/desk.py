"""What the treasurer looks up: open invoices by age, one payment, expenses."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import say
from app.members.models import Member
from dues.billing.models import (
    Allocation,
    Expense,
    Invoice,
    InvoiceState,
    Payment,
    PaymentState,
    Receipt,
    Refund,
)
from dues.billing.sums import unpaid_of, waiting_of
from dues.ledger.models import LedgerAccount
from dues.money import Money

INVOICES_MAX: Final = 200
EXPENSES_MAX: Final = 40
FIRST_LINES: Final = ("Expenses:Hosting", "Expenses:Fees:Bank", "Expenses:Other")


class OpenInvoice(Record):
    """An invoice that is not settled, and how many days it is late."""

    invoice: Invoice
    account: Account
    unpaid: Money
    days_late: int


class Sheet(Record):
    """One payment, what it was for, and what of it can still go back."""

    payment: Payment
    account: Account | None
    invoices: Sequence[tuple[Invoice, Money]]
    receipt: Receipt | None
    refunds: Sequence[Refund]
    returnable: Money

    @property
    def may_be_taken_back(self) -> bool:
        """Whether it can be undone as a slip of the pen."""
        return self.payment.state is not PaymentState.TAKEN_BACK and not self.refunds


def open_invoices(session: Session, *, today: date) -> Sequence[OpenInvoice]:
    """Return open invoices, the oldest due first."""
    rows = session.execute(
        select(Invoice, Account)
        .join(Member, Member.id == Invoice.member_id)
        .join(Account, Account.id == Member.account_id)
        .where(Invoice.state == InvoiceState.OPEN)
        .order_by(Invoice.due_on, Invoice.id)
        .limit(INVOICES_MAX)
    ).all()
    return [
        OpenInvoice(
            invoice, account, unpaid_of(session, invoice), max(0, (today - invoice.due_on).days)
        )
        for invoice, account in rows
    ]


def payment_of(session: Session, payment_id: int) -> Payment:
    """Return a payment. Raises: NotFound."""
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise NotFound(say("There is no such payment."))
    return payment


def sheet_of(session: Session, payment_id: int) -> Sheet:
    """Return everything about a payment. Raises: NotFound."""
    payment = payment_of(session, payment_id)
    refunds = session.scalars(
        select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)
    ).all()
    return Sheet(
        payment=payment,
        account=_payer(session, payment),
        invoices=_settled(session, payment),
        receipt=session.scalar(
            select(Receipt).where(Receipt.payment_id == payment_id, Receipt.voided_at.is_(None))
        ),
        refunds=refunds,
        returnable=_returnable(session, payment),
    )


def expense_of(session: Session, expense_id: int) -> Expense:
    """Return an expense. Raises: NotFound."""
    expense = session.get(Expense, expense_id)
    if expense is None:
        raise NotFound(say("There is no such expense."))
    return expense


def latest_expenses(session: Session) -> Sequence[Expense]:
    """Return the expenses that were written down last, newest first."""
    newest = select(Expense).order_by(Expense.recorded_at.desc(), Expense.id.desc())
    return session.scalars(newest.limit(EXPENSES_MAX)).all()


def expense_lines(session: Session) -> Sequence[str]:
    """Return the accounts that an expense can be written to: the usual ones and those in use."""
    used = select(LedgerAccount.code).where(LedgerAccount.code.startswith("Expenses:"))
    return [*FIRST_LINES, *sorted(set(session.scalars(used)) - set(FIRST_LINES))]


def _payer(session: Session, payment: Payment) -> Account | None:
    if payment.member_id is None:
        return None
    member = session.get_one(Member, payment.member_id)
    return session.get_one(Account, member.account_id)


def _settled(session: Session, payment: Payment) -> list[tuple[Invoice, Money]]:
    rows = session.execute(
        select(Invoice, Allocation.amount_minor)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id == payment.id)
        .order_by(Invoice.id)
    )
    return [(invoice, Money(minor, payment.currency)) for invoice, minor in rows]


def _returnable(session: Session, payment: Payment) -> Money:
    """Return what can go back in one step: what waits, and what is left of the newest dues."""
    if payment.state in (PaymentState.TAKEN_BACK, PaymentState.DONATED):
        return Money(0, payment.currency)
    paid = [row for row in _settled(session, payment) if row[0].state is InvoiceState.PAID]
    newest = max(paid, key=lambda row: row[0].period_start, default=None)
    waiting = waiting_of(session, payment)
    if newest is None:
        return waiting
    invoice, settled = newest
    back = select(func.sum(Refund.dues_minor)).where(
        Refund.payment_id == payment.id, Refund.invoice_id == invoice.id
    )
    return waiting + settled - Money(int(session.scalar(back) or 0), payment.currency)
