"""Home feeds: who gets what written, in pieces if need be, and what is cut again."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.duties import Duty, schedule
from app.core.runner import Runner
from app.members.actor import Actor
from app.members.models import Member
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.visibility import Visibility
from app.timelines import duties, feeds
from app.timelines.duties import TrimFeeds
from app.timelines.models import HomeFeed
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.social import befriend, make_person, post


def feed_of(session: Session, owner: Actor) -> list[int]:
    mine = select(HomeFeed.status_id).where(HomeFeed.owner_id == owner.account_id)
    return list(session.scalars(mine.order_by(HomeFeed.status_id)))


@pytest.mark.parametrize(
    ("visibility", "arrives"),
    [
        (Visibility.PUBLIC, True),
        (Visibility.UNLISTED, True),
        (Visibility.FOLLOWERS, True),
        (Visibility.LOCAL, True),
        (Visibility.DIRECT, False),
    ],
)
def test_a_post_arrives_at_its_author_and_followers(
    session: Session, visibility: Visibility, arrives: bool
) -> None:
    ada, fan, stranger = (make_person(session) for _ in range(3))
    asker, locked = make_person(session), make_person(session, locked=True)
    befriend(session, fan, ada)
    befriend(session, asker, locked)
    status = post(session, ada, visibility=visibility)
    hidden = post(session, locked, visibility=visibility)
    for reader in (ada, fan):
        assert (status.id in feed_of(session, reader)) is arrives
    assert feed_of(session, stranger) == []
    assert hidden.id not in feed_of(session, asker)


def test_an_answer_arrives_where_the_other_side_is_known(session: Session) -> None:
    ada, bo, knows_both, knows_ada = (make_person(session) for _ in range(4))
    named = make_person(session, "named7")
    for fan in (knows_both, knows_ada, named, bo):
        befriend(session, fan, ada)
    befriend(session, knows_both, bo)
    first = post(session, bo)
    answer = post(session, ada, "@named7 yes", in_reply_to_id=first.id)
    to_herself = post(session, ada, in_reply_to_id=answer.id)
    for reader in (ada, bo, knows_both, named):
        assert answer.id in feed_of(session, reader)
    assert answer.id not in feed_of(session, knows_ada)
    assert to_herself.id in feed_of(session, knows_ada)


def test_boosts_arrive_unless_one_does_not_want_them(session: Session) -> None:
    ada, bo, fan, purist = (make_person(session) for _ in range(4))
    befriend(session, fan, bo)
    befriend(session, purist, bo, shows_boosts=False)
    boost = boost_status(session, bo, post(session, ada).id, now=NOON)
    assert feed_of(session, fan) == [boost.id]
    assert feed_of(session, purist) == []
    row = session.get_one(HomeFeed, (fan.account_id, boost.id))
    assert (row.reblog_of_id, row.reblog_author_id) == (boost.reblog_of_id, ada.account_id)


def test_beyond_the_limit_a_duty_serves_the_rest_in_pieces(
    db: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FAN_OUT_AT_ONCE", 2)
    monkeypatch.setattr(feeds.deliver_some, "__kwdefaults__", {"limit": 2})
    with db.write.begin() as session:
        ada = make_person(session)
        fans = [make_person(session) for _ in range(5)]
        for fan in fans:
            befriend(session, fan, ada)
        status_id = post(session, ada).id
        assert status_id in feed_of(session, ada)
        assert not any(feed_of(session, fan) for fan in fans)
    assert runner.run_until_idle(kind="feed.fan_out") == 3
    with db.read.begin() as session:
        assert [feed_of(session, fan) for fan in fans] == [[status_id]] * 5


def test_a_post_deleted_in_between_is_not_served(
    db: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FAN_OUT_AT_ONCE", 0)
    with db.write.begin() as session:
        ada, fan = make_person(session), make_person(session)
        befriend(session, fan, ada)
        post(session, ada)
        session.execute(update(Status).values(deleted_at=NOON))
    assert runner.run_until_idle(kind="feed.fan_out") == 1
    with db.read.begin() as session:
        assert feed_of(session, fan) == []


def test_a_new_follow_brings_the_latest_posts_and_its_end_takes_them(session: Session) -> None:
    ada, bo, fan = (make_person(session) for _ in range(3))
    old = post(session, ada)
    boost = boost_status(session, ada, post(session, bo).id, now=NOON)
    answer = post(session, ada, in_reply_to_id=post(session, bo).id)
    letter = post(session, ada, visibility=Visibility.DIRECT)
    befriend(session, fan, ada)
    assert feed_of(session, fan) == sorted([old.id, boost.id])
    assert answer.id != letter.id
    befriend(session, fan, bo)
    assert len(feed_of(session, fan)) == 4
    relationships.unfollow(session, fan, target_id=ada.account_id, now=NOON)
    assert len(feed_of(session, fan)) == 2
    relationships.block(session, fan, target_id=bo.account_id, now=NOON)
    assert feed_of(session, fan) == []


def test_a_follow_without_boosts_brings_none(session: Session) -> None:
    ada, bo, fan = (make_person(session) for _ in range(3))
    boost_status(session, ada, post(session, bo).id, now=NOON)
    befriend(session, fan, ada, shows_boosts=False)
    assert feed_of(session, fan) == []


def test_an_agreed_request_brings_the_posts(session: Session) -> None:
    ada, fan = make_person(session, locked=True), make_person(session)
    status = post(session, ada)
    befriend(session, fan, ada)
    assert feed_of(session, fan) == []
    relationships.accept_follower(session, ada, follower_id=fan.account_id, now=NOON)
    assert feed_of(session, fan) == [status.id]


def test_feeds_are_cut_to_their_length(
    db: Database, runner: Runner, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FEED_LENGTH", 2)
    monkeypatch.setattr(duties, "OWNERS_AT_ONCE", 2)
    with db.write.begin() as session:
        people = [make_person(session) for _ in range(5)]
        posts = [[post(session, who).id for _ in range(n)] for n, who in enumerate(people, 1)]
        schedule(session, "feed.trim", TrimFeeds(), due_at=clock.now())
    assert runner.run_until_idle(kind="feed.trim") == 3
    with db.read.begin() as session:
        kept = [feed_of(session, who) for who in people]
        assert kept == [mine[-2:] for mine in posts]
        again = session.scalars(select(Duty.due_at).where(Duty.kind == "feed.trim")).all()
        assert again == [clock.now() + duties.TRIM_EVERY]


def test_a_feed_that_nobody_reads_sleeps_and_is_rebuilt_on_return(
    db: Database, runner: Runner, clock: FixedClock
) -> None:
    with db.write.begin() as session:
        ada, idle = make_person(session), make_person(session)
        befriend(session, idle, ada)
        before = post(session, ada).id
        session.execute(update(Member).where(Member.id == ada.member_id).values(last_seen_at=NOON))
        longer = NOON - timedelta(days=31)
        session.execute(
            update(Member).where(Member.id == idle.member_id).values(last_seen_at=longer)
        )
        schedule(session, "feed.trim", TrimFeeds(), due_at=clock.now())
    runner.run_until_idle(kind="feed.trim")
    with db.write.begin() as session:
        assert feeds.is_asleep(session.connection(), idle.account_id)
        assert not feeds.is_asleep(session.connection(), ada.account_id)
        meanwhile = post(session, ada).id
        assert feed_of(session, idle) == []
        feeds.wake(session, idle.account_id)
        assert feed_of(session, idle) == [before, meanwhile]
        after = post(session, ada).id
        assert feed_of(session, idle) == [before, meanwhile, after]


def test_a_rebuilt_feed_is_the_one_that_was_written(session: Session) -> None:
    ada, bo, cy, fan = (make_person(session) for _ in range(4))
    befriend(session, fan, ada)
    befriend(session, fan, bo)
    first, second = post(session, bo), post(session, cy)
    post(session, ada, in_reply_to_id=first.id)
    post(session, ada, in_reply_to_id=second.id)
    post(session, fan, in_reply_to_id=second.id)
    post(session, bo, visibility=Visibility.DIRECT)
    post(session, bo, visibility=Visibility.FOLLOWERS)
    boost_status(session, bo, second.id, now=NOON)
    written = feed_of(session, fan)
    session.execute(delete(HomeFeed).where(HomeFeed.owner_id == fan.account_id))
    feeds.wake(session, fan.account_id)
    assert feed_of(session, fan) == written
    assert session.scalars(select(func.count()).select_from(HomeFeed)).one() > len(written)
