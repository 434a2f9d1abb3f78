"""A host that does not answer is left alone, longer each time, and not for ever."""

from datetime import timedelta

from app.core.circuits import REST_MAX, REST_MIN, TRIES, Circuits
from tests.factories import NOON


def test_a_host_rests_after_some_failures_and_is_tried_again() -> None:
    circuits = Circuits()
    for _ in range(TRIES):
        assert not circuits.is_open("far.example", now=NOON)
        circuits.failed("far.example", now=NOON)
    assert circuits.is_open("far.example", now=NOON)
    assert not circuits.is_open("near.example", now=NOON)
    assert not circuits.is_open("far.example", now=NOON + REST_MIN)


def test_each_further_failure_doubles_the_rest_up_to_an_end() -> None:
    circuits = Circuits()
    for _ in range(TRIES + 1):
        circuits.failed("far.example", now=NOON)
    assert circuits.is_open("far.example", now=NOON + REST_MIN * 2 - timedelta(seconds=1))
    assert not circuits.is_open("far.example", now=NOON + REST_MIN * 2)
    for _ in range(100):
        circuits.failed("far.example", now=NOON)
    assert not circuits.is_open("far.example", now=NOON + REST_MAX)


def test_an_answer_makes_up_for_all_failures() -> None:
    circuits = Circuits()
    for _ in range(TRIES):
        circuits.failed("far.example", now=NOON)
    circuits.answered("far.example")
    circuits.failed("far.example", now=NOON)
    assert not circuits.is_open("far.example", now=NOON)
