"""Rule sets as data: read back what was written, refuse what is wrong, warn of what hurts."""

from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.rules import (
    BadRule,
    Base,
    Blocks,
    Days,
    Doubt,
    Method,
    Quorum,
    QuorumCounts,
    QuorumMissed,
    RuleSet,
    Seconders,
    Threshold,
    lint,
    stricter,
)

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=1000)
THRESHOLDS = st.builds(Threshold, share=SHARES, of=st.sampled_from(Base), strict=st.booleans())
QUORUMS = st.builds(
    Quorum,
    share=SHARES,
    floor=st.integers(0, 50),
    of=st.sampled_from([Base.ACTIVE, Base.ELIGIBLE]),
    counts=st.sampled_from(QuorumCounts),
    missed=st.sampled_from(QuorumMissed),
    second_share=SHARES,
)
RULES = st.builds(
    RuleSet,
    threshold=THRESHOLDS,
    quorum=QUORUMS,
    methods=st.sampled_from([(Method.MAJORITY,), (Method.CONSENSUS, Method.MAJORITY)]),
    blocks=st.builds(Blocks, override=SHARES, needed=st.integers(1, 5)),
).filter(lambda rule: not (rule.threshold.strict and rule.threshold.share == 1))

MAJORITY = RuleSet(Threshold(Fraction(1, 2), strict=True))


@given(RULES)
def test_a_rule_set_is_read_back_as_it_was_written(rule: RuleSet) -> None:
    assert RuleSet.load(rule.dump()) == rule


def _changed(path: str, value: Any) -> dict[str, Any]:
    data = deepcopy(MAJORITY.dump())
    *outer, name = path.split(".")
    place = data
    for step in outer:
        place = place[step]
    place[name] = value
    return data


BAD = [
    pytest.param("threshold.share", 0.5, id="a floating share"),
    pytest.param("threshold.share", "0.5", id="a decimal share"),
    pytest.param("threshold.share", "66.67", id="a percentage"),
    pytest.param("threshold.share", "1/0", id="a share of nothing"),
    pytest.param("threshold.share", "3/2", id="more than all"),
    pytest.param("threshold.share", "-1/2", id="a negative share"),
    pytest.param("threshold.share", "1/2/3", id="two strokes"),
    pytest.param("threshold.share", "٣/٥", id="figures of another script"),
    pytest.param("threshold.share", "1/10000000", id="a share with endless figures"),
    pytest.param("threshold.share", "", id="no share"),
    pytest.param("threshold.of", "members", id="an unknown base"),
    pytest.param("threshold.strict", 1, id="a number for a yes"),
    pytest.param("quorum.of", "cast", id="a quorum of those who voted"),
    pytest.param("quorum.floor", -1, id="a negative floor"),
    pytest.param("quorum.floor", True, id="a yes for a number"),
    pytest.param("quorum.missed", "ask_the_admin", id="an unknown way on"),
    pytest.param("methods", [], id="no method"),
    pytest.param("methods", ["majority", "majority"], id="a method twice"),
    pytest.param("methods", "majority", id="a word for a list"),
    pytest.param("methods", ["coin"], id="an unknown method"),
    pytest.param("secrecy", ["whispered"], id="an unknown secrecy"),
    pytest.param("blocks.needed", 0, id="no block blocks"),
    pytest.param("seconders", None, id="null for an object"),
    pytest.param("days.voting", 0, id="a vote of no days"),
    pytest.param("days.voting", 401, id="a vote of more than a year"),
    pytest.param("days.frozen", 5, id="frozen before the deliberation"),
    pytest.param("enacting.office", "king", id="an unknown office"),
    pytest.param("enacting.approvals", 6, id="too many approvals"),
    pytest.param("days.nights", 3, id="an unknown field"),
]


@pytest.mark.parametrize(("path", "value"), BAD)
def test_a_wrong_rule_set_is_refused_with_its_path(path: str, value: Any) -> None:
    with pytest.raises(BadRule, match=f"^{path.replace('.', chr(92) + '.')}"):
        RuleSet.load(_changed(path, value))


@pytest.mark.parametrize("name", sorted(MAJORITY.dump()))
def test_a_missing_part_is_refused(name: str) -> None:
    data = MAJORITY.dump()
    del data[name]
    with pytest.raises(BadRule, match=f"^{name}: is missing"):
        RuleSet.load(data)


def test_more_than_all_is_refused() -> None:
    data = replace(MAJORITY, threshold=Threshold(Fraction(1))).dump()
    data["threshold"]["strict"] = True
    with pytest.raises(BadRule, match="impossible"):
        RuleSet.load(data)


def test_approvals_without_an_office_are_refused() -> None:
    data = MAJORITY.dump() | {"enacting": {"office": None, "approvals": 1, "approved_by": None}}
    with pytest.raises(BadRule, match=r"^enacting\.approvals"):
        RuleSet.load(data)


THRESHOLD_TABLE = [
    # threshold, of how many, needed
    pytest.param(Threshold(Fraction(1, 2), strict=True), 20, 11, id="more than half of twenty"),
    pytest.param(Threshold(Fraction(1, 2), strict=True), 21, 11, id="more than half of 21"),
    pytest.param(Threshold(Fraction(2, 3)), 3, 2, id="two thirds of three"),
    pytest.param(Threshold(Fraction(2, 3)), 299, 200, id="two thirds of 299"),
    pytest.param(Threshold(Fraction(3, 5)), 83, 50, id="three fifths of 83"),
    pytest.param(Threshold(Fraction(1)), 7, 7, id="all"),
    pytest.param(Threshold(Fraction(3, 5)), 0, 0, id="a share of nobody"),
]


@pytest.mark.parametrize(("threshold", "base", "needed"), THRESHOLD_TABLE)
def test_the_yes_that_a_threshold_needs(threshold: Threshold, base: int, needed: int) -> None:
    assert threshold.needed(base) == needed


QUORUM_TABLE = [
    pytest.param(Quorum(Fraction(1, 5)), 242, 49, id="a fifth of 242"),
    pytest.param(Quorum(Fraction(1, 10), floor=3), 12, 3, id="the floor, where it is larger"),
    pytest.param(Quorum(Fraction(1, 10), floor=3), 31, 4, id="the share, where it is larger"),
    pytest.param(Quorum(), 500, 0, id="no quorum"),
]


@pytest.mark.parametrize(("quorum", "base", "needed"), QUORUM_TABLE)
def test_the_people_that_a_quorum_needs(quorum: Quorum, base: int, needed: int) -> None:
    assert quorum.needed(base) == needed


def test_a_second_call_needs_fewer() -> None:
    quorum = Quorum(Fraction(1, 2), missed=QuorumMissed.SECOND_CALL, second_share=Fraction(1, 10))
    assert (quorum.needed(100), quorum.needed(100, second=True)) == (50, 10)
    once_more = replace(quorum, missed=QuorumMissed.EXTEND_ONCE)
    assert once_more.needed(100, second=True) == 50


def test_seconders_are_a_number_or_a_share_if_that_is_more() -> None:
    seconders = Seconders(1, share=Fraction(5, 100))
    assert [seconders.needed(members) for members in (4, 20, 21, 100)] == [1, 1, 2, 5]


@given(RULES, RULES, st.integers(0, 300))
def test_the_stricter_of_two_rules_needs_at_least_what_each_needs(
    old: RuleSet, new: RuleSet, base: int
) -> None:
    strict = stricter(old, new)
    for rule in (old, new):
        assert strict.threshold.needed(base) >= rule.threshold.needed(base)
        assert strict.quorum.needed(base) >= rule.quorum.needed(base)
        assert list(Base).index(strict.threshold.of) >= list(Base).index(rule.threshold.of)
    assert (strict.days, strict.methods, strict.enacting) == (old.days, old.methods, old.enacting)


LINT_TABLE = [
    pytest.param(MAJORITY, None, (), id="nothing to say"),
    pytest.param(
        replace(MAJORITY, quorum=Quorum(Fraction(1, 2), of=Base.ELIGIBLE)),
        None,
        (Doubt.QUORUM_OUT_OF_REACH,),
        id="half of all members",
    ),
    pytest.param(
        replace(MAJORITY, quorum=Quorum(Fraction(1, 2))), None, (), id="half of the active"
    ),
    pytest.param(
        replace(MAJORITY, methods=(Method.CONSENSUS,), blocks=Blocks(Fraction(1))),
        None,
        (Doubt.BLOCK_CANNOT_BE_OVERRIDDEN,),
        id="one person stops everybody",
    ),
    pytest.param(
        replace(MAJORITY, blocks=Blocks(Fraction(1))), None, (), id="no blocks in a majority"
    ),
    pytest.param(
        replace(MAJORITY, days=Days(voting=2)), None, (Doubt.VOTE_TOO_SHORT,), id="two days"
    ),
    pytest.param(
        replace(MAJORITY, quorum=Quorum(Fraction(1, 4))),
        Fraction(1, 5),
        (Doubt.QUORUM_ABOVE_USUAL_TURNOUT,),
        id="more than usually come",
    ),
]


@pytest.mark.parametrize(("rule", "turnout", "doubts"), LINT_TABLE)
def test_lint(rule: RuleSet, turnout: Fraction | None, doubts: tuple[Doubt, ...]) -> None:
    assert lint(rule, usual_turnout=turnout) == doubts
