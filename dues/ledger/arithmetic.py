"""The arithmetic of double entry: lines, entries and their balance. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.canonical import digest
from app.core.records import Record
from dues.money import Money

CODE = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+")
MEMO_LENGTH_MAX = 200


class AccountKind(StrEnum):
    """The five kinds of account; each code begins with one."""

    ASSETS = "assets"
    LIABILITIES = "liabilities"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSES = "expenses"


class EntryKind(StrEnum):
    """What an entry records; the recipes say how."""

    OPENING = "opening"
    INVOICE = "invoice"
    VOID = "void"
    REDUCTION = "reduction"
    PAYMENT = "payment"
    UNIDENTIFIED = "unidentified"
    IDENTIFIED = "identified"
    DONATION = "donation"
    ALLOCATION = "allocation"
    REFUND = "refund"
    EXPENSE = "expense"
    TRANSFER = "transfer"
    REVERSAL = "reversal"


class Unbalanced(Exception):
    """These lines do not form an entry: a fault of the recipe, never of a person."""


class Line(Record):
    """A change of one account. Debits are positive, credits negative."""

    account: str
    money: Money

    def __post_init__(self) -> None:
        assert CODE.fullmatch(self.account), self.account


class Draft(Record):
    """An entry before it is posted; `key` names the fact that it records, once and for all."""

    key: str
    kind: EntryKind
    on: date
    lines: tuple[Line, ...]
    source_type: str = ""
    source_id: int | None = None
    reverses_id: int | None = None
    decision_id: int | None = None
    memo: str = ""  # Public words; never a name.

    def body_hash(self) -> str:
        """Return the hash of everything that a second entry with the same key must repeat."""
        said: dict[str, Any] = {
            "kind": self.kind,
            "on": self.on.isoformat(),
            "lines": lines_as_json(self.lines),
            "source": [self.source_type, id_as_json(self.source_id)],
            "reverses": id_as_json(self.reverses_id),
            "decision": id_as_json(self.decision_id),
            "memo": self.memo,
        }
        return digest(said)


def debit(account: str, money: Money) -> Line:
    """Return a line that adds to an asset or an expense."""
    return Line(account, money)


def credit(account: str, money: Money) -> Line:
    """Return a line that adds to a liability, to equity or to an income."""
    return Line(account, -money)


def entry_lines(*lines: Line) -> tuple[Line, ...]:
    """Return the lines without those of nothing; together they must form an entry.

    Raises: Unbalanced.
    """
    kept = tuple(line for line in lines if line.money)
    check_lines(kept)
    return kept


def check_lines(lines: Sequence[Line]) -> None:
    """Raise Unbalanced unless there are two lines or more, none zero, and each sum is zero."""
    if len(lines) < 2 or not all(line.money for line in lines):
        raise Unbalanced("an entry needs two lines or more, and none of nothing")
    for currency, sum_minor in sums(lines).items():
        if sum_minor:
            raise Unbalanced(f"the lines differ by {sum_minor} {currency}")


def sums(lines: Iterable[Line]) -> Mapping[str, int]:
    """Return the sum of the lines in minor units, by currency."""
    totals: dict[str, int] = defaultdict(int)
    for line in lines:
        totals[line.money.currency] += line.money.minor
    return totals


def reversed_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that take `lines` back."""
    return tuple(Line(line.account, -line.money) for line in lines)


def lines_as_json(lines: Iterable[Line]) -> list[list[Any]]:
    """Return the lines as the chain seals them, in an order of their own."""
    return sorted([line.account, line.money.minor, line.money.currency] for line in lines)


def id_as_json(key: int | None) -> str | None:
    """Return a key as text, as everywhere in JSON: not all readers have 63-bit numbers."""
    return None if key is None else str(key)


def kind_of(code: str) -> AccountKind:
    """Return the kind of the account with the code."""
    return AccountKind(code.partition(":")[0].lower())
