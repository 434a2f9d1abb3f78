"""Money: exact, never guessed, never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.currencies import DECIMALS
from app.core.errors import Invalid
from dues.money import (
    AMOUNT_MINOR_MAX,
    Money,
    check_amount,
    check_currency,
    decimal_text,
    in_words,
    parse_money,
)

TYPED = [
    # typed, currency, minor units
    pytest.param("12", "USD", 1200, id="a whole number"),
    pytest.param("12.5", "USD", 1250, id="one decimal"),
    pytest.param("12.50", "USD", 1250, id="two decimals"),
    pytest.param("12,50", "EUR", 1250, id="a decimal comma"),
    pytest.param("1,00", "EUR", 100, id="one with a decimal comma"),
    pytest.param("1,234.50", "USD", 123450, id="thousands and a point"),
    pytest.param("1.234,50", "EUR", 123450, id="thousands and a comma"),
    pytest.param("1 234,50", "EUR", 123450, id="a blank between thousands"),
    pytest.param("1’234.50", "CHF", 123450, id="an apostrophe between thousands"),
    pytest.param("1,234,567", "USD", 123456700, id="two marks between thousands"),
    pytest.param("$12", "USD", 1200, id="a sign before"),
    pytest.param("12 USD", "USD", 1200, id="a code behind"),
    pytest.param(" 12.00 ", "USD", 1200, id="blanks around"),
    pytest.param("12 zł", "PLN", 1200, id="a sign behind"),
    pytest.param("1200", "JPY", 1200, id="a currency without decimals"),
    pytest.param("1,200", "JPY", 1200, id="thousands of a currency without decimals"),
    pytest.param("1.250", "JPY", 1250, id="a point between thousands without decimals"),
    pytest.param("1.5", "KWD", 1500, id="one of three decimals"),
    pytest.param("0.250", "KWD", 250, id="three decimals behind nothing"),
    pytest.param("1234.500", "KWD", 1234500, id="three decimals behind four digits"),
    pytest.param("1,234.500", "KWD", 1234500, id="thousands and three decimals"),
    pytest.param("١٢٫٥٠", "EGP", 1250, id="Arabic digits and their decimal sign"),
    pytest.param("0", "USD", 0, id="nothing"),
]
REFUSED = [
    pytest.param("", "USD", id="empty"),
    pytest.param("twelve", "USD", id="a word"),
    pytest.param("-5", "USD", id="negative"),
    pytest.param("0.005", "USD", id="less than a cent"),
    pytest.param("1e30", "USD", id="an exponent"),
    pytest.param("1,000", "USD", id="a thousand or one"),
    pytest.param("1.000", "EUR", id="one or a thousand"),
    pytest.param("1.500", "KWD", id="one and a half or fifteen hundred"),
    pytest.param("1.5", "JPY", id="half a yen"),
    pytest.param("12.345", "USD", id="three decimals of two"),
    pytest.param("1,2,3", "USD", id="marks between single digits"),
    pytest.param("1,234.567,00", "EUR", id="mixed marks"),
    pytest.param("0,123,456", "USD", id="thousands that begin with nothing"),
    pytest.param("12€", "USD", id="another currency's sign"),
    pytest.param("12 EUR", "USD", id="another currency's code"),
    pytest.param("NaN", "USD", id="not a number"),
    pytest.param("1" * 41, "USD", id="too long"),
    pytest.param("9" * 20, "USD", id="too large"),
    pytest.param("12.", "USD", id="a point and nothing"),
]


@pytest.mark.parametrize(("typed", "currency", "minor"), TYPED)
def test_what_people_type(typed: str, currency: str, minor: int) -> None:
    assert parse_money(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(("typed", "currency"), REFUSED)
def test_what_is_refused_rather_than_guessed(typed: str, currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_money(typed, currency)
    assert "amount" in refusal.value.fields


@pytest.mark.parametrize("code", ["XAU", "usd", "", "DOGE"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        check_currency(code)
    with pytest.raises(Invalid):
        parse_money("1", code)


@pytest.mark.parametrize("minor", [0, -1, AMOUNT_MINOR_MAX + 1])
def test_an_amount_from_outside_is_sensible(minor: int) -> None:
    with pytest.raises(Invalid):
        check_amount(minor, "USD")


def test_the_smallest_amount_may_be_nothing_where_that_is_said() -> None:
    assert check_amount(0, "USD", least_minor=0) == Money(0, "USD")


WRITTEN = [
    pytest.param(Money(123450, "USD"), "1234.50", "$1,234.50", id="dollars"),
    pytest.param(Money(-5, "USD"), "-0.05", "−$0.05", id="less than nothing"),
    pytest.param(Money(1200, "JPY"), "1200", "¥1,200", id="yen"),
    pytest.param(Money(1500, "KWD"), "1.500", "1.500 KWD", id="dinars"),
    pytest.param(Money(1200, "PLN"), "12.00", "12.00 zł", id="a sign behind"),
    pytest.param(Money(0, "EUR"), "0.00", "€0.00", id="nothing"),
]


@pytest.mark.parametrize(("money", "bare", "words"), WRITTEN)
def test_what_people_read(money: Money, bare: str, words: str) -> None:
    assert decimal_text(money) == bare
    assert in_words(money) == words


@given(st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(sorted(DECIMALS)))
def test_words_can_be_typed_again(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    is_ambiguous = DECIMALS[currency] == 3 and 1 <= minor // 1000 <= 999
    if not is_ambiguous:
        assert parse_money(decimal_text(money), currency) == money
        assert parse_money(in_words(money), currency) == money


def test_currencies_do_not_mix() -> None:
    with pytest.raises(AssertionError):
        Money(1, "USD") + Money(1, "EUR")


def test_money_is_never_a_fraction() -> None:
    with pytest.raises(AssertionError):
        Money(1.5, "USD")  # type: ignore[arg-type]
