"""Following, blocking and muting."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.members.actor import Actor
from app.members.states import MemberState
from app.relationships import queries, service
from app.relationships.models import Follow, FollowState
from tests.factories import NOON
from tests.social import befriend, make_person


def follow(session: Session, one: Actor, other: Actor) -> Follow:
    return service.follow(session, one, target_id=other.account_id, now=NOON)


def test_nobody_follows_themselves(session: Session) -> None:
    ada = make_person(session)
    with pytest.raises(Invalid):
        follow(session, ada, ada)


@pytest.mark.parametrize("given", [{"suspended_at": NOON}, {"waiting": True}])
def test_nobody_follows_somebody_who_is_not_there(session: Session, given: dict[str, Any]) -> None:
    ada, gone = make_person(session), make_person(session, **given)
    with pytest.raises(NotFound):
        follow(session, ada, gone)
    with pytest.raises(NotFound):
        service.follow(session, ada, target_id=1, now=NOON)


def test_a_suspended_member_follows_nobody(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    suspended = Actor(ada.member_id, ada.account_id, state=MemberState.SUSPENDED)
    with pytest.raises(Forbidden):
        follow(session, suspended, bo)


@pytest.mark.parametrize("ada_blocks", [True, False], ids=["the follower", "the followed"])
def test_a_block_either_way_rules_a_follow_out(session: Session, ada_blocks: bool) -> None:
    ada, bo = make_person(session), make_person(session)
    one, other = (ada, bo) if ada_blocks else (bo, ada)
    service.block(session, one, target_id=other.account_id, now=NOON)
    with pytest.raises(Forbidden):
        follow(session, ada, bo)


def test_a_follow_begins_at_once_and_a_repeat_changes_its_settings(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = follow(session, ada, bo)
    assert first.state is FollowState.ACCEPTED
    again = service.follow(
        session, ada, target_id=bo.account_id, now=NOON, shows_boosts=False, notifies=True
    )
    assert again.id == first.id
    assert (again.shows_boosts, again.notifies) == (False, True)


def test_a_locked_account_is_asked_first(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, locked=True)
    assert follow(session, ada, bo).state is FollowState.REQUESTED
    assert not queries.is_follower(session, ada.account_id, bo.account_id)
    assert [a.id for a in queries.requests(session, bo.account_id).accounts] == [ada.account_id]
    service.accept_follower(session, bo, follower_id=ada.account_id, now=NOON)
    assert queries.is_follower(session, ada.account_id, bo.account_id)
    with pytest.raises(NotFound):
        service.accept_follower(session, bo, follower_id=ada.account_id, now=NOON)


def test_a_declined_request_is_gone(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, locked=True)
    follow(session, ada, bo)
    service.reject_follower(session, bo, follower_id=ada.account_id, now=NOON)
    assert queries.find_follow(session, ada.account_id, bo.account_id) is None
    with pytest.raises(NotFound):
        service.reject_follower(session, bo, follower_id=ada.account_id, now=NOON)


def test_only_the_asked_can_agree(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, locked=True)
    follow(session, ada, bo)
    with pytest.raises(NotFound):
        service.accept_follower(session, ada, follower_id=ada.account_id, now=NOON)


def test_either_side_can_end_a_follow(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo)
    service.unfollow(session, ada, target_id=bo.account_id, now=NOON)
    service.unfollow(session, ada, target_id=bo.account_id, now=NOON)
    assert queries.count_followers(session, bo.account_id) == 0
    befriend(session, ada, bo)
    service.remove_follower(session, bo, follower_id=ada.account_id, now=NOON)
    assert queries.count_following(session, ada.account_id) == 0


def test_a_block_ends_follows_both_ways_and_stays_without_them(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo)
    befriend(session, bo, ada)
    service.block(session, ada, target_id=bo.account_id, now=NOON)
    service.block(session, ada, target_id=bo.account_id, now=NOON)
    assert session.scalars(select(Follow)).all() == []
    seen = queries.between(session, bo.account_id, ada.account_id, now=NOON)
    assert (seen.blocks, seen.blocked_by) == (False, True)
    service.unblock(session, ada, target_id=bo.account_id, now=NOON)
    assert session.scalars(select(Follow)).all() == []
    assert not queries.is_blocked(session, ada.account_id, bo.account_id)


def test_the_other_cannot_lift_a_block(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    service.block(session, ada, target_id=bo.account_id, now=NOON)
    service.unblock(session, bo, target_id=ada.account_id, now=NOON)
    assert queries.is_blocked(session, ada.account_id, bo.account_id)


@pytest.mark.parametrize("lasting", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_a_mute_lasts_neither_nothing_nor_for_years(session: Session, lasting: timedelta) -> None:
    ada, bo = make_person(session), make_person(session)
    with pytest.raises(Invalid):
        service.mute(session, ada, target_id=bo.account_id, now=NOON, lasting=lasting)


def test_a_mute_ends_at_its_time_and_can_be_changed(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    day = timedelta(days=1)
    service.mute(session, ada, target_id=bo.account_id, now=NOON, lasting=day)
    silenced = queries.is_silenced
    assert silenced(session, ada.account_id, bo.account_id, now=NOON)
    assert not silenced(session, ada.account_id, bo.account_id, now=NOON + day)
    assert len(queries.muted(session, ada.account_id, now=NOON).accounts) == 1
    assert len(queries.muted(session, ada.account_id, now=NOON + day).accounts) == 0
    service.mute(session, ada, target_id=bo.account_id, now=NOON, notifications=False)
    assert not silenced(session, ada.account_id, bo.account_id, now=NOON)
    assert queries.between(session, ada.account_id, bo.account_id, now=NOON).mutes
    service.unmute(session, ada, target_id=bo.account_id)
    assert not queries.between(session, ada.account_id, bo.account_id, now=NOON).mutes


def test_follows_in_a_day_are_limited(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FOLLOWS_A_DAY_MAX", 2)
    ada = make_person(session)
    for _ in range(2):
        follow(session, ada, make_person(session))
    one_more = make_person(session)
    with pytest.raises(Conflict, match="one day"):
        follow(session, ada, one_more)
    tomorrow = NOON + timedelta(days=1)
    service.follow(session, ada, target_id=one_more.account_id, now=tomorrow)


def test_follows_are_limited_in_all(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FOLLOWS_MAX", 1)
    ada = make_person(session)
    follow(session, ada, make_person(session))
    with pytest.raises(Conflict, match="limit"):
        follow(session, ada, make_person(session))


def test_lists_of_people_are_paged_and_leave_out_who_is_blocked(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    bo = make_person(session)
    fans = [make_person(session) for _ in range(3)]
    for fan in fans:
        befriend(session, fan, bo)
    newest = queries.followers(session, bo.account_id)
    assert [a.id for a in newest.accounts] == [fans[2].account_id, fans[1].account_id]
    assert newest.older is not None
    rest = queries.followers(session, bo.account_id, before=newest.older)
    assert ([a.id for a in rest.accounts], rest.older) == ([fans[0].account_id], None)
    service.block(session, fans[0], target_id=fans[2].account_id, now=NOON)
    for one, other in ((fans[0], fans[2]), (fans[2], fans[0])):
        seen = queries.followers(session, bo.account_id, viewer_id=one.account_id)
        assert other.account_id not in [a.id for a in seen.accounts]
    assert [a.id for a in queries.following(session, fans[1].account_id).accounts] == [
        bo.account_id
    ]
    assert len(queries.blocked(session, fans[0].account_id).accounts) == 1
