"""News: told by every change that is meant, heard once and in spite of late commits, forgotten."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.news import (
    News,
    NewsItem,
    NewsKind,
    NewsReader,
    announce,
    forget_news,
    latest_number,
)
from app.filters.kinds import Context
from app.filters.service import FilterForm, make_filter
from app.members.models import Member
from app.members.states import MemberState
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice, NoticeRequest
from app.notifications.requests import accept_requests, hold_request
from app.oauth.models import AccessToken
from app.oauth.service import give_token, note_use
from app.statuses.letters.models import Correspondence
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import favourite_status
from app.statuses.service.pins import pin_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.social import make_person, post

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def reader(db: Database) -> Iterator[NewsReader]:
    """Somebody who hears everything from now on."""
    hearing = NewsReader(db, threading.Event())
    yield hearing
    hearing.close()


def told(session: Session, after: int = 0) -> list[tuple[str, int | None, int | None]]:
    """Return the news that the transaction has written."""
    session.flush()
    rows = session.scalars(select(News).where(News.seq > after).order_by(News.seq))
    return [(row.kind, row.account_id, row.about_id) for row in rows]


def numbers(items: Sequence[NewsItem]) -> list[int]:
    return [item.seq for item in items]


def tell(db: Database, *accounts: int) -> None:
    with db.write.begin() as session:
        for account_id in accounts:
            announce(session, NewsKind.FILTERS, account_id=account_id)


def test_posts_tell_of_their_beginning_their_changes_and_their_end(session: Session) -> None:
    ada, bob = make_person(session), make_person(session)
    hello = post(session, ada, "Hello")
    boost = boost_status(session, bob, hello.id, now=NOON)
    edit_status(session, ada, hello.id, Writing(text="Hello, you"), now=NOON)
    edit_status(session, ada, hello.id, Writing(text="Hello, all"), now=LATER)
    pin_status(session, ada, hello.id, now=NOON)
    favourite_status(session, bob, hello.id, now=NOON)
    about_posts = [item for item in told(session) if item[0] in ("post", "edit", "gone")]
    a, b = ada.account_id, bob.account_id
    edits = [("edit", a, hello.id)] * 2
    assert about_posts == [("post", a, hello.id), ("post", b, boost.id), *edits]
    other = post(session, bob, "Bye")
    unboost_status(session, bob, hello.id, now=NOON)
    again = boost_status(session, ada, other.id, now=NOON)
    begun = latest_number(session)
    delete_status(session, bob, other.id, now=NOON)
    gone = {item for item in told(session, after=begun) if item[0] == "gone"}
    assert gone == {("gone", b, other.id), ("gone", a, again.id)}
    assert ("gone", b, boost.id) in told(session)


def test_a_letter_tells_each_of_its_readers(session: Session) -> None:
    ada, bob = make_person(session, "ada"), make_person(session, "bob")
    letter = post(session, ada, "@bob hello", visibility=Visibility.DIRECT)
    first = [item for item in told(session) if item[0] == "letter"]
    post(session, bob, "@ada yes", visibility=Visibility.DIRECT, in_reply_to_id=letter.id)
    again = [item for item in told(session) if item[0] == "letter"][len(first) :]
    talks = session.execute(select(Correspondence.account_id, Correspondence.id)).all()
    assert {who for _, who, _ in first} == {ada.account_id, bob.account_id}
    assert {(who, talk) for _, who, talk in again} == {tuple(row) for row in talks}


def test_notices_of_people_are_told_and_held_ones_when_they_are_let_through(
    session: Session,
) -> None:
    ada, bob = make_person(session), make_person(session)
    me, them = ada.account_id, bob.account_id
    common = {"account_id": me, "created_at": NOON}
    heard = Notice(**common, kind=NoticeKind.FOLLOW, from_account_id=them)
    held = Notice(**common, kind=NoticeKind.FAVOURITE, from_account_id=them, held=True)
    ours = Notice(**common, kind=NoticeKind.DOCUMENT)
    session.add_all([heard, held, ours])
    assert told(session) == [("notice", me, heard.id)]
    hold_request(session, me, them, now=NOON)
    request = session.scalars(select(NoticeRequest)).one()
    accept_requests(session, ada, [request.id], now=NOON)
    assert told(session)[1:] == [("let-through", me, None)]


def test_filters_tell_that_they_are_others(session: Session) -> None:
    ada = make_person(session)
    form = FilterForm(title="Noise", contexts=frozenset({Context.HOME}))
    make_filter(session, ada, form, now=NOON)
    assert told(session) == [("filters", ada.account_id, None)]


def test_whatever_ends_or_narrows_access_is_told(session: Session) -> None:
    ada = make_person(session)
    give_token(session, member_id=ada.member_id, scopes=["read"], now=NOON)
    session.flush()
    token = session.scalars(select(AccessToken)).one()
    note_use(session, token.hash, now=NOON)
    assert told(session) == []
    token.scopes = "read:lists"
    session.flush()
    session.delete(token)
    member = session.get_one(Member, ada.member_id)
    session.flush()
    member.state = MemberState.SUSPENDED
    expected = [("access", None, token.id)] * 2 + [("member", ada.account_id, None)]
    assert told(session) == expected


def test_a_reader_hears_what_comes_from_now_on_once_and_in_order(db: Database) -> None:
    tell(db, 1)
    reader = NewsReader(db, threading.Event())
    assert reader.read() == []
    tell(db, 2, 3)
    tell(db, 4)
    assert [item.account_id for item in reader.read()] == [2, 3, 4]
    assert reader.read() == []
    reader.close()


def test_what_is_rolled_back_is_no_news(db: Database, reader: NewsReader) -> None:
    with pytest.raises(ZeroDivisionError), db.write.begin() as session:
        announce(session, NewsKind.FILTERS, account_id=1)
        session.flush()
        raise ZeroDivisionError
    tell(db, 2)
    assert [item.account_id for item in reader.read()] == [2]
    assert reader.read() == []


def test_a_commit_wakes_whoever_waits(db: Database, reader: NewsReader) -> None:
    reader.read()
    writer = threading.Thread(target=tell, args=(db, 1))
    writer.start()
    assert reader.wait(30)
    writer.join()
    assert [item.account_id for item in reader.read()] == [1]


def test_nothing_is_lost_if_numbers_are_committed_out_of_order(
    db: Database, reader: NewsReader
) -> None:
    if db.dialect == "sqlite":  # Its writers take turns, so there is nothing to overlap.
        tell(db, 1, 2)
        assert [item.account_id for item in reader.read()] == [1, 2]
        return
    with db.write.begin() as slow:
        announce(slow, NewsKind.FILTERS, account_id=1)
        slow.flush()
        tell(db, 2)
        late = NewsReader(db, threading.Event())  # Begins between the number and its commit.
        assert [item.account_id for item in reader.read()] == [2]
        tell(db, 3)
        assert [item.account_id for item in reader.read()] == [3]
    assert [item.account_id for item in reader.read()] == [1]
    assert [item.account_id for item in late.read()] == [1, 3]
    assert numbers(reader.read()) == numbers(late.read()) == []
    late.close()


def test_what_everybody_has_heard_is_forgotten(db: Database, reader: NewsReader) -> None:
    tell(db, 1, 2, 3)
    reader.read()
    with db.write.begin() as session:
        newest = latest_number(session)
        forget_news(session, up_to=newest)
        assert [row.account_id for row in session.scalars(select(News))] == [3]
        announce(session, NewsKind.FILTERS, account_id=4)
        forget_news(session, up_to=newest - 1)
    assert [item.account_id for item in reader.read()] == [4]
