"""Whose notices are told, held or dropped."""

from datetime import timedelta

import pytest

from app.core.records import replace
from app.notifications.kinds import NoticeKind
from app.notifications.policy import FOLLOWER_AFTER, JUDGED, NEW_FOR, Policy, Sender, Stance, judge
from tests.factories import NOON

DROP, HOLD, TELL = Stance.DROP, Stance.FILTER, Stance.ACCEPT
OLD = NOON - timedelta(days=100)
STRANGER = Sender(created_at=OLD)
LETTER = replace(STRANGER, writes_privately=True)
FOLLOWED = replace(STRANGER, is_followed=True)
FOLLOWER = replace(STRANGER, follower_since=NOON - FOLLOWER_AFTER)

TABLE = [
    pytest.param(Policy(), STRANGER, TELL, id="by default everybody is heard"),
    pytest.param(Policy(for_not_following=HOLD), STRANGER, HOLD, id="a stranger is held"),
    pytest.param(Policy(for_not_following=HOLD), FOLLOWED, TELL, id="who is followed is not"),
    pytest.param(Policy(for_not_followers=DROP), FOLLOWER, TELL, id="a follower of three days"),
    pytest.param(
        Policy(for_not_followers=DROP),
        replace(FOLLOWER, follower_since=NOON - FOLLOWER_AFTER + timedelta(seconds=1)),
        DROP,
        id="a follower of almost three days is none",
    ),
    pytest.param(
        Policy(for_new_accounts=HOLD),
        Sender(created_at=NOON - NEW_FOR + timedelta(seconds=1)),
        HOLD,
        id="an account of almost thirty days is new",
    ),
    pytest.param(
        Policy(for_new_accounts=HOLD),
        Sender(created_at=NOON - NEW_FOR),
        TELL,
        id="one of thirty days is not",
    ),
    pytest.param(
        Policy(for_new_accounts=HOLD),
        Sender(created_at=NOON, is_followed=True),
        TELL,
        id="a new account that is followed",
    ),
    pytest.param(Policy(for_private_mentions=DROP), LETTER, DROP, id="a stranger's letter"),
    pytest.param(Policy(for_private_mentions=DROP), STRANGER, TELL, id="a stranger's open words"),
    pytest.param(
        Policy(for_private_mentions=DROP, for_not_following=DROP),
        replace(LETTER, answers_reader=True),
        TELL,
        id="a letter that answers is always told",
    ),
    pytest.param(
        Policy(for_limited_accounts=HOLD), replace(STRANGER, is_limited=True), HOLD, id="limited"
    ),
    pytest.param(
        Policy(for_not_following=HOLD, for_not_followers=DROP), STRANGER, DROP, id="the strictest"
    ),
    pytest.param(
        Policy(for_not_following=DROP),
        replace(STRANGER, is_staff=True),
        TELL,
        id="officers are always heard",
    ),
    pytest.param(
        Policy(for_not_following=DROP),
        replace(STRANGER, is_accepted=True),
        TELL,
        id="whoever was let through before",
    ),
]


@pytest.mark.parametrize(("policy", "sender", "stance"), TABLE)
def test_judge(policy: Policy, sender: Sender, stance: Stance) -> None:
    for kind in JUDGED:
        assert judge(policy, sender, kind, now=NOON) is stance


def test_what_nobody_else_causes_is_told_whatever_the_policy() -> None:
    strict = Policy(DROP, DROP, DROP, DROP, DROP)
    for kind in set(NoticeKind) - JUDGED:
        assert judge(strict, LETTER, kind, now=NOON) is TELL
