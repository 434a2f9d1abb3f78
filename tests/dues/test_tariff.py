"""What reaches the co-op: the published table, and the cadences that fees would eat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dues import tariff
from dues.money import Money
from dues.plans import Cadence, Terms, per_period, per_year
from dues.tariff import (
    ACH_DEBIT,
    BACS_DEBIT,
    EEA_CARD,
    SEPA_DEBIT,
    UK_CARD,
    US_CARD,
    US_FOREIGN_CARD,
    Tariff,
    fee_of,
    is_offered,
    net_per_year,
    whole_arrives,
)

CADENCES = (Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.YEARLY)
# What is left of 12.00 a year. Source: dues, 2.1.
TABLE = [
    pytest.param(US_CARD, (804, 1044, 1106, 1135), id="a US card"),
    pytest.param(US_FOREIGN_CARD, (792, 1028, 1088, 1117), id="a foreign card in the US"),
    pytest.param(UK_CARD, (936, 1104, 1142, 1162), id="a UK card"),
    pytest.param(EEA_CARD, (888, 1080, 1132, 1157), id="an EEA card"),
    pytest.param(SEPA_DEBIT, (780, 1060, 1130, 1165), id="a SEPA debit"),
    pytest.param(BACS_DEBIT, (960, 1120, 1160, 1180), id="a Bacs debit"),
    pytest.param(ACH_DEBIT, (1188, 1192, 1190, 1190), id="an ACH debit"),
    pytest.param(tariff.by_hand("USD"), (1200, 1200, 1200, 1200), id="cash or a transfer"),
]


@pytest.mark.parametrize(("way", "nets"), TABLE)
def test_what_is_left_of_twelve(way: Tariff, nets: tuple[int, ...]) -> None:
    yearly = Money(1200, way.currency)
    assert tuple(net_per_year(way, yearly, cadence).minor for cadence in CADENCES) == nets


OFFERED = [
    # tariff, cents each time, offered
    pytest.param(US_CARD, 100, False, id="a dollar a month by card"),
    pytest.param(US_CARD, 400, False, id="four dollars by card"),
    pytest.param(US_CARD, 500, True, id="five dollars by card"),
    pytest.param(US_CARD, 1200, True, id="twelve dollars by card"),
    pytest.param(ACH_DEBIT, 100, True, id="a dollar by debit"),
    pytest.param(tariff.by_hand("USD"), 1, True, id="a cent by hand"),
]


@pytest.mark.parametrize(("way", "minor", "offered"), OFFERED)
def test_a_cadence_of_which_fees_eat_more_than_a_tenth_is_not_offered(
    way: Tariff, minor: int, offered: bool
) -> None:
    assert is_offered(way, Money(minor, way.currency)) is offered


def test_a_fee_never_exceeds_the_payment() -> None:
    assert fee_of(US_CARD, Money(5, "USD")) == Money(5, "USD")


def test_sixty_seven_cents_more_and_the_whole_twelve_dollars_arrive() -> None:
    assert whole_arrives(US_CARD, Money(1200, "USD")) == Money(1267, "USD")


@given(st.integers(1, 10**7), st.sampled_from(tariff.TARIFFS))
def test_the_smallest_payment_of_which_the_wanted_sum_arrives(minor: int, way: Tariff) -> None:
    wanted = Money(minor, way.currency)
    paid = whole_arrives(way, wanted)
    less = Money(paid.minor - 1, paid.currency)
    assert (paid - fee_of(way, paid)).minor >= minor
    assert (less - fee_of(way, less)).minor < minor


def test_the_free_way_comes_first() -> None:
    assert [way.name for way in tariff.tariffs_of("GBP")] == ["hand", "card", "debit"]
    assert [way.name for way in tariff.tariffs_of("NOK")] == ["hand"]


def test_the_suggestion_for_each_cadence() -> None:
    terms = Terms(Money(100, "USD"))
    assert terms.suggested() == Money(1200, "USD")
    assert terms.suggested(Cadence.MONTHLY) == Money(100, "USD")
    assert per_period(Money(100, "USD"), Cadence.QUARTERLY) == Money(300, "USD")
    assert per_year(Money(300, "USD"), Cadence.QUARTERLY) == Money(1200, "USD")
