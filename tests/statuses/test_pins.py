"""Posts on top of a page, and talks that one does not want to hear of."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.records import replace
from app.members.actor import Actor
from app.members.states import MemberState
from app.notifications.models import Notice
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.marks import favourite_status
from app.statuses.service.pins import PINS_MAX, pin_status, unpin_status
from app.statuses.service.quiet import mute_conversation, unmute_conversation
from app.statuses.views import read_post
from app.statuses.visibility import Visibility
from app.timelines.queries import PINNED
from tests.factories import NOON
from tests.social import make_person, post


def pinned(session: Session, author: Actor, viewer: Actor | None) -> list[int]:
    """Return what stands on top of the author's page."""
    session.flush()
    viewer_id = None if viewer is None else viewer.account_id
    who = author.account_id
    page = PINNED.page(session.connection(), viewer_id, now=NOON, limit=PINS_MAX, who=who)
    return [p.id for p in page.posts]


def test_what_cannot_be_pinned(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    boost = boost_status(session, ada, post(session, bo).id, now=NOON)
    gone = post(session, ada)
    delete_status(session, ada, gone.id, now=NOON)
    for actor, status_id in ((bo, first.id), (ada, boost.id), (ada, gone.id), (ada, 12345)):
        with pytest.raises(NotFound):
            pin_status(session, actor, status_id, now=NOON)
    with pytest.raises(Invalid, match="letter"):
        letter = post(session, ada, visibility=Visibility.DIRECT)
        pin_status(session, ada, letter.id, now=NOON)
    with pytest.raises(Forbidden):
        suspended = replace(ada, state=MemberState.SUSPENDED)
        pin_status(session, suspended, first.id, now=NOON)
    assert pinned(session, ada, ada) == []


def test_five_are_pinned_and_the_latest_is_on_top(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    posts = [post(session, ada).id for _ in range(PINS_MAX + 1)]
    for n, status_id in enumerate(posts[:PINS_MAX]):
        pin_status(session, ada, status_id, now=NOON + timedelta(minutes=n))
    pin_status(session, ada, posts[0], now=NOON + timedelta(hours=1))
    with pytest.raises(Invalid, match="maximum number"):
        pin_status(session, ada, posts[-1], now=NOON)
    assert pinned(session, ada, bo) == posts[:PINS_MAX][::-1]
    unpin_status(session, ada, posts[1], now=NOON)
    delete_status(session, ada, posts[2], now=NOON)
    pin_status(session, ada, posts[-1], now=NOON + timedelta(hours=1))
    assert pinned(session, ada, None) == [posts[5], posts[4], posts[3], posts[0]]


def test_a_pinned_post_is_seen_by_whom_it_is_for(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, visibility=Visibility.FOLLOWERS)
    pin_status(session, ada, status.id, now=NOON)
    assert pinned(session, ada, bo) == pinned(session, ada, None) == []
    assert pinned(session, ada, ada) == [status.id]


def told(db: Database, actor: Actor) -> int:
    """Return how many notices somebody has."""
    with db.read.begin() as session:
        mine = select(Notice.id).where(Notice.account_id == actor.account_id)
        return len(session.scalars(mine).all())


def test_nobody_is_told_about_a_talk_that_they_left(db: Database) -> None:
    with db.write.begin() as session:
        ada, bo, cy = (make_person(session) for _ in range(3))
        first = post(session, ada)
        answer = post(session, bo, in_reply_to_id=first.id)
        mute_conversation(session, ada, answer.id, now=NOON)
        mute_conversation(session, ada, first.id, now=NOON)
    before = told(db, ada)
    with db.write.begin() as session:
        post(session, cy, in_reply_to_id=answer.id)
        post(session, cy, in_reply_to_id=first.id)
        favourite_status(session, cy, first.id, now=NOON)
    assert told(db, ada) == before
    assert told(db, bo) == 1, "the others still hear of it"
    with db.write.begin() as session:
        assert read_post(session.connection(), ada.account_id, answer.id, now=NOON).is_quiet
        assert not read_post(session.connection(), bo.account_id, answer.id, now=NOON).is_quiet
        unmute_conversation(session, ada, answer.id)
        post(session, cy, in_reply_to_id=first.id)
    assert told(db, ada) == before + 1


def test_what_one_does_not_see_one_cannot_mute(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    letter = post(session, ada, visibility=Visibility.DIRECT)
    for status_id in (letter.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            mute_conversation(session, bo, status_id, now=NOON)
