"""The sentences that members read."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.core.words import Words
from app.instance.presets import Preset
from governance import wording
from governance.counting.yesno import Tally
from governance.decision import Outcome, Roll, decide
from governance.eligibility import Why
from governance.lifecycle import State
from governance.presets import constitution_of
from governance.rules import (
    Base,
    Choice,
    DecisionType,
    Doubt,
    Enacting,
    Method,
    Quorum,
    QuorumMissed,
    RuleSet,
    Secrecy,
    Threshold,
)
from governance.seals import Kind

ASSOCIATION = constitution_of(Preset.ASSOCIATION)
TERMS = ASSOCIATION[DecisionType.TERMS]
CONSENSUS = constitution_of(Preset.SOCIAL_COOP_LIKE)[DecisionType.POLICY]

DEMANDS = [
    pytest.param(
        TERMS,
        Method.MAJORITY,
        "It passes if at least 49 of us vote, and at least three of every five who say yes or no "
        "say yes.",
        id="terms",
    ),
    pytest.param(
        ASSOCIATION[DecisionType.BYLAWS],
        Method.MAJORITY,
        "It passes if at least 37 of us say yes, and at least three of every four who say yes or "
        "no say yes.",
        id="bylaws",
    ),
    pytest.param(
        CONSENSUS,
        Method.CONSENSUS,
        "It passes if more than half of those who say yes or no say yes. One block stops it, "
        "unless at least nine of every ten who say yes or no say yes.",
        id="consensus",
    ),
    pytest.param(
        RuleSet(Threshold(Fraction(2, 3), Base.ELIGIBLE)),
        Method.MAJORITY,
        "It passes if at least two of every three of all members with a vote say yes.",
        id="of all",
    ),
]


@pytest.mark.parametrize(("rule", "method", "sentence"), DEMANDS)
def test_what_it_takes(rule: RuleSet, method: Method, sentence: str) -> None:
    assert wording.demands(rule, method, base=242) == sentence


def test_where_the_quorum_comes_from() -> None:
    assert wording.quorum_explained(TERMS, base=242) == (
        "49 is one of every five of the 242 members who were active in the last 90 days. "
        "Abstaining counts for taking part, not for yes or no."
    )
    assert (
        wording.quorum_explained(TERMS, base=9) == "Never fewer than three, however small we are."
    )
    assert wording.quorum_explained(CONSENSUS, base=9) == "There is no least number of votes."


def test_the_way_of_a_proposal() -> None:
    assert wording.periods(TERMS, members=60) == (
        "Once three other members support it, we talk about it for 7 days and vote for 10 days. "
        "It takes effect 14 days after it is settled."
    )


def test_the_result_in_a_sentence() -> None:
    decision = decide(
        TERMS, Method.MAJORITY, tally=Tally(61, 22, 13), roll=Roll(eligible=300, active=242)
    )
    assert wording.outcome_sentence(decision) == (
        "Of the 83 of us who said yes or no, 61 said yes. 50 were needed."
    )
    few = decide(TERMS, Method.MAJORITY, tally=Tally(20, 0, 0), roll=Roll(300, 242))
    assert wording.outcome_sentence(few) == (
        "20 of us counted towards the quorum. 49 were needed."
    )


def test_a_blocked_result_says_what_would_have_overridden_it() -> None:
    rule = replace(CONSENSUS, quorum=Quorum())
    decision = decide(rule, Method.CONSENSUS, tally=Tally(8, 0, 0, 1), roll=Roll(20, 20))
    assert wording.outcome_sentence(decision) == (
        "It was blocked. 9 of 9 would have had to say yes to override that; 8 did."
    )


def test_every_value_has_its_words() -> None:
    said: list[Words] = [
        *map(wording.state_word, State),
        *map(wording.outcome_word, Outcome),
        *map(wording.secrecy_sentence, Secrecy),
        *map(wording.why_no_vote, Why),
        *map(wording.doubt_sentence, Doubt),
        *(wording.choice_word(choice, method) for choice in Choice for method in Method),
        *(
            wording.quorum_missed(replace(TERMS, quorum=Quorum(missed=missed)))
            for missed in QuorumMissed
        ),
        *(wording.who_enacts(rule.enacting) for rule in ASSOCIATION.values()),
        wording.who_enacts(Enacting("treasurer", approvals=1)),
    ]
    assert all(words.translated(str) == words and words for words in said)


FORBIDDEN = ("instance", "server", "waiver", "handle", "federat")


@pytest.mark.parametrize("preset", Preset)
def test_every_rule_can_be_told(preset: Preset) -> None:
    for rule in constitution_of(preset).values():
        for method in rule.methods:
            told = [
                wording.demands(rule, method, base=20),
                wording.quorum_explained(rule, base=20),
                wording.periods(rule, members=20),
                wording.who_enacts(rule.enacting),
            ]
            assert not any(word in sentence for sentence in told for word in FORBIDDEN)


@pytest.mark.parametrize("kind", Kind)
def test_every_entry_of_the_log_has_a_sentence(kind: Kind) -> None:
    assert wording.log_sentence(kind)
