"""Offices: lent by decision or to caretakers, and over at the instant they end."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.members.mandates import end_mandate, grant_caretaker, grant_mandate
from app.members.offices import Office
from app.members.queries import caretaking_until, mandates_of, officers_at, offices_of
from app.members.service import leave
from app.members.states import MemberState
from tests.factories import NOON, make_mandate, make_member

WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("after_start", "runs"),
    [
        pytest.param(-INSTANT, False, id="before it begins"),
        pytest.param(timedelta(0), True, id="the instant it begins"),
        pytest.param(WEEK - INSTANT, True, id="the last instant"),
        pytest.param(WEEK, False, id="the instant it ends"),
    ],
)
def test_power_begins_and_ends_to_the_instant(
    session: Session, after_start: timedelta, runs: bool
) -> None:
    ada = make_member(session)
    make_mandate(session, ada, Office.ADMIN, starts_at=NOON, ends_at=NOON + WEEK)
    held = offices_of(session, ada.id, at=NOON + after_start)
    assert held == ({Office.ADMIN} if runs else set())


def test_a_recalled_officer_has_no_power_from_that_instant(session: Session) -> None:
    ada = make_member(session)
    mandate = make_mandate(session, ada, Office.TREASURER)
    end_mandate(session, mandate_id=mandate.id, decision_id=5, now=NOON)
    assert offices_of(session, ada.id, at=NOON - INSTANT) == {Office.TREASURER}
    assert offices_of(session, ada.id, at=NOON) == set()
    with pytest.raises(Conflict, match="over already"):
        end_mandate(session, mandate_id=mandate.id, decision_id=6, now=NOON + WEEK)


def test_a_mandate_without_any_origin_is_refused_by_the_database(session: Session) -> None:
    ada = make_member(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_mandate(session, ada, Office.ADMIN, decision_id=None)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_mandate(session, ada, Office.ADMIN, caretaker=True, decision_id=3)


def test_a_caretaker_serves_ninety_days_and_everybody_sees_until_when(session: Session) -> None:
    ada = make_member(session)
    grant_caretaker(session, member_id=ada.id, office=Office.ADMIN, now=NOON)
    end = NOON + timedelta(days=90)
    assert caretaking_until(session, at=NOON) == end
    assert offices_of(session, ada.id, at=end - INSTANT) == {Office.ADMIN}
    assert offices_of(session, ada.id, at=end) == set()
    assert caretaking_until(session, at=end) is None


def test_no_caretakers_once_an_officer_was_elected(session: Session) -> None:
    ada, bo = make_member(session), make_member(session)
    elected = grant_mandate(
        session,
        member_id=ada.id,
        office=Office.SECRETARY,
        starts_at=NOON,
        ends_at=NOON + WEEK,
        decision_id=1,
    )
    with pytest.raises(Conflict, match="elected"):
        grant_caretaker(session, member_id=bo.id, office=Office.ADMIN, now=NOON)
    assert elected.ends_at == NOON + WEEK  # Nor when the elected one's time is over.
    with pytest.raises(Conflict, match="elected"):
        grant_caretaker(session, member_id=bo.id, office=Office.ADMIN, now=NOON + 2 * WEEK)


def test_a_caretaker_gives_way_when_the_elected_officer_begins(session: Session) -> None:
    ada, bo = make_member(session), make_member(session)
    for office in (Office.ADMIN, Office.TREASURER):
        grant_caretaker(session, member_id=ada.id, office=office, now=NOON)
    grant_mandate(
        session,
        member_id=bo.id,
        office=Office.TREASURER,
        starts_at=NOON + WEEK,
        ends_at=NOON + 50 * WEEK,
        decision_id=1,
    )
    session.flush()
    both = {Office.ADMIN, Office.TREASURER}
    assert offices_of(session, ada.id, at=NOON + WEEK - INSTANT) == both
    assert offices_of(session, ada.id, at=NOON + WEEK) == {Office.ADMIN}
    assert offices_of(session, bo.id, at=NOON + WEEK) == {Office.TREASURER}


@pytest.mark.parametrize("state", [MemberState.WAITING, MemberState.LEFT, MemberState.REFUSED])
def test_only_members_hold_offices(session: Session, state: MemberState) -> None:
    ada = make_member(session, state=state)
    with pytest.raises(NotFound):
        grant_caretaker(session, member_id=ada.id, office=Office.ADMIN, now=NOON)
    with pytest.raises(NotFound):
        grant_caretaker(session, member_id=1, office=Office.ADMIN, now=NOON)


def test_offices_end_with_the_membership(session: Session) -> None:
    ada = make_member(session, offices=[Office.ADMIN])
    make_mandate(session, ada, Office.SECRETARY, starts_at=NOON + WEEK, ends_at=NOON + 2 * WEEK)
    leave(session, member_id=ada.id, now=NOON)
    session.flush()
    assert offices_of(session, ada.id, at=NOON) == set()
    assert offices_of(session, ada.id, at=NOON + WEEK) == set()
    assert len(mandates_of(session, ada.id)) == 2


def test_officers_come_in_the_order_of_the_offices(session: Session) -> None:
    ada = make_member(session, offices=[Office.SECRETARY, Office.ADMIN])
    bo = make_member(session, offices=[Office.MODERATOR])
    found = [(officer.office, officer.member_id) for officer in officers_at(session, at=NOON)]
    assert found == [
        (Office.ADMIN, ada.id),
        (Office.MODERATOR, bo.id),
        (Office.SECRETARY, ada.id),
    ]
