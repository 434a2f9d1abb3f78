"""Editing and deleting posts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.core.orm import Base
from app.statuses.models import Bookmark, Favourite, Status, StatusEdit, StatusTag
from app.statuses.queries import edits_of, mentioned_in, visible_status
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.social import make_person, post

LATER = NOON + timedelta(hours=1)


def count(session: Session, kind: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(kind)).one()


def test_nobody_changes_the_post_of_another(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, "Mine")
    for status_id in (status.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            edit_status(session, bo, status_id, Writing(text="Yours"), now=LATER)
        with pytest.raises(NotFound, match="no such post"):
            delete_status(session, bo, status_id, now=LATER)
    assert status.text == "Mine"


def test_a_change_must_be_a_post_itself(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "Mine")
    with pytest.raises(Invalid):
        edit_status(session, ada, status.id, Writing(text=""), now=LATER)
    assert edits_of(session, status.id) == []


def test_a_boost_has_no_words_to_change(session: Session) -> None:
    ada = make_person(session)
    boost = boost_status(session, ada, post(session, ada).id, now=NOON)
    with pytest.raises(NotFound):
        edit_status(session, ada, boost.id, Writing(text="Words"), now=LATER)


def test_every_version_stays_readable(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "One")
    edit_status(session, ada, status.id, Writing(text="Two", spoiler="W"), now=LATER)
    much_later = LATER + timedelta(hours=1)
    edit_status(session, ada, status.id, Writing(text="Three"), now=much_later)
    before = [(e.text, e.spoiler, e.created_at) for e in edits_of(session, status.id)]
    assert before == [("One", "", NOON), ("Two", "W", LATER)]
    assert (status.text, status.spoiler, status.edited_at) == ("Three", "", much_later)
    assert status.rev == 3


def test_a_change_of_nothing_is_none(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "One", language="en")
    edit_status(session, ada, status.id, Writing(text="One", language="en"), now=LATER)
    assert (status.edited_at, status.rev) == (None, 1)
    assert edits_of(session, status.id) == []


def test_a_change_keeps_the_audience_and_whom_it_named(session: Session) -> None:
    ada, bo, cy = make_person(session), make_person(session, "bo3"), make_person(session, "cy3")
    letter = post(session, ada, "@bo3 psst #one", visibility=Visibility.DIRECT)
    edit_status(session, ada, letter.id, Writing(text="@cy3 psst #two"), now=LATER)
    assert letter.visibility is Visibility.DIRECT
    assert mentioned_in(session, letter.id) == {bo.account_id, cy.account_id}
    assert count(session, StatusTag) == 1


def test_a_deleted_post_leaves_nothing_of_its_words(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, "Regret #oops", spoiler="W")
    edit_status(session, ada, status.id, Writing(text="Regret more #oops"), now=LATER)
    favourite_status(session, bo, status.id, now=LATER)
    bookmark_status(session, bo, status.id, now=LATER)
    boost = boost_status(session, bo, status.id, now=LATER)
    delete_status(session, ada, status.id, now=LATER)
    session.expire_all()
    assert (status.text, status.content_html, status.spoiler) == ("", "", "")
    for kind in (StatusEdit, StatusTag, Favourite, Bookmark):
        assert count(session, kind) == 0
    for gone in (status.id, boost.id):
        for viewer in (ada.account_id, bo.account_id, None):
            with pytest.raises(NotFound):
                visible_status(session, viewer, gone)
    with pytest.raises(NotFound):
        delete_status(session, ada, status.id, now=LATER)


def test_a_deleted_answer_is_not_counted_any_more(session: Session) -> None:
    ada = make_person(session)
    first = post(session, ada)
    answer = post(session, ada, in_reply_to_id=first.id)
    private = post(session, ada, in_reply_to_id=first.id, visibility=Visibility.FOLLOWERS)
    for status in (answer, private):
        delete_status(session, ada, status.id, now=LATER)
    assert session.scalars(select(Status.replies_count).where(Status.id == first.id)).one() == 0


def test_an_answer_outlives_what_it_answers(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    answer = post(session, bo, in_reply_to_id=first.id)
    delete_status(session, ada, first.id, now=LATER)
    assert visible_status(session, ada.account_id, answer.id).text == "Hello"
    delete_status(session, bo, answer.id, now=LATER)
