"""Timelines: what each shows to whom, by pages, in a fixed number of statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.db import Database
from app.members.actor import Actor
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.threads import in_reading_order, read_thread
from app.statuses.visibility import Visibility
from app.timelines import queries
from app.timelines.queries import Page, Timeline
from tests.factories import NOON
from tests.queries import counted
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(hours=1)


def page(
    session: Session, timeline: Timeline, viewer: Actor | None = None, **given: object
) -> Page:
    viewer_id = None if viewer is None else viewer.account_id
    return timeline.page(session.connection(), viewer_id, now=LATER, **given)  # type: ignore[arg-type]


def ids(found: Page) -> list[int]:
    return [shown.id for shown in found.posts]


def test_home_shows_followed_people_and_oneself_newest_first(session: Session) -> None:
    ada, bo, stranger = (make_person(session) for _ in range(3))
    befriend(session, ada, bo)
    first, second = post(session, bo), post(session, ada)
    post(session, stranger)
    boost_status(session, bo, third := post(session, stranger).id, now=NOON)
    found = page(session, queries.HOME, ada)
    assert ids(found) == [third, second.id, first.id]
    assert [p.booster.id if p.booster else None for p in found.posts] == [
        bo.account_id,
        None,
        None,
    ]
    assert [p.is_mine for p in found.posts] == [False, True, False]


@pytest.mark.parametrize("mutes", [True, False], ids=["muted", "blocked"])
@pytest.mark.parametrize("which", ["author", "booster"])
def test_who_is_muted_or_blocked_is_not_read(session: Session, mutes: bool, which: str) -> None:
    ada, bo, author = (make_person(session) for _ in range(3))
    befriend(session, ada, bo)
    boost_status(session, bo, post(session, author).id, now=NOON)
    befriend(session, ada, author)
    assert len(page(session, queries.HOME, ada).posts) == 2
    target = (author if which == "author" else bo).account_id
    act = relationships.mute if mutes else relationships.block
    act(session, ada, target_id=target, now=NOON)
    shown_to = [p.author.id for p in page(session, queries.HOME, ada).posts if p.booster]
    assert shown_to == []
    if which == "author":
        assert page(session, queries.LOCAL, ada).posts == ()


def test_a_deleted_post_and_an_unfollowed_author_are_gone_from_home(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    befriend(session, ada, bo)
    befriend(session, ada, cy)
    kept, gone = post(session, bo), post(session, bo)
    boost_status(session, cy, gone.id, now=NOON)
    delete_status(session, bo, gone.id, now=NOON)
    assert ids(page(session, queries.HOME, ada)) == [kept.id]
    relationships.remove_follower(session, bo, follower_id=ada.account_id, now=NOON)
    assert ids(page(session, queries.HOME, ada)) == []


def test_this_co_op_shows_members_more_than_visitors(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    made = {v: post(session, bo, visibility=v).id for v in Visibility}
    post(session, ada, in_reply_to_id=made[Visibility.PUBLIC])
    boost_status(session, ada, made[Visibility.PUBLIC], now=NOON)
    public, local = made[Visibility.PUBLIC], made[Visibility.LOCAL]
    assert ids(page(session, queries.LOCAL)) == [public]
    assert ids(page(session, queries.LOCAL, ada)) == [local, public]
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)
    assert ids(page(session, queries.LOCAL, ada)) == []


def test_a_tag_gathers_what_is_for_everyone(session: Session) -> None:
    ada = make_person(session)
    made = {v: post(session, ada, "#ferry", visibility=v).id for v in Visibility}
    post(session, ada, "#train")
    public, local = made[Visibility.PUBLIC], made[Visibility.LOCAL]
    assert ids(page(session, queries.TAGGED, tag="ferry")) == [public]
    assert ids(page(session, queries.TAGGED, make_person(session), tag="ferry")) == [local, public]
    assert ids(page(session, queries.TAGGED, tag="unheard")) == []


def test_a_profile_shows_each_what_they_may_see(session: Session) -> None:
    ada, fan, named = make_person(session), make_person(session), make_person(session, "named8")
    befriend(session, fan, ada)
    made = {v: post(session, ada, "@named8", visibility=v).id for v in Visibility}
    everything = set(made.values())
    letter, hidden = made[Visibility.DIRECT], made[Visibility.FOLLOWERS]
    seen = {
        "visitor": None,
        "fan": fan,
        "named": named,
        "author": ada,
    }
    shown = {
        who: set(ids(page(session, queries.POSTS, viewer, who=ada.account_id)))
        for who, viewer in seen.items()
    }
    assert shown == {
        "visitor": everything - {letter, hidden, made[Visibility.LOCAL]},
        "fan": everything - {letter},
        "named": everything - {letter},
        "author": everything,
    }


def test_the_tabs_of_a_profile(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    other = post(session, bo)
    own = post(session, ada)
    to_herself = post(session, ada, in_reply_to_id=own.id)
    answer = post(session, ada, in_reply_to_id=other.id)
    boost_status(session, ada, other.id, now=NOON)
    who = ada.account_id
    assert ids(page(session, queries.POSTS, bo, who=who)) == [
        other.id,
        to_herself.id,
        own.id,
    ]
    assert ids(page(session, queries.ANSWERS, bo, who=who)) == [answer.id]


def test_a_muted_person_can_be_visited(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    own = post(session, bo)
    boost_status(session, bo, post(session, cy).id, now=NOON)
    for muted in (bo, cy):
        relationships.mute(session, ada, target_id=muted.account_id, now=NOON)
    assert ids(page(session, queries.POSTS, ada, who=bo.account_id)) == [own.id]


def test_saved_posts_come_by_the_time_of_saving_and_are_one_s_own(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first, second = post(session, bo), post(session, bo)
    for mark, timeline in (
        (bookmark_status, queries.BOOKMARKS),
        (favourite_status, queries.FAVOURITES),
    ):
        for status in (second, first):
            mark(session, ada, status.id, now=NOON)
        assert ids(page(session, timeline, ada)) == [first.id, second.id]
        one = page(session, timeline, ada, limit=1)
        assert ids(page(session, timeline, ada, limit=1, before=one.older)) == [second.id]
        assert ids(page(session, timeline, bo)) == []
    view = page(session, queries.HOME, bo).posts[0]
    assert (view.favourited, view.bookmarked, view.boosted) == (False, False, False)
    view = page(session, queries.LOCAL, ada).posts[0]
    assert (view.favourited, view.bookmarked, view.boosted) == (True, True, False)
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)
    assert ids(page(session, queries.BOOKMARKS, ada)) == []


def test_pages_follow_each_other_without_gap_or_repeat(session: Session) -> None:
    ada, muted = make_person(session), make_person(session)
    befriend(session, ada, muted)
    made = []
    for n in range(7):
        made.append(post(session, ada, f"{n}").id)
        post(session, muted)
    relationships.mute(session, ada, target_id=muted.account_id, now=NOON)
    walked: list[int] = []
    before: int | None = None
    for _ in range(4):
        found = page(session, queries.HOME, ada, before=before, limit=2)
        walked += ids(found)
        before = found.older
        post(session, ada, "newer meanwhile")
    assert walked == sorted(made, reverse=True)
    assert before is None


@dataclass(frozen=True)
class Scene:
    """A member whose timelines are full, and another's talk."""

    reader: Actor
    author: Actor
    talk_id: int


def fill(db: Database, size: int) -> Scene:
    """Fill every timeline of one reader with `size` posts."""
    with db.write.begin() as session:
        reader, author = make_person(session), make_person(session)
        befriend(session, reader, author)
        first = post(session, author, "#ferry").id
        for _ in range(size):
            status = post(session, author, "#ferry", in_reply_to_id=first)
            bookmark_status(session, reader, status.id, now=NOON)
            favourite_status(session, reader, status.id, now=NOON)
        return Scene(reader, author, first)


def readings(scene: Scene) -> Iterator[tuple[str, Callable[[Session], object]]]:
    """Yield a reading of every kind."""
    me, who = scene.reader, scene.author.account_id
    yield "home", lambda s: page(s, queries.HOME, me)
    yield "local", lambda s: page(s, queries.LOCAL, me)
    yield "tag", lambda s: page(s, queries.TAGGED, me, tag="ferry")
    yield "profile", lambda s: page(s, queries.POSTS, me, who=who)
    yield "bookmarks", lambda s: page(s, queries.BOOKMARKS, me)
    yield "favourites", lambda s: page(s, queries.FAVOURITES, me)
    yield "thread", lambda s: read_thread(s.connection(), me.account_id, scene.talk_id, now=LATER)


def test_every_reading_costs_a_fixed_number_of_statements(db: Database) -> None:
    costs: list[dict[str, int]] = []
    for size in (1, 12):
        scene = fill(db, size)
        costs.append({})
        for name, reading in readings(scene):
            with db.read.begin() as session, counted(db) as statements:
                reading(session)
            costs[-1][name] = sum(not s.startswith("BEGIN") for s in statements)
    assert costs[0] == costs[1]
    assert costs[0].pop("thread") == 4
    assert set(costs[0].values()) == {2}


def test_a_thread_shows_above_and_below_in_reading_order(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    top = post(session, bo)
    focus = post(session, ada, in_reply_to_id=top.id)
    by_bo = post(session, bo, in_reply_to_id=focus.id)
    by_ada = post(session, ada, in_reply_to_id=focus.id)
    deeper = post(session, ada, in_reply_to_id=by_bo.id)
    post(session, bo, in_reply_to_id=top.id)
    thread = read_thread(session.connection(), None, focus.id, now=LATER)
    assert [p.id for p in thread.above] == [top.id]
    assert [p.id for p in thread.below] == [by_ada.id, by_bo.id, deeper.id]
    assert not thread.is_cut


def test_what_is_not_shown_in_a_thread_leaves_its_answers_standing(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    top = post(session, ada)
    gone = post(session, bo, in_reply_to_id=top.id)
    under = post(session, cy, in_reply_to_id=gone.id)
    private = post(session, cy, in_reply_to_id=top.id, visibility=Visibility.FOLLOWERS)
    delete_status(session, bo, gone.id, now=NOON)
    thread = read_thread(session.connection(), ada.account_id, top.id, now=LATER)
    assert [p.id for p in thread.below] == [under.id]
    below = read_thread(session.connection(), ada.account_id, under.id, now=LATER)
    assert [p.id for p in below.above] == [top.id]
    own = read_thread(session.connection(), cy.account_id, top.id, now=LATER)
    assert {p.id for p in own.below} == {under.id, private.id}
    relationships.mute(session, ada, target_id=cy.account_id, now=NOON)
    assert read_thread(session.connection(), ada.account_id, top.id, now=LATER).below == ()
    visited = read_thread(session.connection(), ada.account_id, under.id, now=LATER)
    assert visited.post.id == under.id


def test_a_long_thread_is_cut_and_says_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_person(session)
    chain = [post(session, ada)]
    for _ in range(45):
        chain.append(post(session, ada, in_reply_to_id=chain[-1].id))
    deep = read_thread(session.connection(), None, chain[-1].id, now=LATER)
    assert [p.id for p in deep.above] == [s.id for s in chain[5:45]]
    top = read_thread(session.connection(), None, chain[0].id, now=LATER)
    assert len(top.below) == 20
    wide = post(session, ada)
    views = [post(session, ada, in_reply_to_id=wide.id) for _ in range(3)]
    monkeypatch.setattr("app.statuses.threads.BELOW_MAX", 2)
    cut = read_thread(session.connection(), None, wide.id, now=LATER)
    assert cut.is_cut
    assert [p.id for p in cut.below] == [s.id for s in views[:2]]


def test_the_order_of_answers_is_that_of_reading(session: Session) -> None:
    ada = make_person(session)
    first = post(session, ada)
    last = post(session, ada, in_reply_to_id=first.id)
    thread = read_thread(session.connection(), None, first.id, now=LATER)
    assert in_reading_order(thread.post, ()) == ()
    assert in_reading_order(thread.post, thread.below)[0].id == last.id
    assert session.get_one(Status, last.id).in_reply_to_id == first.id
