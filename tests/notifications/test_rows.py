"""Notices as programs read them: pages, groups, what is held and what is dismissed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import NotFound
from app.members.actor import Actor
from app.members.models import Member
from app.members.offices import Office
from app.notifications import requests, rows
from app.notifications.grouping import GroupKey
from app.notifications.kinds import PEOPLE_KINDS, NoticeKind
from app.notifications.models import Notice, NoticeRequest
from app.notifications.policy import Policy, Stance
from app.notifications.queries import new_since
from app.notifications.rows import Groups, Wanted
from app.notifications.service import mark_read, notify
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.service.marks import favourite_status
from app.statuses.visibility import Visibility
from tests.factories import NOON, make_mandate
from tests.queries import counted
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(hours=1)
STRICT = Policy(for_not_following=Stance.FILTER)


def wanted(reader: Actor, *kinds: NoticeKind, **given: object) -> Wanted:
    return Wanted(reader.account_id, LATER, kinds or PEOPLE_KINDS, **given)  # type: ignore[arg-type]


def read(session: Session, reader: Actor, **given: object) -> list[int]:
    session.flush()
    found = rows.notice_rows(session.connection(), wanted(reader), **given)  # type: ignore[arg-type]
    return [row.id for row in found]


def groups(session: Session, reader: Actor, **given: object) -> Groups:
    session.flush()
    return rows.notice_groups(session.connection(), wanted(reader), **given)  # type: ignore[arg-type]


def liked(session: Session, status: Status, *people: Actor) -> None:
    for person in people:
        favourite_status(session, person, status.id, now=NOON)
    session.flush()


def held(session: Session, reader: Actor, sender: Actor) -> requests.Request:
    """Let the reader hold strangers, and the sender write to them twice."""
    requests.set_policy(session, reader, STRICT)
    name = session.get_one(Member, reader.member_id).email.partition("@")[0]
    for _ in range(2):
        post(session, sender, f"@{name} hello")
    session.flush()
    [request] = requests.requests_of(session, reader.account_id)
    return request


def test_pages_of_notices_go_both_ways(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    for _ in range(5):
        liked(session, post(session, ada), bo)
    notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, now=NOON)
    everything = read(session, ada)
    assert len(everything) == 5
    assert everything == sorted(everything, reverse=True)
    assert read(session, ada, limit=2) == everything[:2]
    assert read(session, ada, before=everything[1], limit=2) == everything[2:4]
    assert read(session, ada, after=everything[4], limit=2, from_below=True) == everything[2:4]
    only = wanted(ada, NoticeKind.FOLLOW)
    assert rows.notice_rows(session.connection(), only) == []
    by_bo = wanted(ada, sender_id=bo.account_id)
    assert len(rows.notice_rows(session.connection(), by_bo)) == 5
    by_ada = wanted(ada, sender_id=ada.account_id)
    assert rows.notice_rows(session.connection(), by_ada) == []


def test_the_notice_of_somebody_else_is_not_there(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    liked(session, post(session, ada), bo)
    [notice_id] = read(session, ada)
    connection = session.connection()
    assert rows.notice_row(connection, wanted(ada), notice_id).from_account_id == bo.account_id
    with pytest.raises(NotFound):
        rows.notice_row(connection, wanted(bo), notice_id)
    key = rows.notice_row(connection, wanted(ada), notice_id).key()
    for look in (rows.notice_group, rows.people_in_group):
        with pytest.raises(NotFound):
            look(connection, wanted(bo), key)
    for doomed in (key, GroupKey(NoticeKind.MENTION, id=notice_id)):
        rows.dismiss(session, bo, doomed)
    rows.clear(session, bo, PEOPLE_KINDS)
    assert read(session, ada) == [notice_id]


def test_likes_of_one_post_are_one_group(session: Session) -> None:
    ada, *fans = (make_person(session) for _ in range(11))
    popular, other = post(session, ada), post(session, ada)
    liked(session, popular, *fans)
    liked(session, other, fans[0])
    befriend(session, fans[0], ada)
    boost_status(session, fans[1], popular.id, now=NOON)
    found = groups(session, ada).groups
    assert [(g.key.kind, g.key.status_id, g.count) for g in found] == [
        (NoticeKind.BOOST, popular.id, 1),
        (NoticeKind.FOLLOW, None, 1),
        (NoticeKind.FAVOURITE, other.id, 1),
        (NoticeKind.FAVOURITE, popular.id, 10),
    ]
    many = found[-1]
    assert list(many.account_ids) == [fan.account_id for fan in fans[:1:-1]]
    connection = session.connection()
    people = rows.people_in_group(connection, wanted(ada), many.key)
    assert people == tuple(fan.account_id for fan in fans[::-1])
    whole = rows.notice_group(connection, wanted(ada), many.key)
    assert (whole.count, whole.account_ids) == (10, many.account_ids)
    rows.dismiss(session, ada, many.key)
    assert len(groups(session, ada).groups) == 3
    apart = groups(session, ada, grouped=())
    assert [g.key.id for g in apart.groups] == [row.id for row in apart.read]
    rows.clear(session, ada, PEOPLE_KINDS)
    assert read(session, ada) == []


def test_a_group_spans_half_a_day(session: Session) -> None:
    ada, *fans = (make_person(session) for _ in range(3))
    status = post(session, ada)
    for fan, hours in zip(fans, (11, 12), strict=True):
        favourite_status(session, fan, status.id, now=NOON + timedelta(hours=hours))
    assert [g.count for g in groups(session, ada).groups] == [1, 1]


def test_a_page_of_groups_ends_where_the_next_one_begins(session: Session) -> None:
    ada, *fans = (make_person(session) for _ in range(4))
    posts = [post(session, ada) for _ in range(3)]
    for status in posts:
        liked(session, status, *fans)
    first = groups(session, ada, limit=2)
    assert [g.key.status_id for g in first.groups] == [posts[2].id, posts[1].id]
    second = groups(session, ada, limit=2, before=first.read[-1].id)
    assert [g.key.status_id for g in second.groups] == [posts[0].id]
    back = groups(session, ada, limit=2, after=0, from_below=True)
    assert [g.key.status_id for g in back.groups] == [posts[1].id, posts[0].id]


def test_what_is_unread_is_counted_up_to_a_limit(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    for _ in range(3):
        liked(session, post(session, ada), bo)
    ids = read(session, ada)
    connection = session.connection()
    assert len(rows.unread_rows(connection, wanted(ada), limit=2)) == 2
    mark_read(session, ada, up_to=ids[1], now=NOON)
    session.flush()
    assert [row.id for row in rows.unread_rows(connection, wanted(ada), limit=9)] == ids[:1]


def test_strangers_are_held_until_they_are_let_through(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    request = held(session, ada, bo)
    assert (request.from_account_id, request.count) == (bo.account_id, 2)
    assert requests.pending(session, ada.account_id) == requests.Pending(1, 2)
    assert read(session, ada) == []
    assert new_since(session.connection(), ada.account_id, now=LATER) is None
    with_held = wanted(ada, with_held=True)
    assert len(rows.notice_rows(session.connection(), with_held)) == 2
    for act in (
        lambda: requests.accept_requests(session, bo, [request.id], now=NOON),
        lambda: requests.dismiss_requests(session, bo, [request.id]),
        lambda: requests.request_of(session, bo, request.id),
        lambda: requests.accept_requests(session, ada, [request.id, 1], now=NOON),
        lambda: requests.dismiss_requests(session, ada, []),
    ):
        with pytest.raises(NotFound):
            act()
    assert requests.request_of(session, ada, request.id) == request
    requests.accept_requests(session, ada, [request.id], now=NOON)
    assert len(read(session, ada)) == 2
    assert requests.pending(session, ada.account_id) == requests.Pending(0, 0)
    befriend(session, bo, ada)
    assert len(read(session, ada)) == 3


def test_a_dismissed_sender_is_held_again(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    request = held(session, ada, bo)
    requests.dismiss_requests(session, ada, [request.id])
    assert session.scalars(select(func.count()).select_from(Notice)).one() == 0
    assert held(session, ada, bo).count == 2
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)
    for kind in (Notice, NoticeRequest):
        assert session.scalars(select(func.count()).select_from(kind)).one() == 0


def test_officers_and_answers_to_ones_own_letters_pass(session: Session) -> None:
    ada, bo = make_person(session, "ada31"), make_person(session, "bo31")
    officer = make_person(session)
    make_mandate(session, session.get_one(Member, officer.member_id), Office.MODERATOR)
    drop = Policy(*[Stance.DROP] * 5)
    requests.set_policy(session, ada, drop)
    letter = post(session, ada, "@bo31 hello", visibility=Visibility.DIRECT)
    told = [
        post(session, bo, "@ada31", in_reply_to_id=letter.id, visibility=Visibility.DIRECT),
        post(session, officer, "@ada31 Please look at this."),
    ]
    post(session, bo, "@ada31 hello", visibility=Visibility.DIRECT)
    mine = select(Notice.status_id).where(Notice.account_id == ada.account_id)
    assert session.scalars(mine.order_by(Notice.id)).all() == [status.id for status in told]


def test_a_page_of_groups_costs_two_statements(db: Database) -> None:
    with db.write.begin() as session:
        ada, *fans = (make_person(session) for _ in range(4))
        for _ in range(3):
            liked(session, post(session, ada), *fans)
    with db.read.begin() as session, counted(db) as statements:
        assert len(groups(session, ada).groups) == 3
    assert len([s for s in statements if not s.startswith("BEGIN")]) == 2
