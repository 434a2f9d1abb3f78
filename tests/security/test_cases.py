"""The catalogue is whole, and names tests that are there."""

from pathlib import Path

import pytest

from tests.security.cases import CASES

TESTS = Path(__file__).parents[1]
NUMBERS = [*range(1, 69), *range(82, 92), *range(100, 146), *range(160, 172)]


def test_every_case_is_named_once() -> None:
    assert list(CASES) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_case_has_tests_or_says_what_it_waits_for(number: int) -> None:
    case = CASES[number]
    assert bool(case.tests) != bool(case.waits_for), case.sentence
    for named in case.tests:
        file, _, test = named.partition("::")
        assert f"def {test}(" in (TESTS / file).read_text(), named
