"""Days of billing: when we write, and what a payment covers."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dues.billing.schedule import (
    REMINDERS_MAX,
    Step,
    coverage_bought,
    first_due_on,
    latest_occasion,
    next_occasion,
    occasions,
)
from dues.calendar import Period
from dues.plans import GRACE_DAYS, MONTHS, Cadence

DUE = date(2027, 3, 3)


def days(cadence: Cadence) -> dict[str, int]:
    row = occasions(DUE, grace_days=GRACE_DAYS[cadence], months=MONTHS[cadence])
    return {str(occasion.step): (occasion.on - DUE).days for occasion in row}


def test_letters_about_a_year() -> None:
    assert days(Cadence.YEARLY) == {
        "before_30": -30,
        "before_7": -7,
        "due": 0,
        "after_7": 7,
        "after_21": 21,
        "end": 45,
    }


def test_letters_about_a_month_are_fewer() -> None:
    assert days(Cadence.MONTHLY) == {"before_7": -7, "due": 0, "after_7": 7, "end": 14}


@given(st.integers(0, 366), st.sampled_from([1, 3, 6, 12]))
def test_never_more_than_six_in_order_and_no_two_on_a_day(grace_days: int, months: int) -> None:
    row = occasions(DUE, grace_days=grace_days, months=months)
    assert len(row) <= REMINDERS_MAX
    assert all(one.on < two.on for one, two in pairwise(row))
    assert row[-1].step is Step.END


def test_after_an_outage_only_the_latest_letter_is_written() -> None:
    row = occasions(DUE, grace_days=45, months=12)
    late = latest_occasion(row, on=DUE + timedelta(days=10))
    assert late is not None
    assert late.step is Step.AFTER_7
    following = next_occasion(row, after=DUE + timedelta(days=10))
    assert following is not None
    assert following.step is Step.AFTER_21
    assert latest_occasion(row, on=DUE - timedelta(days=31)) is None
    assert next_occasion(row, after=row[-1].on) is None


BOUGHT = [
    # paid on, anchor, previous end, expected period, expected anchor
    pytest.param(
        date(2026, 11, 9),
        None,
        None,
        Period(date(2026, 11, 9), date(2027, 11, 9)),
        date(2026, 11, 9),
        id="the first payment begins a row",
    ),
    pytest.param(
        date(2027, 10, 20),
        date(2026, 11, 9),
        date(2027, 11, 9),
        Period(date(2027, 11, 9), date(2028, 11, 9)),
        date(2026, 11, 9),
        id="paying early goes on from the end",
    ),
    pytest.param(
        date(2027, 12, 23),
        date(2026, 11, 9),
        date(2027, 11, 9),
        Period(date(2027, 11, 9), date(2028, 11, 9)),
        date(2026, 11, 9),
        id="the last day of grace goes on from the end",
    ),
    pytest.param(
        date(2027, 12, 24),
        date(2026, 11, 9),
        date(2027, 11, 9),
        Period(date(2027, 12, 24), date(2028, 12, 24)),
        date(2027, 12, 24),
        id="after grace a new row begins that day",
    ),
]


@pytest.mark.parametrize(("paid_on", "anchor", "end", "period", "new_anchor"), BOUGHT)
def test_what_a_payment_covers(
    paid_on: date, anchor: date | None, end: date | None, period: Period, new_anchor: date
) -> None:
    bought = coverage_bought(
        paid_on=paid_on, months=12, anchor_on=anchor, previous_end=end, grace_days=45
    )
    assert (bought.period, bought.anchor_on) == (period, new_anchor)


def test_months_from_the_31st_do_not_drift() -> None:
    anchor = end = date(2026, 1, 31)
    ends = []
    for _ in range(12):
        bought = coverage_bought(
            paid_on=end, months=1, anchor_on=anchor, previous_end=end, grace_days=14
        )
        anchor, end = bought.anchor_on, bought.period.ends_on
        ends.append(end)
    assert ends[:4] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert ends[-1] == date(2027, 1, 31)


@given(
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.sampled_from(list(Cadence)),
    st.lists(st.integers(-30, 90), min_size=1, max_size=20),
)
def test_ten_years_of_payments_never_overlap_and_never_leave_a_day_within_grace(
    start: date, cadence: Cadence, delays: list[int]
) -> None:
    anchor: date | None = None
    end: date | None = None
    for delay in delays:
        paid_on = start if end is None else end + timedelta(days=delay)
        bought = coverage_bought(
            paid_on=paid_on,
            months=MONTHS[cadence],
            anchor_on=anchor,
            previous_end=end,
            grace_days=GRACE_DAYS[cadence],
        )
        if end is not None:
            assert bought.period.starts_on >= end
            if delay < GRACE_DAYS[cadence]:
                assert bought.period.starts_on == end
        anchor, end = bought.anchor_on, bought.period.ends_on


def test_the_first_payment_is_not_due_in_a_hurry() -> None:
    chosen = date(2026, 11, 9)
    early = first_due_on(chosen_on=chosen, provisional_until=date(2026, 12, 9))
    late = first_due_on(chosen_on=chosen, provisional_until=date(2026, 11, 10))
    assert (early, late) == (date(2026, 12, 9), date(2026, 11, 23))
