"""Lengths of time in words."""

from datetime import timedelta

import pytest

from governance.shown.spans import Bar, bar, left, length, served
from tests.factories import NOON

LENGTHS = [
    pytest.param(timedelta(0), "less than a day", id="nothing"),
    pytest.param(timedelta(hours=11), "less than a day", id="under half a day"),
    pytest.param(timedelta(hours=12), "one day", id="half a day is rounded up"),
    pytest.param(timedelta(days=13), "13 days", id="days up to a fortnight"),
    pytest.param(timedelta(days=14), "two weeks", id="a fortnight is said in weeks"),
    pytest.param(timedelta(days=60), "nine weeks", id="weeks up to two months"),
    pytest.param(timedelta(days=61), "two months", id="then months"),
    pytest.param(timedelta(days=90), "three months", id="a caretaker's time"),
    pytest.param(timedelta(days=198), "six and a half months", id="halves of months"),
    pytest.param(timedelta(days=365), "twelve months", id="a year is twelve months"),
    pytest.param(timedelta(days=800), "two years", id="long times are years"),
]


@pytest.mark.parametrize(("span", "words"), LENGTHS)
def test_a_length_is_said_as_people_say_it(span: timedelta, words: str) -> None:
    assert length(span) == words


LEFT = [
    pytest.param(timedelta(days=7, hours=3), "seven days left", id="whole days"),
    pytest.param(timedelta(days=2), "two days left", id="two days exactly"),
    pytest.param(timedelta(hours=47, minutes=59), "47 hours left", id="hours under two days"),
    pytest.param(timedelta(minutes=61), "one hour left", id="one hour"),
    pytest.param(timedelta(minutes=59), "less than an hour left", id="the last hour"),
    pytest.param(timedelta(minutes=-5), "less than an hour left", id="never negative"),
]


@pytest.mark.parametrize(("span", "words"), LEFT)
def test_what_is_left_is_never_more_than_there_is(span: timedelta, words: str) -> None:
    assert left(NOON + span, now=NOON) == words


@pytest.mark.parametrize("days", [-3, 0, 5, 10, 14])
def test_a_bar_stays_within_its_ends(days: int) -> None:
    made = bar(NOON, NOON + timedelta(days=10), now=NOON + timedelta(days=days))
    assert made == Bar(min(max(days, 0), 10) * 24, 240)


def test_a_bar_of_no_time_can_still_be_drawn() -> None:
    assert bar(NOON, NOON, now=NOON) == Bar(0, 1)


def test_a_mandate_says_what_is_over_and_what_is_left() -> None:
    end = NOON + timedelta(days=90)
    assert served(NOON, end, now=NOON + timedelta(days=30)) == "four weeks served, nine weeks left"
    assert served(NOON, end, now=NOON - timedelta(days=2)) == "Begins in two days."
    assert served(NOON, end, now=end) == "It is over."
