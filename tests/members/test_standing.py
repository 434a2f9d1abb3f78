"""Standing is a pure function of coverage, for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.members.standing import MAY_VOTE, Source, Span, Standing, standing_of

JOINED = date(2026, 1, 10)


def paid(starts: str, ends: str, *, grace_days: int = 45, source: str = "payment") -> Span:
    return Span(date.fromisoformat(starts), date.fromisoformat(ends), grace_days, Source(source))


YEAR = paid("2026-02-01", "2027-02-01")
WAIVED = paid("2026-02-01", "2027-02-01", source="waiver")
MONTH = paid("2026-02-01", "2026-03-01", grace_days=14)
VOID = paid("2026-02-01", "2026-02-01")

TABLE = [
    pytest.param([], "2026-01-10", Standing.PENDING, id="the day of joining"),
    pytest.param([], "2026-02-08", Standing.PENDING, id="the last provisional day"),
    pytest.param([], "2026-02-09", Standing.LAPSED, id="the day after the provisional days"),
    pytest.param([YEAR], "2026-01-31", Standing.PENDING, id="paid, but it begins tomorrow"),
    pytest.param([YEAR], "2026-02-01", Standing.CURRENT, id="the first covered day"),
    pytest.param([YEAR], "2027-01-31", Standing.CURRENT, id="the last covered day"),
    pytest.param([YEAR], "2027-02-01", Standing.GRACE, id="the first day of grace"),
    pytest.param([YEAR], "2027-03-17", Standing.GRACE, id="the last day of grace"),
    pytest.param([YEAR], "2027-03-18", Standing.LAPSED, id="the day after the grace"),
    pytest.param([WAIVED], "2026-06-01", Standing.EXEMPT, id="a waiver exempts"),
    pytest.param(
        [paid("2026-02-01", "2027-02-01", source="honorary")],
        "2026-06-01",
        Standing.EXEMPT,
        id="honorary coverage exempts",
    ),
    pytest.param(
        [paid("2026-02-01", "2027-02-01", source="gift")],
        "2026-06-01",
        Standing.CURRENT,
        id="a gift is as good as a payment",
    ),
    pytest.param([YEAR, WAIVED], "2026-06-01", Standing.CURRENT, id="paid although waived"),
    pytest.param([MONTH], "2026-03-14", Standing.GRACE, id="a month has its own grace"),
    pytest.param([MONTH], "2026-03-15", Standing.LAPSED, id="and lapses after it"),
    pytest.param(
        [MONTH, paid("2026-06-01", "2026-07-01")],
        "2026-05-01",
        Standing.LAPSED,
        id="between two stretches",
    ),
    pytest.param([VOID], "2026-02-01", Standing.PENDING, id="a refunded payment covers nothing"),
    pytest.param([VOID], "2026-02-20", Standing.LAPSED, id="nor does it give grace"),
    pytest.param(
        [paid("2026-01-12", "2026-01-15", grace_days=0)],
        "2026-01-20",
        Standing.PENDING,
        id="a short stretch does not cost the provisional days",
    ),
]


@pytest.mark.parametrize(("spans", "on", "standing"), TABLE)
def test_standing(spans: list[Span], on: str, standing: Standing) -> None:
    day = date.fromisoformat(on)
    assert standing_of(spans, joined_on=JOINED, provisional_days=30, on=day) is standing


def test_who_may_vote() -> None:
    assert {Standing.CURRENT, Standing.GRACE, Standing.EXEMPT} == MAY_VOTE


SPANS = st.builds(
    lambda start, days, grace, source: Span(
        JOINED + timedelta(days=start), JOINED + timedelta(days=start + days), grace, source
    ),
    st.integers(-50, 400),
    st.integers(0, 400),
    st.integers(0, 60),
    st.sampled_from(Source),
)


@given(st.lists(SPANS, max_size=5), SPANS, st.integers(-50, 900))
def test_more_coverage_never_costs_a_vote(spans: list[Span], more: Span, after: int) -> None:
    on = JOINED + timedelta(days=after)
    before = standing_of(spans, joined_on=JOINED, provisional_days=30, on=on)
    after_it = standing_of([*spans, more], joined_on=JOINED, provisional_days=30, on=on)
    assert before not in MAY_VOTE or after_it in MAY_VOTE


@given(st.lists(SPANS, max_size=5), st.integers(-50, 900))
def test_the_order_of_coverage_does_not_matter(spans: list[Span], after: int) -> None:
    on = JOINED + timedelta(days=after)
    assert standing_of(spans, joined_on=JOINED, provisional_days=30, on=on) is standing_of(
        reversed(spans), joined_on=JOINED, provisional_days=30, on=on
    )
