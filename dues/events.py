"""What paying tells others, in the transaction in which it happens.

None of it is told about a $0 place: that is between the member and the dues office.
"""

from datetime import date, datetime

from app.core.records import Record
from dues.money import Money


class InvoiceOpened(Record):
    """A member was asked for dues."""

    invoice_id: int
    member_id: int
    amount: Money
    due_on: date
    at: datetime


class DuesPaid(Record):
    """A member's dues are paid; their vote is theirs until `until`, and grace after it."""

    invoice_id: int
    member_id: int
    until: date
    at: datetime


class DuesLapsed(Record):
    """Grace is over: the member's vote rests, and nothing else."""

    invoice_id: int
    member_id: int
    at: datetime
