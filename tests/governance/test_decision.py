"""Counting yes and no, and the outcome under a rule, in exact arithmetic."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.yesno import Mistake, Tally, count, mistake_in
from governance.decision import Decision, Demand, Outcome, Roll, decide
from governance.rules import (
    Base,
    Blocks,
    Choice,
    Method,
    Quorum,
    QuorumCounts,
    QuorumMissed,
    RuleSet,
    Threshold,
)
from tests.governance.test_rules import RULES

FIFTH = Quorum(Fraction(1, 5), of=Base.ELIGIBLE)
MAJORITY = RuleSet(Threshold(Fraction(1, 2), strict=True), FIFTH)
TWO_THIRDS = RuleSet(Threshold(Fraction(2, 3)), Quorum(Fraction(1, 2), of=Base.ELIGIBLE))
OF_CAST = RuleSet(Threshold(Fraction(1, 2), Base.CAST, strict=True), FIFTH)
OF_ALL = RuleSet(Threshold(Fraction(1, 2), Base.ELIGIBLE, strict=True), FIFTH)
OF_ACTIVE = RuleSet(Threshold(Fraction(1, 2), Base.ACTIVE), Quorum(Fraction(1, 2)))
APPROVAL = RuleSet(
    Threshold(Fraction(3, 4)),
    Quorum(Fraction(15, 100), of=Base.ELIGIBLE, counts=QuorumCounts.APPROVAL),
)

TABLE = [
    # rule, yes, no, abstain, eligible, outcome
    pytest.param(MAJORITY, 11, 10, 0, 100, Outcome.PASSED, id="one more than half"),
    pytest.param(MAJORITY, 10, 10, 0, 100, Outcome.REJECTED, id="an even split fails"),
    pytest.param(MAJORITY, 19, 0, 0, 100, Outcome.QUORUM_MISSED, id="one short of the quorum"),
    pytest.param(MAJORITY, 11, 0, 9, 100, Outcome.PASSED, id="abstaining fills the quorum"),
    pytest.param(MAJORITY, 0, 0, 20, 100, Outcome.REJECTED, id="all abstain"),
    pytest.param(MAJORITY, 0, 0, 0, 0, Outcome.REJECTED, id="nobody to vote"),
    pytest.param(TWO_THIRDS, 2, 1, 0, 3, Outcome.PASSED, id="two thirds exactly"),
    pytest.param(TWO_THIRDS, 199, 100, 0, 300, Outcome.REJECTED, id="just under two thirds"),
    pytest.param(OF_CAST, 10, 0, 10, 40, Outcome.REJECTED, id="of those cast, abstaining weighs"),
    pytest.param(OF_CAST, 11, 0, 10, 40, Outcome.PASSED, id="more than half of those cast"),
    pytest.param(OF_ALL, 50, 0, 0, 100, Outcome.REJECTED, id="half of all is not enough"),
    pytest.param(OF_ALL, 51, 49, 0, 100, Outcome.PASSED, id="more than half of all"),
    pytest.param(APPROVAL, 15, 0, 0, 100, Outcome.PASSED, id="fifteen in a hundred say yes"),
    pytest.param(APPROVAL, 14, 0, 60, 100, Outcome.QUORUM_MISSED, id="only yes fills this quorum"),
    pytest.param(APPROVAL, 15, 5, 0, 100, Outcome.PASSED, id="three of four"),
    pytest.param(APPROVAL, 16, 6, 0, 100, Outcome.REJECTED, id="less than three of four"),
]


def outcome(rule: RuleSet, tally: Tally, eligible: int, active: int | None = None) -> Outcome:
    roll = Roll(eligible, eligible if active is None else active)
    return decide(rule, Method.MAJORITY, tally=tally, roll=roll).outcome


@pytest.mark.parametrize(("rule", "yes", "no", "abstain", "eligible", "expected"), TABLE)
def test_majority(
    rule: RuleSet, yes: int, no: int, abstain: int, eligible: int, expected: Outcome
) -> None:
    assert outcome(rule, Tally(yes, no, abstain), eligible) is expected


def test_shares_of_the_active() -> None:
    assert outcome(OF_ACTIVE, Tally(5, 4, 0), eligible=100, active=10) is Outcome.PASSED
    assert outcome(OF_ACTIVE, Tally(4, 4, 0), eligible=100, active=10) is Outcome.REJECTED
    assert outcome(OF_ACTIVE, Tally(4, 0, 0), eligible=100, active=10) is Outcome.QUORUM_MISSED


CONSENSUS = RuleSet(
    Threshold(Fraction(1, 2), strict=True), methods=(Method.CONSENSUS,), blocks=Blocks()
)
TWO_BLOCKS = replace(CONSENSUS, blocks=Blocks(Fraction(9, 10), needed=2))

CONSENSUS_TABLE = [
    # rule, yes, no, abstain, block, outcome
    pytest.param(CONSENSUS, 6, 4, 3, 0, Outcome.PASSED, id="more agree, nobody blocks"),
    pytest.param(CONSENSUS, 5, 5, 0, 0, Outcome.REJECTED, id="an even split"),
    pytest.param(CONSENSUS, 8, 0, 0, 1, Outcome.BLOCKED, id="one block against eight"),
    pytest.param(CONSENSUS, 9, 0, 0, 1, Outcome.PASSED, id="nine tenths override it"),
    pytest.param(CONSENSUS, 17, 1, 0, 1, Outcome.BLOCKED, id="17 of 19 do not"),
    pytest.param(CONSENSUS, 1, 0, 0, 1, Outcome.REJECTED, id="a block counts as no"),
    pytest.param(TWO_BLOCKS, 8, 0, 0, 1, Outcome.PASSED, id="one block where two are needed"),
    pytest.param(TWO_BLOCKS, 8, 0, 0, 2, Outcome.BLOCKED, id="two blocks"),
    pytest.param(CONSENSUS, 0, 0, 5, 0, Outcome.REJECTED, id="all abstain"),
]


@pytest.mark.parametrize(("rule", "yes", "no", "abstain", "block", "expected"), CONSENSUS_TABLE)
def test_consensus(
    rule: RuleSet, yes: int, no: int, abstain: int, block: int, expected: Outcome
) -> None:
    tally = Tally(yes, no, abstain, block)
    roll = Roll(eligible=30, active=30)
    assert decide(rule, Method.CONSENSUS, tally=tally, roll=roll).outcome is expected


def test_the_vote_of_51_percent_with_a_block_did_not_carry() -> None:
    """Source: social.coop in 2023, told in the governance research 1.1."""
    tally = Tally(yes=56, no=40, abstain=5, block=4)
    decision = decide(CONSENSUS, Method.CONSENSUS, tally=tally, roll=Roll(375, 375))
    assert decision.outcome is Outcome.BLOCKED


def test_the_working_names_each_demand_with_what_was_needed_and_reached() -> None:
    roll = Roll(eligible=300, active=242)
    rule = RuleSet(Threshold(Fraction(3, 5)), Quorum(Fraction(1, 5), floor=3))
    working = decide(rule, Method.MAJORITY, tally=Tally(61, 22, 13), roll=roll).dump()
    assert working == {
        "outcome": "passed",
        "eligible": 300,
        "active": 242,
        "cast": 96,
        "decisive": 83,
        "counts": {"yes": 61, "no": 22, "abstain": 13, "block": 0},
        "steps": [
            {
                "demand": "quorum",
                "holds": True,
                "needed": 49,
                "reached": 96,
                "share": "1/5",
                "base": "active",
                "base_count": 242,
            },
            {
                "demand": "threshold",
                "holds": True,
                "needed": 50,
                "reached": 61,
                "share": "3/5",
                "base": "decisive",
                "base_count": 83,
            },
        ],
    }


def test_a_second_call_counts_by_the_lower_quorum() -> None:
    quorum = Quorum(Fraction(1, 2), missed=QuorumMissed.SECOND_CALL, second_share=Fraction(1, 5))
    rule = replace(MAJORITY, quorum=quorum)
    roll, tally = Roll(10, 10), Tally(3, 0, 0)
    first = decide(rule, Method.MAJORITY, tally=tally, roll=roll)
    second = decide(rule, Method.MAJORITY, tally=tally, roll=roll, second=True)
    assert (first.outcome, second.outcome) == (Outcome.QUORUM_MISSED, Outcome.PASSED)
    assert second.steps[0].demand is Demand.QUORUM
    assert second.steps[0].share == Fraction(1, 5)


TALLIES = st.builds(
    Tally, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 10)
)


@given(RULES, TALLIES, st.integers(0, 60))
def test_turning_a_no_into_a_yes_never_defeats_a_proposal(
    rule: RuleSet, tally: Tally, others: int
) -> None:
    roll = Roll(tally.cast + others, tally.cast)
    for method, less in itertools.product(rule.methods, ("no", "block", "abstain")):
        if not getattr(tally, less) or (method is Method.MAJORITY and tally.block):
            continue
        turned = replace(tally, yes=tally.yes + 1, **{less: getattr(tally, less) - 1})
        if less == "abstain" and rule.threshold.of is not Base.DECISIVE:
            continue
        before, after = (_decide(rule, method, t, roll) for t in (tally, turned))
        if before.outcome is Outcome.PASSED:
            assert after.outcome is Outcome.PASSED


def _decide(rule: RuleSet, method: Method, tally: Tally, roll: Roll) -> Decision:
    return decide(rule, method, tally=tally, roll=roll)


@given(RULES, TALLIES)
def test_nothing_passes_without_a_yes(rule: RuleSet, tally: Tally) -> None:
    nobody = replace(tally, yes=0)
    for method in rule.methods:
        decision = _decide(rule, method, nobody, Roll(nobody.cast, nobody.cast))
        assert decision.outcome is not Outcome.PASSED


def test_the_order_of_ballots_does_not_matter() -> None:
    choices = [*["yes"] * 5, *["no"] * 3, *["abstain"] * 2, "block"]
    shuffled = random.Random(7).sample(choices, len(choices))
    assert count(shuffled) == count(choices) == Tally(5, 3, 2, 1)


@pytest.mark.parametrize("choice", ["maybe", "Yes", "", "1"])
def test_a_choice_that_no_ballot_offers_is_never_counted(choice: str) -> None:
    with pytest.raises(AssertionError):
        count(["yes", choice])


MARKS: list[Any] = [
    pytest.param({}, "", Mistake.NO_CHOICE, id="an empty ballot"),
    pytest.param({"choices": "yes"}, "", Mistake.NO_CHOICE, id="another mark"),
    pytest.param({"choice": "yes", "no": 1}, "", Mistake.UNKNOWN_MARK, id="both yes and no"),
    pytest.param({"choice": "maybe"}, "", Mistake.UNKNOWN_CHOICE, id="maybe"),
    pytest.param({"choice": ["yes"]}, "", Mistake.UNKNOWN_CHOICE, id="a list"),
    pytest.param({"choice": True}, "", Mistake.UNKNOWN_CHOICE, id="true"),
    pytest.param({"choice": None}, "", Mistake.UNKNOWN_CHOICE, id="null"),
    pytest.param({"choice": float("nan")}, "", Mistake.UNKNOWN_CHOICE, id="not a number"),
    pytest.param({"choice": "block"}, " \n", Mistake.NO_REASON, id="a block without a reason"),
    pytest.param({"choice": "block"}, "It would break the lease.", None, id="a block"),
    pytest.param({"choice": "no"}, "", None, id="no needs no reason"),
]


@pytest.mark.parametrize(("marks", "reason", "mistake"), MARKS)
def test_marks_on_a_ballot(marks: dict[str, Any], reason: str, mistake: Mistake | None) -> None:
    found = mistake_in(marks, Method.CONSENSUS, reason=reason, reasons=[Choice.BLOCK])
    assert found is mistake


def test_nobody_blocks_a_majority() -> None:
    marks = {"choice": "block"}
    assert mistake_in(marks, Method.MAJORITY, reason="No.") is Mistake.UNKNOWN_CHOICE
