"""Publishing a post: what is refused, what is stored, and a repeat that posts nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import time_of_id
from app.core.records import replace
from app.members.actor import Actor
from app.members.models import RequiredVersion
from app.members.states import MemberState
from app.relationships import service as relationships
from app.statuses.models import Mention, Status, StatusTag, Tag
from app.statuses.queries import mentioned_in, visible_status
from app.statuses.service import publish
from app.statuses.service.boost import boost_status
from app.statuses.service.publish import publish_status
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import CHARACTERS_MAX, ContentType, Writing
from tests.factories import NOON, make_account
from tests.social import befriend, make_person, post


def count_posts(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Status)).one()


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"text": ""}, id="no words"),
        pytest.param({"text": " \n\t"}, id="only spaces"),
        pytest.param({"text": "a" * (CHARACTERS_MAX + 1)}, id="one character too long"),
        pytest.param({"text": "a" * CHARACTERS_MAX, "spoiler": "b"}, id="too long with a warning"),
        pytest.param({"text": "e" + "\u0301" * 200_000}, id="a mountain of accents"),
        pytest.param({"text": "Look", "media_ids": (1, 2, 3, 4, 5)}, id="five pictures"),
        pytest.param({"text": "".join(f"@a{n} " for n in range(31))}, id="too many people"),
        pytest.param({"text": "".join(f"#a{n} " for n in range(31))}, id="too many tags"),
    ],
)
def test_what_is_no_post_is_refused(session: Session, given: dict[str, Any]) -> None:
    ada = make_person(session)
    with pytest.raises(Invalid):
        publish_status(session, ada, Writing(**given), now=NOON)
    assert count_posts(session) == 0


def test_a_suspended_member_does_not_post(session: Session) -> None:
    ada = replace(make_person(session), state=MemberState.SUSPENDED)
    with pytest.raises(Forbidden):
        post(session, ada)
    assert count_posts(session) == 0


def test_whoever_has_not_accepted_the_terms_does_not_post(session: Session) -> None:
    ada = make_person(session)
    terms = RequiredVersion(
        slug="terms", version=2, title="Terms", hash="0", effective_at=NOON, accept_by=NOON
    )
    session.add(terms)
    with pytest.raises(Forbidden, match="terms"):
        post(session, ada)
    assert count_posts(session) == 0


def test_posts_in_some_hours_are_limited(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "POSTS_PER_PACE_MAX", 2)
    ada = make_person(session)
    post(session, ada)
    post(session, ada, now=NOON + timedelta(minutes=1))
    with pytest.raises(Conflict):
        post(session, ada, now=NOON + timedelta(hours=2))
    post(session, ada, now=NOON + timedelta(hours=4))
    post(session, make_person(session))


def test_a_post_keeps_what_was_written_and_its_time(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "Heron *at* the weir", spoiler="Birds", language="en")
    assert (status.text, status.spoiler, status.language) == ("Heron *at* the weir", "Birds", "en")
    assert status.content_html == "<p>Heron *at* the weir</p>"
    assert status.sensitive, "a warning makes it sensitive"
    assert time_of_id(status.id) == NOON
    assert status.conversation_id == status.id


def test_a_post_of_long_ago_gets_an_id_of_long_ago(session: Session) -> None:
    ada = make_person(session)
    new = post(session, ada)
    old = post(session, ada, now=NOON - timedelta(days=90))
    assert old.id < new.id


def test_markdown_is_read_as_such(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "Heron *at* the weir", content_type=ContentType.MARKDOWN)
    assert "<em>at</em>" in status.content_html


def test_html_in_a_post_is_text(session: Session) -> None:
    status = post(session, make_person(session), "<script>alert(1)</script>")
    assert "<script" not in status.content_html


def test_neighbours_are_mentioned_in_any_spelling_and_others_stay_text(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo")
    make_person(session, "gone", suspended_at=NOON)
    make_person(session, "new", waiting=True)
    make_account(session, username="far", domain="elsewhere.example")
    text = "@Bo @bo@riverside.example @gone @new @nobody @far @bo@elsewhere.example"
    status = publish_status(session, ada, Writing(text=text), now=NOON, here="riverside.example")
    assert mentioned_in(session, status.id) == {bo.account_id}
    assert status.content_html.count('href="/@bo"') == 2


def test_tags_are_one_in_all_spellings(session: Session) -> None:
    ada = make_person(session)
    post(session, ada, "#Ferry and #ferry")
    post(session, ada, "#FERRY")
    assert session.scalars(select(Tag.name)).all() == ["ferry"]
    assert session.scalars(select(func.count()).select_from(StatusTag)).one() == 2


def test_an_answer_joins_the_talk_and_is_counted(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    second = post(session, bo, in_reply_to_id=first.id)
    third = post(session, ada, in_reply_to_id=second.id)
    assert second.in_reply_to_account_id == ada.account_id
    assert {second.conversation_id, third.conversation_id} == {first.id}
    session.refresh(first)
    assert first.replies_count == 1


def test_a_private_answer_is_not_counted(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    post(session, bo, in_reply_to_id=first.id, visibility=Visibility.FOLLOWERS)
    session.refresh(first)
    assert first.replies_count == 0


def test_an_answer_to_a_boost_answers_the_original(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    boost = boost_status(session, bo, first.id, now=NOON)
    assert post(session, bo, in_reply_to_id=boost.id).in_reply_to_id == first.id


def test_what_one_does_not_see_one_cannot_answer(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    letter = post(session, ada, visibility=Visibility.DIRECT)
    for unseen in (letter.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            post(session, bo, in_reply_to_id=unseen)
    relationships.block(session, ada, target_id=bo.account_id, now=NOON)
    public = post(session, ada)
    with pytest.raises(NotFound):
        post(session, bo, in_reply_to_id=public.id)


def test_an_author_chooses_who_may_answer(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    befriend(session, bo, ada)
    for_followers = post(session, ada, reply_audience=ReplyAudience.FOLLOWERS)
    post(session, bo, in_reply_to_id=for_followers.id)
    with pytest.raises(Forbidden):
        post(session, cy, in_reply_to_id=for_followers.id)
    for_named = post(session, ada, reply_audience=ReplyAudience.MENTIONED)
    with pytest.raises(Forbidden):
        post(session, bo, in_reply_to_id=for_named.id)
    session.add(Mention(status_id=for_named.id, account_id=bo.account_id))
    post(session, bo, in_reply_to_id=for_named.id)
    post(session, ada, in_reply_to_id=for_named.id)


def keyed(session: Session, author: Actor, key: str, **at: int) -> Status:
    now = NOON + timedelta(**at)
    return publish_status(session, author, Writing(text="Once"), now=now, key=key)


def test_a_repeat_with_the_same_key_posts_nothing(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = keyed(session, ada, "k")
    assert keyed(session, ada, "k", minutes=59).id == first.id
    assert keyed(session, bo, "k").id != first.id
    assert count_posts(session) == 2
    later = keyed(session, ada, "k", minutes=60)
    assert later.id != first.id
    assert keyed(session, ada, "k", minutes=61).id == later.id


def test_of_twenty_requests_with_one_key_one_posts(db: Database) -> None:
    with db.write.begin() as session:
        ada = make_person(session)

    def attempt(_n: int) -> int:
        with db.write.begin() as session:
            return keyed(session, ada, "k").id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(attempt, range(20)))
    assert len(ids) == 1
    with db.read.begin() as session:
        assert count_posts(session) == 1


def test_a_letter_is_seen_by_whom_it_names(session: Session) -> None:
    ada, bo, cy = make_person(session), make_person(session, "bo2"), make_person(session)
    befriend(session, cy, ada)
    letter = post(session, ada, "@bo2 psst", visibility=Visibility.DIRECT)
    assert visible_status(session, bo.account_id, letter.id).id == letter.id
    for viewer in (cy.account_id, None):
        with pytest.raises(NotFound):
            visible_status(session, viewer, letter.id)
