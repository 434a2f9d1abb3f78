"""The roll: everybody's standing at any moment, in a fixed number of statements."""

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.members.models import Coverage, Member
from app.members.queries import counts_at, roll_at, standing_at
from app.members.service import add_coverage, leave, shorten_coverage, suspend
from app.members.standing import Source, Standing
from app.members.states import MemberState
from tests.factories import NOON, make_coverage, make_member
from tests.fakes import FixedClock
from tests.queries import counted

TODAY = NOON.date()


def test_only_members_of_the_moment_are_on_the_roll(session: Session) -> None:
    here = make_member(session)
    gone = make_member(session, state=MemberState.LEFT, left_at=NOON - timedelta(days=1))
    later = make_member(session, joined_at=NOON + timedelta(days=1))
    make_member(session, state=MemberState.WAITING, joined_at=None, covered=False)
    make_member(session, state=MemberState.REFUSED, joined_at=None, covered=False)
    assert set(roll_at(session, at=NOON)) == {here.id}
    assert set(roll_at(session, at=NOON - timedelta(days=2))) == {here.id, gone.id}
    assert set(roll_at(session, at=NOON + timedelta(days=2))) == {here.id, later.id}


def test_a_suspended_member_stays_on_the_roll(session: Session) -> None:
    ada = make_member(session)
    suspend(session, member_id=ada.id, now=NOON)
    assert roll_at(session, at=NOON) == {ada.id: Standing.CURRENT}


def test_who_leaves_is_off_the_roll_at_that_instant(session: Session) -> None:
    ada = make_member(session)
    leave(session, member_id=ada.id, now=NOON)
    assert roll_at(session, at=NOON - timedelta(microseconds=1)) == {ada.id: Standing.CURRENT}
    assert roll_at(session, at=NOON) == {}


def test_standing_at_any_moment_agrees_with_the_roll(session: Session) -> None:
    ada = make_member(session)
    make_coverage(
        session,
        ada,
        starts_on=TODAY + timedelta(days=300),
        ends_on=TODAY + timedelta(days=330),
        source=Source.WAIVER,
    )
    seen = []
    for days in range(-200, 500, 5):
        at = NOON + timedelta(days=days)
        alone = standing_at(session, ada.id, at=at)
        assert roll_at(session, at=at) == {ada.id: alone}
        seen.append(alone)
    in_order = [s for n, s in enumerate(seen) if n == 0 or seen[n - 1] is not s]
    assert in_order == [
        Standing.PENDING,
        Standing.LAPSED,
        Standing.CURRENT,
        Standing.GRACE,
        Standing.EXEMPT,
        Standing.GRACE,
        Standing.LAPSED,
    ]


def test_a_refund_shortens_what_the_payment_bought(session: Session) -> None:
    ada = make_member(session, covered=False)
    add_coverage(
        session,
        member_id=ada.id,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=365),
        grace_days=0,
        source=Source.PAYMENT,
        source_id=7,
        now=NOON,
    )
    assert standing_at(session, ada.id, at=NOON) is Standing.CURRENT
    shorten_coverage(session, source=Source.PAYMENT, source_id=7, ends_on=TODAY - timedelta(9))
    assert standing_at(session, ada.id, at=NOON) is Standing.LAPSED
    shorten_coverage(session, source=Source.PAYMENT, source_id=7, ends_on=TODAY + timedelta(9))
    assert standing_at(session, ada.id, at=NOON) is Standing.LAPSED  # Never lengthened.


def test_counts_name_every_standing(session: Session) -> None:
    make_member(session)
    make_member(session, covered=False)
    assert counts_at(session, at=NOON) == {
        Standing.PENDING: 0,
        Standing.CURRENT: 1,
        Standing.GRACE: 0,
        Standing.LAPSED: 1,
        Standing.EXEMPT: 0,
    }


def test_the_roll_of_ten_thousand_members_takes_two_statements(
    db: Database, clock: FixedClock
) -> None:
    members = range(1, 10_001)
    with db.write.begin() as session:
        session.execute(
            insert(Account), [{"id": n, "username": f"m{n}", "created_at": NOON} for n in members]
        )
        session.execute(insert(Member), [person(n) for n in members])
        session.execute(insert(Coverage), [year(n) for n in members if n % 2])
    with counted(db) as statements, db.read.begin() as session:
        roll = roll_at(session, at=clock.now())
    assert len([s for s in statements if s.startswith("SELECT")]) == 2
    assert list(roll) == list(members)
    assert [roll[n] for n in (1, 2, 9_999)] == [
        Standing.CURRENT,
        Standing.LAPSED,
        Standing.CURRENT,
    ]


def person(n: int) -> dict[str, object]:
    return {
        "id": n,
        "account_id": n,
        "email": f"m{n}@mail.example",
        "email_key": f"m{n}@mail.example",
        "state": MemberState.ACTIVE,
        "created_at": NOON - timedelta(days=60),
        "joined_at": NOON - timedelta(days=60),
    }


def year(n: int) -> dict[str, object]:
    return {
        "member_id": n,
        "starts_on": TODAY - timedelta(days=20),
        "ends_on": TODAY + timedelta(days=345),
        "grace_days": 45,
        "source": Source.PAYMENT,
        "created_at": NOON,
    }


@pytest.mark.parametrize("days", [-1, 367])
def test_grace_is_bounded_by_the_database(session: Session, days: int) -> None:
    ada = make_member(session, covered=False)
    with pytest.raises(Exception, match="grace_is_bounded"), session.begin_nested():
        make_coverage(session, ada, grace_days=days)
