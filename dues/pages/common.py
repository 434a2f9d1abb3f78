"""What the pages of paying share."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Depends
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.core.words import Words, say
from app.http.access import confirmed_office, office
from app.members.actor import Actor
from app.members.offices import Office
from app.members.standing import Standing
from dues.billing.models import InvoiceState, Way
from dues.calendar import Month, day_of
from dues.ledger.arithmetic import EntryKind
from dues.ledger.chart import live_book
from dues.money import SIGNS
from dues.plans import Cadence

ID_MAX: Final = 2**63 - 1

TreasurerDep = Annotated[Actor, office(Office.TREASURER)]
ConfirmedTreasurerDep = Annotated[Actor, confirmed_office(Office.TREASURER)]

CADENCES: Final[Mapping[Cadence, Words]] = {
    Cadence.YEARLY: say("Once a year"),
    Cadence.HALF_YEARLY: say("Every six months"),
    Cadence.QUARTERLY: say("Every three months"),
    Cadence.MONTHLY: say("Every month"),
}
WAYS: Final[Mapping[Way, Words]] = {
    Way.TRANSFER: say("Transfer"),
    Way.CASH: say("Cash"),
    Way.CHEQUE: say("Cheque"),
}
INVOICE_STATES: Final[Mapping[InvoiceState, Words]] = {
    InvoiceState.OPEN: say("open"),
    InvoiceState.PAID: say("paid"),
    InvoiceState.VOID: say("not asked for any more"),
    InvoiceState.REFUNDED: say("paid back"),
}
STANDINGS: Final[Mapping[Standing, Words]] = {
    Standing.CURRENT: say("current"),
    Standing.PENDING: say("new"),
    Standing.GRACE: say("in grace"),
    Standing.LAPSED: say("lapsed"),
    Standing.EXEMPT: say("current"),
}
KINDS: Final[Mapping[EntryKind, Words]] = {
    EntryKind.OPENING: say("What was there before"),
    EntryKind.INVOICE: say("Dues asked for"),
    EntryKind.VOID: say("Dues not asked for any more"),
    EntryKind.REDUCTION: say("Dues lowered"),
    EntryKind.PAYMENT: say("Dues paid"),
    EntryKind.UNIDENTIFIED: say("Money that came without a name"),
    EntryKind.IDENTIFIED: say("Money whose name was found"),
    EntryKind.DONATION: say("Gifts"),
    EntryKind.ALLOCATION: say("Dues paid ahead"),
    EntryKind.REFUND: say("Paid back"),
    EntryKind.EXPENSE: say("Spent"),
    EntryKind.TRANSFER: say("Carried from one place to another"),
    EntryKind.REVERSAL: say("Taken back"),
}
ACCOUNTS: Final[Mapping[str, Words]] = {
    "Assets:Bank:Main": say("Bank"),
    "Assets:Cash:Box": say("Cash box"),
    "Income:Dues": say("Dues"),
    "Income:Donations": say("Gifts"),
    "Expenses:Fees:Bank": say("Fees of the bank"),
    "Expenses:Hosting": say("Machine"),
    "Expenses:Other": say("Other"),
}


def account_words(code: str) -> str:
    """Return what people call an account; one that somebody named is called by that name."""
    return ACCOUNTS.get(code) or code.rpartition(":")[2]


async def month_in_path(month: str) -> Month:
    """Read which month is meant. Raises: Invalid."""
    return Month.parse(month)


MonthInPath = Annotated[Month, Depends(month_in_path)]


def check_day(day: date, *, now: datetime) -> None:
    """Raise Invalid, whose field is `day`, for a day that is still to come."""
    if day > day_of(now):
        fault = say("This day is still to come.")
        raise Invalid(fault, day=fault)


def read_id(given: str) -> int:
    """Return the number in an address. Raises: NotFound if it cannot be one."""
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) > ID_MAX:
        raise NotFound(say("There is nothing at this address."))
    return int(given)


def currency_of(session: Session) -> str:
    """Return what the books count in. Raises: NotFound before the co-op is founded."""
    return live_book(session).currency


def sign_of(currency: str) -> str:
    """Return what stands before an amount in a form."""
    return SIGNS.get(currency, currency)
