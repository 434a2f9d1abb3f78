"""What paying tells others, in the transaction in which it happens.

None of it is told about a $0 place: that is between the member and the dues office.
"""

from dataclasses import dataclass
from datetime import date, datetime

from dues.money import Money


@dataclass(frozen=True, slots=True)
class InvoiceOpened:
    """A member was asked for dues."""

    invoice_id: int
    member_id: int
    amount: Money
    due_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class DuesPaid:
    """A member's dues are paid; their vote is theirs until `until`, and grace after it."""

    invoice_id: int
    member_id: int
    until: date
    at: datetime


@dataclass(frozen=True, slots=True)
class DuesLapsed:
    """Grace is over: the member's vote rests, and nothing else."""

    invoice_id: int
    member_id: int
    at: datetime
