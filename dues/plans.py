"""The plan of the dues: what is suggested, how often it is paid, how long we wait. Pure."""

from enum import StrEnum

from app.core.currencies import DECIMALS
from app.core.records import Record
from dues.money import Money

PLACE_MONTHS = 12  # How long a $0 place lasts before its holder says so again.
PLACE_GRACE_DAYS = 45


class Cadence(StrEnum):
    """How often a member pays."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.QUARTERLY: 3,
    Cadence.HALF_YEARLY: 6,
    Cadence.YEARLY: 12,
}
# The longer the period, the longer people may have forgotten about it.
GRACE_DAYS = {
    Cadence.MONTHLY: 14,
    Cadence.QUARTERLY: 30,
    Cadence.HALF_YEARLY: 45,
    Cadence.YEARLY: 45,
}


class Terms(Record):
    """What a plan says: a suggestion for each month, and the cadence that is offered first."""

    monthly: Money
    cadence: Cadence = Cadence.YEARLY

    def suggested(self, cadence: Cadence | None = None) -> Money:
        """Return the suggestion for one period of `cadence`, the plan's own by default."""
        return per_period(self.monthly, cadence or self.cadence)


def first_terms(currency: str) -> Terms:
    """Return what a new co-op suggests: one of its currency's units a month, paid yearly.

    In a currency without decimals, where one unit is next to nothing, it is a hundred.
    """
    return Terms(Money(10 ** (DECIMALS[currency] or 2), currency))


def per_period(monthly: Money, cadence: Cadence) -> Money:
    """Return what a monthly sum makes in one period."""
    return Money(monthly.minor * MONTHS[cadence], monthly.currency)


def per_year(amount: Money, cadence: Cadence) -> Money:
    """Return what an amount for each period makes in a year."""
    return Money(amount.minor * 12 // MONTHS[cadence], amount.currency)
