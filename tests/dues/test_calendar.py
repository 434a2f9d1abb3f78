"""Periods are counted by date from an anchor: no drift, whatever the month."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from dues.calendar import Month, Period, add_months, day_of, period_from

ADDED = [
    # day, months, expected
    pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="the end of a short month"),
    pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="the end of a leap February"),
    pytest.param(date(2028, 2, 29), 12, date(2029, 2, 28), id="a year after 29 February"),
    pytest.param(date(2028, 2, 29), 48, date(2032, 2, 29), id="four years after 29 February"),
    pytest.param(date(2026, 12, 15), 1, date(2027, 1, 15), id="over the year's end"),
    pytest.param(date(2026, 3, 31), -1, date(2026, 2, 28), id="back"),
]
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(("day", "months", "expected"), ADDED)
def test_add_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_the_31st_comes_back_after_february() -> None:
    anchor = start = date(2026, 1, 31)
    ends = []
    for _ in range(3):
        period = period_from(start, anchor=anchor, months=1)
        ends.append(period.ends_on)
        start = period.ends_on
    assert ends == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@given(DAYS, st.sampled_from([1, 3, 6, 12]))
def test_ten_years_have_no_gap_no_overlap_and_no_drift(anchor: date, months: int) -> None:
    start = anchor
    for _ in range(120 // months):
        period = period_from(start, anchor=anchor, months=months)
        assert period.starts_on == start
        start = period.ends_on
    assert start == add_months(anchor, 120)


def test_a_start_outside_the_row_begins_its_own() -> None:
    period = period_from(date(2026, 5, 17), anchor=date(2026, 1, 31), months=12)
    assert period == Period(date(2026, 5, 17), date(2027, 5, 17))


def test_a_period_has_a_day_at_least() -> None:
    with pytest.raises(AssertionError):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_the_day_of_the_books_is_utc() -> None:
    east = timezone(timedelta(hours=14))
    assert day_of(datetime(2026, 11, 10, 1, 0, tzinfo=east)) == date(2026, 11, 9)
    assert day_of(datetime(2026, 11, 9, 23, 59, tzinfo=UTC)) == date(2026, 11, 9)


def test_months() -> None:
    month = Month.parse("2026-11")
    assert (month.number, str(month)) == (202611, "2026-11")
    assert (month.first, month.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert Month.numbered(202611) == month == Month.of(date(2026, 11, 9))
    assert month.plus(2) == Month(2027, 1)
    assert month.plus(-11) == Month(2025, 12)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "٢٠٢٦-١١"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(Invalid):
        Month.parse(text)
