"""When to try again, and when to stop."""

from datetime import date, timedelta
from random import Random
from typing import Final

import pytest

from app.federation.delivery.attempts import (
    ATTEMPTS_MAX,
    Next,
    Verdict,
    is_dead,
    next_attempt,
    pause_after,
    read_retry_after,
    verdict_of,
    wait_after,
)
from tests.federation.written import NOW


class Low(Random):
    """Dice that always show the lowest."""

    def randint(self, a: int, b: int) -> int:
        return a


class High(Random):
    """Dice that always show the highest."""

    def randint(self, a: int, b: int) -> int:
        return b


LOW: Final = Low()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, "delivered"),
        (202, "delivered"),
        (204, "delivered"),
        (301, "gone"),
        (307, "gone"),
        (400, "refused"),
        (401, "unauthorized"),
        (403, "refused"),
        (404, "gone"),
        (406, "refused"),
        (408, "later"),
        (410, "gone"),
        (413, "refused"),
        (429, "later"),
        (500, "later"),
        (501, "refused"),
        (503, "later"),
        (599, "later"),
        (None, "later"),
    ],
)
def test_what_an_answer_means(status: int | None, verdict: str) -> None:
    assert verdict_of(status) == verdict


def test_sixteen_attempts_take_two_and_a_half_days() -> None:
    waits = range(1, ATTEMPTS_MAX)
    shortest = sum((wait_after(n, dice=LOW) for n in waits), timedelta())
    longest = sum((wait_after(n, dice=High()) for n in waits), timedelta())
    assert timedelta(days=2) < shortest < timedelta(days=2.5)
    assert timedelta(days=2.5) < longest < timedelta(days=3.5)
    assert wait_after(1, dice=LOW) == timedelta(seconds=16)


def test_waits_are_spread() -> None:
    dice = Random(1)
    assert len({wait_after(5, dice=dice) for _ in range(50)}) > 30


def test_it_ends() -> None:
    assert next_attempt(None, attempts=15, now=NOW, dice=LOW).at is not None
    assert next_attempt(None, attempts=16, now=NOW, dice=LOW) == Next(Verdict.LATER)
    assert next_attempt(410, attempts=1, now=NOW, dice=LOW) == Next(Verdict.GONE)
    assert next_attempt(202, attempts=1, now=NOW, dice=LOW) == Next(Verdict.DELIVERED)


def test_a_refused_signature_is_tried_once_more() -> None:
    first = next_attempt(401, attempts=1, now=NOW, dice=LOW)
    assert first == Next(Verdict.UNAUTHORIZED, NOW + timedelta(minutes=5))
    assert next_attempt(401, attempts=2, now=NOW, dice=LOW).at is None
    goodbye = next_attempt(401, attempts=1, now=NOW, dice=LOW, is_farewell=True)
    assert goodbye.at is None


def test_whoever_asks_for_patience_gets_it() -> None:
    for status in (429, 503):
        found = next_attempt(status, attempts=1, now=NOW, dice=LOW, retry_after="3600")
        assert found.at == NOW + timedelta(hours=1)
    sooner = next_attempt(503, attempts=5, now=NOW, dice=LOW, retry_after="1")
    assert sooner.at == NOW + timedelta(seconds=640)
    other = next_attempt(500, attempts=1, now=NOW, dice=LOW, retry_after="3600")
    assert other.at == NOW + timedelta(seconds=16)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 500, 86_400),
        ("Sat, 31 Jan 2026 12:10:00 GMT", 600),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0),
        ("Sat, 31 Jan 2099 11:00:00 GMT", 86_400),
        ("soon", 0),
        ("-5", 0),
        ("\u0663", 0),
        ("", 0),
    ],
)
def test_retry_after(text: str, seconds: int) -> None:
    assert read_retry_after(text, now=NOW) == timedelta(seconds=seconds)


def test_an_inbox_is_left_in_peace_longer_and_longer() -> None:
    pauses = [pause_after(n) for n in (9, 10, 11, 12, 15, 16, 10**6)]
    minutes = [pause and pause // timedelta(minutes=1) for pause in pauses]
    assert minutes == [None, 1, 2, 4, 32, 60, 60]


def test_a_site_is_dead_after_seven_days_of_failures() -> None:
    days = [date(2026, 1, day) for day in range(1, 8)]
    assert is_dead(days)
    assert not is_dead(days[:6])
    assert not is_dead(days[:6] * 100)
