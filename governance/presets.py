"""Constitutions to begin with: a rule set for each type of decision.

Source: governance research 7.4 (the table of defaults, and the three presets).
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from app.instance.presets import Preset
from governance.rules import (
    Base,
    Blocks,
    Choice,
    Days,
    DecisionType,
    Enacting,
    Method,
    Quorum,
    QuorumCounts,
    QuorumMissed,
    RuleSet,
    Seconders,
    Secrecy,
    Threshold,
)

Constitution: TypeAlias = Mapping[DecisionType, RuleSet]

HALF = Threshold(Fraction(1, 2), strict=True)
THREE_FIFTHS = Threshold(Fraction(3, 5))
THREE_QUARTERS = Threshold(Fraction(3, 4))
# What we promise each other: a few people at one table may want to be of one mind about it.
PROMISES = (DecisionType.TERMS, DecisionType.CODE_OF_CONDUCT, DecisionType.PRIVACY)


def constitution_of(preset: Preset) -> Constitution:
    """Return the rule sets of a preset, one for each type of decision."""
    return {
        Preset.ASSOCIATION: _association,
        Preset.SMALL: _small,
        Preset.SOCIAL_COOP_LIKE: _social_coop_like,
    }[preset]()


def _took_part(percent: int, *, at_least: int = 3) -> Quorum:
    return Quorum(share=Fraction(percent, 100), floor=at_least)


def _association() -> dict[DecisionType, RuleSet]:
    rules = _of_matters() | _of_documents() | _of_people()
    return {kind: rules[kind] for kind in DecisionType}


def _of_matters() -> dict[DecisionType, RuleSet]:
    # Consent with a majority to fall back on: the author chooses which of the two suits.
    policy = RuleSet(HALF, _took_part(10), methods=(Method.MAJORITY, Method.CONSENSUS))
    money = RuleSet(
        HALF,
        _took_part(15),
        seconders=Seconders(2),
        days=Days(deliberation=7, frozen=2, window=365),
        enacting=Enacting("treasurer", approvals=1, approved_by="treasurer"),
    )
    return {
        DecisionType.POLICY: policy,
        DecisionType.STATEMENT: policy,
        DecisionType.SPENDING: money,
        DecisionType.BUDGET: money,
        DecisionType.DUES: RuleSet(
            THREE_FIFTHS,
            _took_part(20),
            seconders=Seconders(3),
            days=Days(deliberation=7, frozen=2, voting=10, notice=30, window=90),
            enacting=Enacting("treasurer"),
        ),
        DecisionType.DOMAIN: RuleSet(
            HALF,
            _took_part(10),
            seconders=Seconders(2),
            days=Days(deliberation=2, frozen=1, voting=5, challenge=3, window=14),
            enacting=Enacting("moderator"),
        ),
        DecisionType.EMERGENCY: RuleSet(
            HALF,
            Quorum(missed=QuorumMissed.FAIL),
            seconders=Seconders(0),
            days=Days(deliberation=0, frozen=0, voting=7, challenge=3),
            enacting=Enacting(None),
        ),
    }


def _of_documents() -> dict[DecisionType, RuleSet]:
    terms = RuleSet(
        THREE_FIFTHS,
        _took_part(20),
        seconders=Seconders(3),
        days=Days(deliberation=7, frozen=2, voting=10, notice=14),
    )
    bylaws = RuleSet(
        THREE_QUARTERS,
        Quorum(Fraction(15, 100), of=Base.ELIGIBLE, counts=QuorumCounts.APPROVAL),
        seconders=Seconders(5),
        days=Days(deliberation=14, frozen=3, voting=14, notice=7),
        enacting=Enacting("secretary"),
    )
    return {
        DecisionType.TERMS: terms,
        DecisionType.CODE_OF_CONDUCT: terms,
        DecisionType.PRIVACY: terms,
        DecisionType.BYLAWS: bylaws,
        DecisionType.CONSTITUTION: replace(
            bylaws,
            days=replace(bylaws.days, notice=14),
            enacting=Enacting("admin", approvals=1, approved_by="admin"),
        ),
    }


def _of_people() -> dict[DecisionType, RuleSet]:
    return {
        DecisionType.ELECTION: RuleSet(
            HALF,
            _took_part(10),
            days=Days(deliberation=14, frozen=3, window=14),
            enacting=Enacting("secretary"),
        ),
        DecisionType.RECALL: RuleSet(
            THREE_FIFTHS,
            _took_part(20),
            secrecy=(Secrecy.SECRET, Secrecy.SEALED),
            seconders=Seconders(1, share=Fraction(5, 100)),
            days=Days(deliberation=7, frozen=2, window=7),
            enacting=Enacting("secretary"),
        ),
        DecisionType.APPEAL: RuleSet(
            HALF,
            _took_part(10),
            seconders=Seconders(1, share=Fraction(10, 100)),
            days=Days(deliberation=3, frozen=1, challenge=3, window=3),
            enacting=Enacting("moderator"),
        ),
    }


def _small() -> dict[DecisionType, RuleSet]:
    # Up to some thirty people: two must take part, one other person suffices to open a vote, and
    # there may be only one holder of an office, so nobody is asked for a second signature.
    rules = {kind: _for_few(rule) for kind, rule in _association().items()}
    for kind in PROMISES:
        rules[kind] = replace(rules[kind], methods=(Method.MAJORITY, Method.CONSENSUS))
    return rules


def _for_few(rule: RuleSet) -> RuleSet:
    few = min(rule.seconders.count, 1)
    return replace(
        rule,
        quorum=replace(rule.quorum, floor=min(rule.quorum.floor, 2)),
        seconders=replace(rule.seconders, count=few),
        secrecy=tuple(s for s in rule.secrecy if s is not Secrecy.SECRET),
        enacting=replace(rule.enacting, approvals=0, approved_by=None),
    )


def _social_coop_like() -> dict[DecisionType, RuleSet]:
    # Consensus with blocks and no quorum: half, and nine tenths against a block; for the bylaws
    # three quarters and nineteen twentieths.
    rules = {kind: _by_consensus(rule) for kind, rule in _association().items()}
    for kind in (DecisionType.BYLAWS, DecisionType.CONSTITUTION):
        rules[kind] = replace(
            rules[kind],
            threshold=THREE_QUARTERS,
            blocks=Blocks(Fraction(19, 20)),
            days=replace(rules[kind].days, voting=10),
        )
    for kind in (DecisionType.ELECTION, DecisionType.RECALL, DecisionType.APPEAL):
        rules[kind] = replace(rules[kind], methods=(Method.MAJORITY,))
    # Members are asked afterwards, so one of them alone must not undo what an officer did.
    rules[DecisionType.EMERGENCY] = _association()[DecisionType.EMERGENCY]
    return rules


def _by_consensus(rule: RuleSet) -> RuleSet:
    return replace(
        rule,
        methods=(Method.CONSENSUS, Method.MAJORITY),
        threshold=replace(HALF, share=max(rule.threshold.share, HALF.share)),
        blocks=Blocks(Fraction(9, 10)),
        reasons=(Choice.BLOCK,),
        quorum=Quorum(missed=QuorumMissed.FAIL),
        days=replace(rule.days, voting=min(rule.days.voting, 6)),
    )
