"""Every type and state has its words."""

import pytest

from governance.lifecycle import State
from governance.rules import DecisionType
from governance.shown.words import GROUPS, tone_of, type_sentence, type_word


@pytest.mark.parametrize("kind", list(DecisionType))
def test_every_type_has_words_and_stands_in_one_group(kind: DecisionType) -> None:
    assert type_word(kind)
    assert type_sentence(kind).endswith(".")
    assert sum(kind in kinds for _, kinds in GROUPS.values()) == 1


def test_tones_tell_what_passed_from_what_did_not() -> None:
    assert tone_of(State.VOTING) == "open"
    assert tone_of(State.ENACTED) == "passed"
    assert tone_of(State.VOIDED) == "failed"
    assert tone_of(State.WITHDRAWN) == "quiet"
