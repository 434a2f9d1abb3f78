"""Boosting, favouriting and bookmarking, and taking it back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import Forbidden, NotFound
from app.core.records import replace
from app.members.actor import Actor
from app.members.states import MemberState
from app.relationships import service as relationships
from app.statuses.audience import boosters_of
from app.statuses.models import Favourite, Status
from app.statuses.queries import has_bookmarked, has_favourited
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.marks import (
    bookmark_status,
    favourite_status,
    unbookmark_status,
    unfavourite_status,
)
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.social import befriend, make_person, post

ACTS: list[Callable[..., Any]] = [boost_status, favourite_status, bookmark_status]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_one_does_not_see_one_cannot_mark(session: Session, act: Callable[..., Any]) -> None:
    ada, bo = make_person(session), make_person(session)
    letter = post(session, ada, visibility=Visibility.DIRECT)
    for unseen in (letter.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            act(session, bo, unseen, now=NOON)


@pytest.mark.parametrize("act", [boost_status, favourite_status], ids=lambda act: act.__name__)
def test_a_suspended_member_says_nothing(session: Session, act: Callable[..., Any]) -> None:
    ada = make_person(session)
    status = post(session, ada)
    with pytest.raises(Forbidden):
        act(session, replace(ada, state=MemberState.SUSPENDED), status.id, now=NOON)


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_what_is_not_for_everyone_is_not_boosted(session: Session, visibility: Visibility) -> None:
    ada, bo = make_person(session, "ada5"), make_person(session, "bo5")
    befriend(session, bo, ada)
    status = post(session, ada, "@bo5 only you", visibility=visibility)
    with pytest.raises(Forbidden):
        boost_status(session, bo, status.id, now=NOON)
    assert status.reblogs_count == 0


def test_a_boost_is_one_however_often_one_asks(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, visibility=Visibility.LOCAL)
    boost = boost_status(session, bo, status.id, now=NOON)
    assert boost_status(session, bo, status.id, now=NOON).id == boost.id
    assert boost_status(session, bo, boost.id, now=NOON).id == boost.id
    assert boost.visibility is Visibility.LOCAL
    session.refresh(status)
    assert status.reblogs_count == 1
    assert [a.id for a in boosters_of(session, ada.account_id, status.id)] == [bo.account_id]
    with pytest.raises(NotFound):
        boosters_of(session, None, status.id)


def test_a_boost_can_be_taken_back_and_given_anew(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    boost = boost_status(session, bo, status.id, now=NOON)
    unboost_status(session, bo, boost.id, now=NOON)
    unboost_status(session, bo, status.id, now=NOON)
    assert boost_status(session, bo, status.id, now=NOON).id != boost.id
    session.refresh(status)
    assert status.reblogs_count == 1
    with pytest.raises(NotFound):
        unboost_status(session, bo, 12345, now=NOON)


def test_a_favourite_counts_once(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    for _ in range(2):
        favourite_status(session, bo, status.id, now=NOON)
    session.refresh(status)
    assert status.favourites_count == 1
    assert has_favourited(session, bo.account_id, status.id)
    for _ in range(2):
        unfavourite_status(session, bo, status.id, now=NOON)
    session.refresh(status)
    assert status.favourites_count == 0
    assert not has_favourited(session, bo.account_id, status.id)


def test_marks_can_be_taken_back_from_what_one_does_not_see_any_more(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    favourite_status(session, bo, status.id, now=NOON)
    bookmark_status(session, bo, status.id, now=NOON)
    boost_status(session, bo, status.id, now=NOON)
    relationships.block(session, ada, target_id=bo.account_id, now=NOON)
    unfavourite_status(session, bo, status.id, now=NOON)
    unbookmark_status(session, bo, status.id)
    unboost_status(session, bo, status.id, now=NOON)
    session.refresh(status)
    assert (status.favourites_count, status.reblogs_count) == (0, 0)
    assert not has_bookmarked(session, bo.account_id, status.id)


def test_a_mark_on_a_boost_is_one_on_the_original(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    boost = boost_status(session, bo, status.id, now=NOON)
    assert favourite_status(session, ada, boost.id, now=NOON).id == status.id
    assert has_favourited(session, ada.account_id, status.id)


def test_many_at_once_lose_no_count(db: Database) -> None:
    with db.write.begin() as session:
        status_id = post(session, make_person(session)).id
        fans = [make_person(session) for _ in range(8)]

    def like(fan: Actor) -> None:
        _like(db, fan, status_id, now=NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(like, fans * 2))
    with db.read.begin() as session:
        rows = session.scalars(select(func.count()).select_from(Favourite)).one()
        assert session.get_one(Status, status_id).favourites_count == rows == len(fans)


def _like(db: Database, fan: Actor, status_id: int, *, now: datetime) -> None:
    with db.write.begin() as session:
        favourite_status(session, fan, status_id, now=now)
