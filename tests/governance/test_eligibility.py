"""Who has a vote, why, and the list that is sealed."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.eligibility import (
    OF_STANDING,
    OF_STATE,
    Voter,
    Why,
    is_active,
    judge,
    list_hash,
    published_list,
)

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)

TABLE = [
    pytest.param("active", "current", Why.IN_STANDING, id="paid"),
    pytest.param("active", "grace", Why.IN_STANDING, id="in grace"),
    pytest.param("active", "exempt", Why.IN_STANDING, id="exempt, told like paid"),
    pytest.param("suspended", "current", Why.IN_STANDING, id="suspended, keeps the vote"),
    pytest.param("active", "pending", Why.PENDING, id="in the first 30 days"),
    pytest.param("active", "lapsed", Why.LAPSED, id="lapsed"),
    pytest.param("suspended", "lapsed", Why.LAPSED, id="suspended and lapsed"),
    pytest.param("unconfirmed", "current", Why.NOT_YET_A_MEMBER, id="address not confirmed"),
    pytest.param("waiting", "current", Why.NOT_YET_A_MEMBER, id="waiting for approval"),
    pytest.param("refused", "current", Why.NOT_YET_A_MEMBER, id="refused"),
    pytest.param("left", "current", Why.NO_LONGER_A_MEMBER, id="left with paid dues"),
]


@pytest.mark.parametrize(("state", "standing", "why"), TABLE)
def test_judge(state: str, standing: str, why: Why) -> None:
    assert judge(state=state, standing=standing) is why


def test_the_reason_does_not_tell_who_pays_nothing() -> None:
    told = {judge(state="active", standing=s) for s in ("current", "grace", "exempt")}
    assert told == {Why.IN_STANDING}
    assert set(OF_STATE.values()) | set(OF_STANDING.values()) == set(Why)


def test_active_means_seen_within_ninety_days() -> None:
    seen = NOON - timedelta(days=90)
    assert not is_active(seen, now=NOON)
    assert is_active(seen + timedelta(seconds=1), now=NOON)


def test_the_order_of_the_roll_does_not_change_its_hash() -> None:
    voters = [Voter(9, active=True), Voter(10, active=False), Voter(2, active=True)]
    listed = published_list(voters)
    assert [entry["member"] for entry in listed] == ["2", "9", "10"]
    assert list_hash(published_list(reversed(voters))) == list_hash(listed)


def test_one_member_more_or_less_or_otherwise_changes_the_hash() -> None:
    voters = [Voter(1, active=True), Voter(2, active=True)]
    others = [voters[:1], [*voters, Voter(3, active=True)], [voters[0], Voter(2, active=False)]]
    hashes = {list_hash(published_list(roll)) for roll in [voters, *others]}
    assert len(hashes) == 4
