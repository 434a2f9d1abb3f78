"""How each event of the dues is written in the books: one recipe for each. Pure.

A key names the fact, not the attempt: writing the same fact again finds the first entry.
"""

from collections.abc import Sequence
from datetime import date

from dues.ledger.arithmetic import (
    Draft,
    EntryKind,
    Line,
    credit,
    debit,
    entry_lines,
    reversed_lines,
)
from dues.money import Money

BANK = "Assets:Bank:Main"
CASH = "Assets:Cash:Box"
RECEIVABLE = "Assets:Receivable:Dues"
PREPAID = "Liabilities:Prepaid"
SUSPENSE = "Liabilities:Suspense"
OPENING = "Equity:Opening"
DUES = "Income:Dues"
DONATIONS = "Income:Donations"


def receivable_of(member_key: str) -> str:
    """Return the account of what the member with the key owes."""
    return f"{RECEIVABLE}:{member_key}"


def prepaid_of(member_key: str) -> str:
    """Return the account of what the member with the key paid ahead."""
    return f"{PREPAID}:{member_key}"


def opening_balance(account: str, *, amount: Money, on: date) -> Draft:
    """The books begin with money that was there before."""
    lines = entry_lines(debit(account, amount), credit(OPENING, amount))
    return Draft(f"opening:{account}", EntryKind.OPENING, on, lines)


def invoice_opened(invoice_id: int, *, member_key: str, amount: Money, on: date) -> Draft:
    """A period's dues are asked for: income that is owed, not yet there."""
    lines = entry_lines(debit(receivable_of(member_key), amount), credit(DUES, amount))
    return Draft(f"invoice:{invoice_id}", EntryKind.INVOICE, on, lines, "invoice", invoice_id)


def invoice_voided(
    invoice_id: int, *, member_key: str, unpaid: Money, paid: Money, on: date
) -> Draft:
    """An invoice ends: what was asked for is taken back, for dues are never a debt.

    What was `paid` of it stays the member's, as money paid ahead.
    """
    lines = entry_lines(
        debit(DUES, unpaid + paid),
        credit(receivable_of(member_key), unpaid),
        credit(prepaid_of(member_key), paid),
    )
    return Draft(f"void:{invoice_id}", EntryKind.VOID, on, lines, "invoice", invoice_id)


def invoice_reduced(invoice_id: int, *, member_key: str, unpaid: Money, on: date) -> Draft:
    """What was paid of an invoice counts as the whole; the rest is not asked for."""
    lines = entry_lines(debit(DUES, unpaid), credit(receivable_of(member_key), unpaid))
    return Draft(f"reduce:{invoice_id}", EntryKind.REDUCTION, on, lines, "invoice", invoice_id)


def payment_received(
    payment_id: int,
    *,
    key: str,
    into: str,
    member_key: str,
    settled: Money,
    ahead: Money,
    on: date,
) -> Draft:
    """Money of a known member: `settled` pays what is owed, `ahead` waits for what will be."""
    lines = entry_lines(
        debit(into, settled + ahead),
        credit(receivable_of(member_key), settled),
        credit(prepaid_of(member_key), ahead),
    )
    return Draft(key, EntryKind.PAYMENT, on, lines, "payment", payment_id)


def money_unidentified(payment_id: int, *, key: str, into: str, amount: Money, on: date) -> Draft:
    """Money of which nobody knows yet whose it is."""
    lines = entry_lines(debit(into, amount), credit(SUSPENSE, amount))
    return Draft(key, EntryKind.UNIDENTIFIED, on, lines, "payment", payment_id)


def money_identified(
    payment_id: int, *, attempt: int, member_key: str, settled: Money, ahead: Money, on: date
) -> Draft:
    """The unidentified money turns out to be a member's. Attempts before were taken back."""
    lines = entry_lines(
        debit(SUSPENSE, settled + ahead),
        credit(receivable_of(member_key), settled),
        credit(prepaid_of(member_key), ahead),
    )
    key = f"identified:{payment_id}:{attempt}"
    return Draft(key, EntryKind.IDENTIFIED, on, lines, "payment", payment_id)


def donation_identified(payment_id: int, *, attempt: int, amount: Money, on: date) -> Draft:
    """The unidentified money turns out to be a gift to the co-op."""
    lines = entry_lines(debit(SUSPENSE, amount), credit(DONATIONS, amount))
    key = f"identified:{payment_id}:{attempt}"
    return Draft(key, EntryKind.DONATION, on, lines, "payment", payment_id)


def credit_used(invoice_id: int, *, member_key: str, amount: Money, on: date) -> Draft:
    """What a member paid ahead settles an invoice."""
    lines = entry_lines(
        debit(prepaid_of(member_key), amount), credit(receivable_of(member_key), amount)
    )
    return Draft(f"alloc:{invoice_id}", EntryKind.ALLOCATION, on, lines, "invoice", invoice_id)


def credit_given_back(
    payment_id: int, *, attempt: int, member_key: str, amount: Money, on: date
) -> Draft:
    """What waits of a payment moved since it came; before taking it back, this moves it back.

    A negative amount moves it the other way.
    """
    lines = entry_lines(
        debit(prepaid_of(member_key), amount), credit(receivable_of(member_key), amount)
    )
    key = f"giveback:{payment_id}:{attempt}"
    return Draft(key, EntryKind.ALLOCATION, on, lines, "payment", payment_id)


def money_returned(
    refund_id: int, *, out_of: str, parts: Sequence[tuple[str, Money]], on: date
) -> Draft:
    """Money goes back to whoever paid it; `parts` are the accounts that it is taken from."""
    debits = [debit(account, money) for account, money in parts]
    total = sum((money for _, money in parts[1:]), start=parts[0][1])
    lines = entry_lines(*debits, credit(out_of, total))
    return Draft(f"refund:{refund_id}", EntryKind.REFUND, on, lines, "refund", refund_id)


def expense_paid(
    key: str,
    *,
    line: str,
    out_of: str,
    amount: Money,
    on: date,
    memo: str,
    decision_id: int | None = None,
) -> Draft:
    """The co-op paid for something; `line` is the account of the budget line."""
    lines = entry_lines(debit(line, amount), credit(out_of, amount))
    return Draft(key, EntryKind.EXPENSE, on, lines, decision_id=decision_id, memo=memo)


def money_moved(key: str, *, out_of: str, into: str, amount: Money, on: date) -> Draft:
    """Money is carried from one of the co-op's places to another, such as cash to the bank."""
    lines = entry_lines(debit(into, amount), credit(out_of, amount))
    return Draft(key, EntryKind.TRANSFER, on, lines)


def taken_back(entry_id: int, lines: Sequence[Line], *, on: date) -> Draft:
    """The counter-entry that takes a wrong entry back; it can be made once."""
    return Draft(
        f"reversal:{entry_id}",
        EntryKind.REVERSAL,
        on,
        reversed_lines(lines),
        "entry",
        entry_id,
        reverses_id=entry_id,
    )
