"""The presets say what the table of defaults says."""

from fractions import Fraction

import pytest

from app.instance.presets import Preset
from governance.counting.yesno import CHOICES
from governance.presets import constitution_of
from governance.rules import DecisionType, Method, QuorumCounts, RuleSet, Secrecy, lint

ALL = [
    pytest.param(preset, kind, id=f"{preset}, {kind}")
    for preset in Preset
    for kind in DecisionType
]


@pytest.mark.parametrize(("preset", "kind"), ALL)
def test_every_type_has_a_rule_without_doubts(preset: Preset, kind: DecisionType) -> None:
    rule = constitution_of(preset)[kind]
    assert RuleSet.load(rule.dump()) == rule
    assert lint(rule) == ()
    assert all(method in CHOICES for method in rule.methods), "what can be counted here"


ROWS = [
    # type, quorum, floor, threshold, deliberation + vote, notice, seconders, office, window
    ("policy", 10, 3, "1/2", (4, 7), 0, 1, "admin", 60),
    ("spending", 15, 3, "1/2", (7, 7), 0, 2, "treasurer", 365),
    ("budget", 15, 3, "1/2", (7, 7), 0, 2, "treasurer", 365),
    ("dues", 20, 3, "3/5", (7, 10), 30, 3, "treasurer", 90),
    ("terms", 20, 3, "3/5", (7, 10), 14, 3, "admin", 60),
    ("code-of-conduct", 20, 3, "3/5", (7, 10), 14, 3, "admin", 60),
    ("privacy", 20, 3, "3/5", (7, 10), 14, 3, "admin", 60),
    ("bylaws", 15, 0, "3/4", (14, 14), 7, 5, "secretary", 60),
    ("constitution", 15, 0, "3/4", (14, 14), 14, 5, "admin", 60),
    ("domain", 10, 3, "1/2", (2, 5), 0, 2, "moderator", 14),
    ("election", 10, 3, "1/2", (14, 7), 0, 1, "secretary", 14),
    ("recall", 20, 3, "3/5", (7, 7), 0, 1, "secretary", 7),
    ("appeal", 10, 3, "1/2", (3, 7), 0, 1, "moderator", 3),
    ("emergency", 0, 0, "1/2", (0, 7), 0, 0, None, 60),
    ("statement", 10, 3, "1/2", (4, 7), 0, 1, "admin", 60),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_association_begins_with_the_table_of_defaults(
    row: tuple[str, int, int, str, tuple[int, int], int, int, str | None, int],
) -> None:
    kind, percent, floor, share, days, notice, seconders, office, window = row
    rule = constitution_of(Preset.ASSOCIATION)[DecisionType(kind)]
    assert (rule.quorum.share, rule.quorum.floor) == (Fraction(percent, 100), floor)
    assert rule.threshold.share == Fraction(share)
    assert rule.threshold.strict is (share == "1/2")
    assert (rule.days.deliberation, rule.days.voting) == days
    assert (rule.days.notice, rule.days.window) == (notice, window)
    assert (rule.seconders.count, rule.enacting.office) == (seconders, office)


def test_the_table_has_every_type() -> None:
    assert [row[0] for row in ROWS] == [str(kind) for kind in DecisionType]


def test_bylaws_need_yes_from_a_share_of_all_members() -> None:
    rule = constitution_of(Preset.ASSOCIATION)[DecisionType.BYLAWS]
    assert rule.quorum.counts is QuorumCounts.APPROVAL


def test_two_admins_change_the_constitution_of_an_association() -> None:
    enacting = constitution_of(Preset.ASSOCIATION)[DecisionType.CONSTITUTION].enacting
    assert (enacting.office, enacting.approvals, enacting.approved_by) == ("admin", 1, "admin")


@pytest.mark.parametrize("kind", DecisionType)
def test_two_people_can_decide_in_a_small_coop(kind: DecisionType) -> None:
    rule = constitution_of(Preset.SMALL)[kind]
    assert rule.seconders.needed(2) <= 1
    assert rule.quorum.needed(2) <= 2
    assert rule.enacting.approvals == 0
    assert Secrecy.SECRET not in rule.secrecy


def test_consensus_with_blocks_and_no_quorum() -> None:
    rule = constitution_of(Preset.SOCIAL_COOP_LIKE)[DecisionType.POLICY]
    assert (rule.methods[0], rule.quorum.needed(500)) == (Method.CONSENSUS, 0)
    assert (rule.threshold.share, rule.blocks.override) == (Fraction(1, 2), Fraction(9, 10))
    assert rule.days.voting == 6
    bylaws = constitution_of(Preset.SOCIAL_COOP_LIKE)[DecisionType.BYLAWS]
    assert (bylaws.threshold.share, bylaws.blocks.override) == (Fraction(3, 4), Fraction(19, 20))


BOTH = (Method.MAJORITY, Method.CONSENSUS)
CONSENSUS_FIRST = (Method.CONSENSUS, Method.MAJORITY)
METHODS = [
    pytest.param(Preset.ASSOCIATION, "policy", BOTH, id="an association may seek consensus"),
    pytest.param(Preset.ASSOCIATION, "statement", BOTH, id="also on what it says"),
    pytest.param(Preset.ASSOCIATION, "terms", BOTH[:1], id="its terms go by majority"),
    pytest.param(Preset.ASSOCIATION, "bylaws", BOTH[:1], id="and its bylaws"),
    pytest.param(Preset.SMALL, "policy", BOTH, id="a small co-op may seek consensus"),
    pytest.param(Preset.SMALL, "terms", BOTH, id="also on its terms"),
    pytest.param(Preset.SMALL, "code-of-conduct", BOTH, id="on how people treat each other"),
    pytest.param(Preset.SMALL, "spending", BOTH[:1], id="but not on money"),
    pytest.param(Preset.SOCIAL_COOP_LIKE, "terms", CONSENSUS_FIRST, id="consensus comes first"),
    pytest.param(Preset.SOCIAL_COOP_LIKE, "recall", BOTH[:1], id="but never on people"),
    pytest.param(Preset.SMALL, "emergency", BOTH[:1], id="an emergency is yes or no"),
    pytest.param(Preset.SOCIAL_COOP_LIKE, "emergency", BOTH[:1], id="in every preset"),
]


@pytest.mark.parametrize(("preset", "kind", "methods"), METHODS)
def test_the_methods_of_each_preset(
    preset: Preset, kind: str, methods: tuple[Method, ...]
) -> None:
    assert constitution_of(preset)[DecisionType(kind)].methods == methods
