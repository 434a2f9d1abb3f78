"""The plan of the dues: what is suggested, how often it is paid, how long we wait. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from dues.money import Money

PROVISIONAL_DAYS = 30
PLACE_MONTHS = 12  # How long a $0 place lasts before its holder says so again.
SUGGESTED_MINOR_BY_DECIMALS = {0: 100, 2: 100, 3: 1000}


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


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan says: a suggestion for each month, and the cadence that is offered first."""

    monthly: Money
    cadence: Cadence = Cadence.YEARLY
    provisional_days: int = PROVISIONAL_DAYS

    def suggested(self, cadence: Cadence | None = None) -> Money:
        """Return the suggestion for one period of `cadence`, the plan's own by default."""
        return per_period(self.monthly, cadence or self.cadence)


def per_period(monthly: Money, cadence: Cadence) -> Money:
    """Return what a monthly sum makes in one period."""
    return Money(monthly.minor * MONTHS[cadence], monthly.currency)


def per_year(amount: Money, cadence: Cadence) -> Money:
    """Return what an amount for each period makes in a year."""
    return Money(amount.minor * 12 // MONTHS[cadence], amount.currency)
