"""The geometry of charts: nothing overlaps, nothing is lost, small things are seen."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http import charts

COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@given(COUNTS)
def test_a_bar_is_filled_without_overlap(counts: list[int]) -> None:
    segments = charts.stack(counts)
    assert len(segments) == len(counts)
    shown = [s for s, count in zip(segments, counts, strict=True) if count]
    assert all(s.width == 0 for s, count in zip(segments, counts, strict=True) if not count)
    assert all(s.width >= 1 for s in shown)
    for one, next_one in pairwise(shown):
        assert one.x + one.width + charts.GAP == next_one.x
    if shown:
        assert shown[0].x == 0
        assert shown[-1].x + shown[-1].width == charts.WIDTH


@given(COUNTS)
def test_more_votes_are_never_shorter(counts: list[int]) -> None:
    segments = charts.stack(counts)
    by_count = sorted(zip(counts, segments, strict=True), key=lambda pair: pair[0])
    widths = [segment.width for _, segment in by_count]
    assert all(b >= a - 1 for a, b in pairwise(widths))


def test_the_bar_of_the_mockup() -> None:
    widths = [segment.width for segment in charts.stack([61, 22, 13])]
    assert widths == [392, 141, 83]


TICKS = [
    pytest.param(50, 83, 373, id="three fifths of 83"),
    pytest.param(0, 83, 0, id="none needed"),
    pytest.param(99, 83, 620, id="never beyond the end"),
    pytest.param(1, 0, 0, id="of nothing"),
]


@pytest.mark.parametrize(("part", "of", "x"), TICKS)
def test_ticks(part: int, of: int, x: int) -> None:
    assert charts.tick(part, of=of) == x


def test_columns_stand_on_the_ground() -> None:
    bars = charts.columns([0, 5, 10], height=100, top=20)
    assert [bar.height for bar in bars] == [0, 50, 100]
    assert all(bar.y + bar.height == 120 for bar in bars)
    assert [bar.x for bar in bars] == sorted(bar.x for bar in bars)


def test_columns_without_values() -> None:
    assert charts.columns([], height=100) == []
    assert [bar.height for bar in charts.columns([0, 0], height=100)] == [0, 0]


def test_a_line_goes_from_left_to_right() -> None:
    assert charts.line([0, 10], left=10, width=100, height=50, top=5) == "10,55 110,5"
    assert charts.line([7], left=10, width=100, height=50) == "10,0"
    assert charts.line([], width=100, height=50) == ""


ROUND = [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (23_400, 50_000), (100_001, 200_000)]


@pytest.mark.parametrize(("value", "rounded"), ROUND)
def test_round_up(value: int, rounded: int) -> None:
    assert charts.round_up(value) == rounded
