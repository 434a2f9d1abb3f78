"""Home begins where one stopped reading, shows nothing twice, and ends."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.db import Database
from app.members.actor import Actor
from app.statuses.service.boost import boost_status
from app.statuses.views import PostView
from app.timelines import queries
from app.timelines.arranging import Boosts, Entry
from app.timelines.home import Home, read_home, read_up_to
from tests.factories import NOON
from tests.queries import counted
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(hours=2)


def home(session: Session, reader: Actor, *, before: int | None = None) -> Home:
    session.flush()
    return read_home(session.connection(), reader.account_id, now=LATER, before=before)


def ids(entries: tuple[Entry, ...]) -> list[object]:
    return [[p.id for p in e.posts] if isinstance(e, Boosts) else e.id for e in entries]


def test_whoever_never_read_has_nothing_new_and_nothing_missed(session: Session) -> None:
    ada = make_person(session)
    empty = home(session, ada)
    assert (empty.entries.new, empty.entries.old, empty.since) == ((), (), None)
    assert (empty.is_caught_up, empty.reaches_back_to, empty.newest_id) == (True, None, None)
    status = post(session, ada)
    first = home(session, ada)
    assert (ids(first.entries.new), ids(first.entries.old)) == ([], [status.id])


def test_what_came_since_the_last_reading_stands_above(session: Session) -> None:
    ada = make_person(session)
    old = post(session, ada)
    read_at = NOON + timedelta(hours=1)
    read_up_to(session, ada, row_id=old.id, now=read_at)
    new = post(session, ada, now=LATER)
    page = home(session, ada)
    assert (ids(page.entries.new), ids(page.entries.old)) == ([new.id], [old.id])
    assert (page.since, page.reaches_back_to) == (read_at, NOON)
    assert page.newest_id == new.id
    read_up_to(session, ada, row_id=old.id - 1, now=LATER)
    assert ids(home(session, ada).entries.new) == [new.id]


def test_a_page_that_does_not_reach_the_last_reading_says_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.Timeline.page, "__kwdefaults__", {"before": None, "limit": 2})
    ada = make_person(session)
    posts = [post(session, ada) for _ in range(5)]
    read_up_to(session, ada, row_id=posts[1].id, now=NOON)
    first = home(session, ada)
    assert not first.is_caught_up
    second = home(session, ada, before=first.older)
    assert second.is_caught_up
    assert (ids(second.entries.new), ids(second.entries.old)) == ([posts[2].id], [posts[1].id])
    last = home(session, ada, before=second.older)
    assert (ids(last.entries.old), last.older, last.is_caught_up) == ([posts[0].id], None, True)


def test_a_page_that_ends_at_the_last_row_read_is_caught_up(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.Timeline.page, "__kwdefaults__", {"before": None, "limit": 2})
    ada = make_person(session)
    posts = [post(session, ada) for _ in range(4)]
    read_up_to(session, ada, row_id=posts[2].id, now=NOON)
    assert home(session, ada).is_caught_up


def test_a_post_stands_once_however_many_boost_it(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    for followed in (bo, cy):
        befriend(session, ada, followed)
    status = post(session, bo)
    boost_status(session, cy, status.id, now=NOON)
    [entry] = home(session, ada).entries.old
    assert isinstance(entry, PostView)
    assert entry.booster is not None
    assert entry.booster.id == cy.account_id


def test_three_boosts_in_a_row_stand_together(session: Session) -> None:
    ada, bo, cy, author = (make_person(session) for _ in range(4))
    for followed in (bo, cy):
        befriend(session, ada, followed)
    posts = [post(session, author) for _ in range(5)]
    boost_status(session, bo, posts[0].id, now=NOON)
    own = post(session, ada)
    for booster, status in zip((bo, cy, bo, cy), posts[1:], strict=True):
        boost_status(session, booster, status.id, now=NOON)
    together, mine, alone = home(session, ada).entries.old
    assert isinstance(together, Boosts)
    assert [p.id for p in together.posts] == [p.id for p in reversed(posts[1:])]
    assert [b.id for b in together.boosters] == [cy.account_id, bo.account_id]
    assert isinstance(mine, PostView)
    assert isinstance(alone, PostView)
    assert (mine.id, alone.id) == (own.id, posts[0].id)


def test_home_costs_a_fixed_number_of_statements(db: Database) -> None:
    with db.write.begin() as session:
        ada = make_person(session)
        for _ in range(12):
            post(session, ada)
    with db.read.begin() as session, counted(db) as statements:
        home(session, ada)
    reads = [s for s in statements if not s.startswith("BEGIN")]
    assert len(reads) == 3
