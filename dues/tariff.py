"""What payments cost: fee tables as data, and what reaches the co-op. Pure.

Source: published prices of 2023 to 2026; they differ by account and age, so what a payment
really cost is read from its own record, and these serve to choose a way beforehand.
"""

from collections.abc import Sequence
from fractions import Fraction

from app.core.records import Record
from dues.money import Money
from dues.plans import MONTHS, Cadence

FEE_RATIO_MAX = Fraction(1, 10)


class Tariff(Record):
    """The price of one way to pay: a share, plus a fixed part, but never less than `least`."""

    name: str
    currency: str
    share: Fraction = Fraction(0)
    fixed_minor: int = 0
    least_minor: int = 0
    is_capped: bool = False  # Whether the co-op declines cadences of which fees eat too much.


US_CARD = Tariff("card", "USD", Fraction(29, 1000), 30, is_capped=True)
US_FOREIGN_CARD = Tariff("foreign_card", "USD", Fraction(44, 1000), 30, is_capped=True)
UK_CARD = Tariff("card", "GBP", Fraction(15, 1000), 20, is_capped=True)
EEA_CARD = Tariff("card", "EUR", Fraction(15, 1000), 25, is_capped=True)
SEPA_DEBIT = Tariff("debit", "EUR", Fraction(0), 35)
BACS_DEBIT = Tariff("debit", "GBP", Fraction(1, 100), 0, 20)
ACH_DEBIT = Tariff("debit", "USD", Fraction(8, 1000))
TARIFFS = (US_CARD, US_FOREIGN_CARD, UK_CARD, EEA_CARD, SEPA_DEBIT, BACS_DEBIT, ACH_DEBIT)


def by_hand(currency: str) -> Tariff:
    """Return the tariff of cash and transfers that a person writes down: all of it arrives."""
    return Tariff("hand", currency)


def tariffs_of(currency: str) -> Sequence[Tariff]:
    """Return the ways to pay in `currency`, the free one first."""
    return (by_hand(currency), *(t for t in TARIFFS if t.currency == currency))


def fee_of(tariff: Tariff, amount: Money) -> Money:
    """Return the fee of one payment, rounded half to even as processors' tables are."""
    assert amount.currency == tariff.currency
    fee = round(tariff.share * amount.minor + tariff.fixed_minor)
    return Money(min(max(fee, tariff.least_minor), amount.minor), amount.currency)


def net_per_year(tariff: Tariff, yearly: Money, cadence: Cadence) -> Money:
    """Return what of `yearly` reaches the co-op if it is paid at `cadence`."""
    times = 12 // MONTHS[cadence]
    each = Money(yearly.minor // times, yearly.currency)
    return Money((each - fee_of(tariff, each)).minor * times, yearly.currency)


def is_offered(tariff: Tariff, each: Money) -> bool:
    """Return whether the co-op offers to take `each` by this way: fees may not eat it."""
    if not tariff.is_capped:
        return True
    return tariff.share * each.minor + tariff.fixed_minor <= FEE_RATIO_MAX * each.minor


def whole_arrives(tariff: Tariff, wanted: Money) -> Money:
    """Return the smallest payment of which at least `wanted` reaches the co-op."""
    assert tariff.share < 1
    about = int((wanted.minor + tariff.fixed_minor) / (1 - tariff.share))
    paid = Money(max(about - 2, wanted.minor), wanted.currency)
    while (paid - fee_of(tariff, paid)).minor < wanted.minor:
        paid = Money(paid.minor + 1, paid.currency)
    return paid
