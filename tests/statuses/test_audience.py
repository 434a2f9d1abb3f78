"""Whom a post reaches, and who sees who did what with it."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.relationships import service as relationships
from app.relationships.queries import familiar_followers
from app.statuses.audience import boosters_of, favouriters_of, reach_of
from app.statuses.service.boost import boost_status
from app.statuses.service.marks import favourite_status
from app.statuses.views import read_post
from app.statuses.visibility import Visibility
from tests.factories import NOON, make_account
from tests.social import befriend, make_person, post


@pytest.mark.parametrize(
    ("visibility", "people", "open_"),
    [
        pytest.param("public", 2, True, id="followers, and whoever passes by"),
        pytest.param("unlisted", 2, True, id="followers, and whoever visits the page"),
        pytest.param("followers", 2, False, id="followers"),
        pytest.param("local", 4, False, id="all neighbours but oneself"),
        pytest.param("direct", 1, False, id="whoever is named"),
    ],
)
def test_the_reach_of_a_post(session: Session, visibility: str, people: int, open_: bool) -> None:
    ada, named = make_person(session, "ada20"), make_person(session, "named20")
    for _ in range(2):
        befriend(session, make_person(session), ada)
    make_person(session)
    make_person(session, suspended_at=NOON)
    make_person(session, waiting=True)
    make_account(session, username="far", domain="elsewhere.example")
    reach = reach_of(
        session,
        ada.account_id,
        visibility=Visibility(visibility),
        text="@named20 @Named20@riverside.example @ada20 @nobody20",
        here="riverside.example",
    )
    assert (reach.people, reach.stands_open) == (people, open_)
    assert [account.id for account in reach.named] == [named.account_id]


def test_only_the_author_sees_who_likes_a_post(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    status = post(session, ada)
    for fan in (bo, cy):
        favourite_status(session, fan, status.id, now=NOON)
    likers = favouriters_of(session, ada.account_id, status.id)
    assert [a.id for a in likers] == [cy.account_id, bo.account_id]
    with pytest.raises(NotFound):
        favouriters_of(session, bo.account_id, status.id)
    relationships.block(session, ada, target_id=cy.account_id, now=NOON)
    assert [a.id for a in favouriters_of(session, ada.account_id, status.id)] == [bo.account_id]


def test_boosters_are_shown_to_whom_their_boosts_are(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    status = post(session, ada)
    boost_status(session, bo, status.id, now=NOON)
    for viewer in (None, ada.account_id, cy.account_id):
        assert [a.id for a in boosters_of(session, viewer, status.id)] == [bo.account_id]
    relationships.block(session, bo, target_id=cy.account_id, now=NOON)
    assert boosters_of(session, cy.account_id, status.id) == []


def test_one_post_is_read_by_whoever_may_see_it(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, visibility=Visibility.LOCAL)
    boost = boost_status(session, ada, status.id, now=NOON)
    connection = session.connection()
    view = read_post(connection, bo.account_id, boost.id, now=NOON)
    assert (view.id, view.row_id, view.is_mine) == (status.id, boost.id, False)
    assert view.path == f"/@{view.author.username}/{status.id}"
    for unseen in (status.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            read_post(connection, None, unseen, now=NOON)


def test_followers_that_one_knows(session: Session) -> None:
    ada, bo, friend, stranger = (make_person(session) for _ in range(4))
    befriend(session, ada, friend)
    for fan in (friend, stranger):
        befriend(session, fan, bo)
    known = familiar_followers(session, ada.account_id, bo.account_id)
    assert [a.id for a in known] == [friend.account_id]
