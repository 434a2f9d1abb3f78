"""Ids by moment: rows that were made long ago sort where they belong."""

from datetime import timedelta

from app.core.ids import COUNT_BITS, IdMaker, time_of_id
from tests.factories import NOON


def test_ids_sort_by_their_moment() -> None:
    make = IdMaker()
    later = make.at(NOON)
    earlier = make.at(NOON - timedelta(milliseconds=1))
    assert earlier < later
    assert time_of_id(later) == NOON


def test_ids_of_one_moment_rise_even_with_other_moments_between() -> None:
    make = IdMaker()
    first = make.at(NOON)
    make.at(NOON - timedelta(days=900))
    assert first < make.at(NOON)


def test_more_ids_than_a_millisecond_holds_are_still_distinct() -> None:
    make = IdMaker()
    wanted = 2**COUNT_BITS + 10
    made = [make.at(NOON) for _ in range(wanted)]
    assert sorted(set(made)) == made
    assert time_of_id(made[-1]) == NOON + timedelta(milliseconds=1)


def test_nodes_never_agree() -> None:
    assert IdMaker(node=1).at(NOON) != IdMaker(node=2).at(NOON)
