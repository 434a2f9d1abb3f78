"""Signed-in browsers: hashed secrets, their ages, and their ends."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret
from app.core.errors import NotFound
from app.members.models import Member, WebSession
from app.members.offices import Office
from app.members.service import leave, suspend
from app.members.sessions import (
    SESSIONS_MAX,
    actor_of_session,
    end_access,
    end_session,
    list_sessions,
    open_session,
    reauthenticate,
    remove_ended,
    touch,
)
from app.members.states import MemberState
from tests.factories import NOON, make_mandate, make_member

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def open_for(session: Session, member: Member, **step: int) -> str:
    now = NOON + timedelta(**step)
    return open_session(session, member_id=member.id, label="Firefox on Linux", now=now).secret


def test_the_secret_opens_and_its_hash_in_the_database_does_not(session: Session) -> None:
    ada = make_member(session)
    secret = open_for(session, ada)
    actor = actor_of_session(session, hash_secret(secret), NOON)
    assert actor is not None
    assert actor.member_id == ada.id
    assert actor.scopes is None
    assert session.scalar(select(WebSession.secret_hash)) != secret
    assert actor_of_session(session, secret, NOON) is None


@pytest.mark.parametrize(
    ("seen_every", "age", "runs"),
    [
        pytest.param(40, 29, True, id="idle for 29 days"),
        pytest.param(40, 30, False, id="idle for 30 days"),
        pytest.param(10, 179, True, id="in use, 179 days old"),
        pytest.param(10, 180, False, id="in use, 180 days old"),
    ],
)
def test_a_session_runs_out(session: Session, seen_every: int, age: int, runs: bool) -> None:
    secret = open_for(session, make_member(session))
    for day in range(seen_every, age + 1, seen_every):
        touch(session, hash_secret(secret), now=NOON + day * DAY)
    at = NOON + age * DAY
    assert (actor_of_session(session, hash_secret(secret), at) is not None) is runs
    assert remove_ended(session, now=at) == (0 if runs else 1)


def test_being_seen_is_noted_to_the_hour(session: Session) -> None:
    ada = make_member(session)
    secret = open_for(session, ada)
    for minutes, noted in [(59, 0), (60, 60), (90, 60), (120, 120)]:
        touch(session, hash_secret(secret), now=NOON + timedelta(minutes=minutes))
        session.expire_all()
        seen = NOON + timedelta(minutes=noted)
        assert session.scalars(select(WebSession.last_seen_at)).one() == seen
        assert session.get_one(Member, ada.id).last_seen_at == seen


def test_power_is_of_the_moment(session: Session) -> None:
    ada = make_member(session)
    secret_hash = hash_secret(open_for(session, ada))
    make_mandate(session, ada, Office.ADMIN, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    seen = []
    for hours in (0, 1, 2):
        actor = actor_of_session(session, secret_hash, NOON + hours * HOUR)
        assert actor is not None
        seen.append(set(actor.offices))
    assert seen == [set(), {Office.ADMIN}, set()]


def test_the_power_of_an_office_rests_while_its_holder_is_suspended(session: Session) -> None:
    ada = make_member(session, offices=[Office.ADMIN])
    suspend(session, member_id=ada.id, now=NOON)
    actor = actor_of_session(session, hash_secret(open_for(session, ada)), NOON)
    assert actor is not None
    assert actor.state is MemberState.SUSPENDED
    assert actor.offices == set()


def test_giving_the_password_again_changes_the_secret(session: Session) -> None:
    ada = make_member(session)
    old = open_for(session, ada)
    fresh = reauthenticate(session, secret=old, now=NOON + HOUR).secret
    session.flush()
    assert actor_of_session(session, hash_secret(old), NOON + HOUR) is None
    actor = actor_of_session(session, hash_secret(fresh), NOON + HOUR)
    assert actor is not None
    assert actor.reauthenticated_at == NOON + HOUR
    with pytest.raises(NotFound):
        reauthenticate(session, secret=old, now=NOON + HOUR)


@pytest.mark.parametrize("how", ["suspended", "left", "ended"])
def test_all_ways_in_end_at_once(session: Session, how: str) -> None:
    ada, bo = make_member(session), make_member(session)
    secrets = [open_for(session, ada), open_for(session, ada)]
    of_bo = open_for(session, bo)
    if how == "suspended":
        suspend(session, member_id=ada.id, now=NOON)
    elif how == "left":
        leave(session, member_id=ada.id, now=NOON)
    else:
        end_access(session, member_id=ada.id, now=NOON)
    assert [actor_of_session(session, hash_secret(s), NOON) for s in secrets] == [None, None]
    assert actor_of_session(session, hash_secret(of_bo), NOON) is not None


def test_the_browser_at_hand_can_stay_signed_in(session: Session) -> None:
    ada = make_member(session)
    other = open_for(session, ada)
    here = open_session(session, member_id=ada.id, label="", now=NOON)
    end_access(session, member_id=ada.id, except_id=here.id, now=NOON)
    assert actor_of_session(session, hash_secret(other), NOON) is None
    assert actor_of_session(session, hash_secret(here.secret), NOON) is not None


def test_one_browser_can_be_signed_out_and_only_ones_own(session: Session) -> None:
    ada, bo = make_member(session), make_member(session)
    here = open_session(session, member_id=ada.id, label="", now=NOON)
    with pytest.raises(NotFound):
        end_session(session, member_id=bo.id, session_id=here.id)
    end_session(session, member_id=ada.id, session_id=here.id)
    session.flush()
    assert list_sessions(session, ada.id, now=NOON) == []


def test_the_oldest_of_too_many_sessions_end(session: Session) -> None:
    ada = make_member(session)
    first, *_, last = [open_for(session, ada, minutes=n) for n in range(SESSIONS_MAX + 2)]
    later = NOON + HOUR
    assert session.scalar(select(func.count(WebSession.id))) == SESSIONS_MAX
    assert actor_of_session(session, hash_secret(first), later) is None
    assert actor_of_session(session, hash_secret(last), later) is not None
