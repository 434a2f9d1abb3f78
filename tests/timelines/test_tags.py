"""Following tags: what comes into home for them, and goes again."""

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.members.actor import Actor
from app.relationships import service as relationships
from app.statuses.models import Tag
from app.statuses.tags import checked_tag, find_tag
from app.statuses.visibility import Visibility
from app.timelines import feeds, lists, tags
from app.timelines.lists import ListForm
from app.timelines.models import HomeFeed
from tests.factories import NOON
from tests.social import befriend, make_person, post
from tests.timelines.test_lists import home


def follow(session: Session, who: Actor, name: str) -> Tag:
    return tags.follow_tag(session, who, name, now=NOON)


@pytest.mark.parametrize("name", ["", "#", "a b", "1984", "x" * 101, "ferry!", "@ada", "##x"])
def test_what_is_no_tag(name: str) -> None:
    with pytest.raises(Invalid):
        checked_tag(name)


@pytest.mark.parametrize("name", ["ferry", "#Ferry", " FERRY ", "ｆerry"])
def test_all_spellings_are_one_tag(name: str) -> None:
    assert checked_tag(name) == "ferry"


def test_posts_with_a_followed_tag_come_home(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    before = post(session, bo, "The #ferry")
    follow(session, ada, "Ferry")
    follow(session, ada, "ferry")
    assert home(session, ada) == [before.id]
    made = {v: post(session, bo, "#FERRY #boat", visibility=v).id for v in Visibility}
    post(session, bo, "#boat")
    post(session, bo, "#ferry", in_reply_to_id=post(session, cy).id)
    thread = post(session, bo, "#ferry", in_reply_to_id=before.id)
    expected = [thread.id, made[Visibility.LOCAL], made[Visibility.PUBLIC], before.id]
    assert home(session, ada) == expected
    session.execute(delete(HomeFeed))
    feeds.wake(session, ada.account_id)
    assert home(session, ada) == expected
    relationships.mute(session, ada, target_id=bo.account_id, now=NOON)
    assert home(session, ada) == []


def test_an_exclusive_list_keeps_its_people_out_of_home_whatever_their_tags(
    session: Session,
) -> None:
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo)
    made = lists.make_list(session, ada, ListForm("Boats", exclusive=True), now=NOON)
    lists.add_to_list(session, ada, made.id, [bo.account_id], now=NOON)
    follow(session, ada, "ferry")
    post(session, bo, "#ferry")
    assert home(session, ada) == []


def test_what_came_for_a_tag_alone_goes_with_it(session: Session) -> None:
    ada, bo, friend = (make_person(session) for _ in range(3))
    befriend(session, ada, friend)
    follow(session, ada, "ferry")
    follow(session, ada, "boat")
    kept = [
        post(session, friend, "#ferry").id,
        post(session, ada, "#ferry").id,
        post(session, bo, "#ferry #boat").id,
    ]
    post(session, bo, "#ferry")
    assert len(home(session, ada)) == 4
    tags.unfollow_tag(session, ada, "ferry")
    assert home(session, ada) == kept[::-1]
    assert [tag.name for tag in tags.followed_tags(session, ada.account_id)] == ["boat"]
    assert tags.unfollow_tag(session, ada, "unheard") is None
    assert find_tag(session, "unheard") is None


def test_the_number_of_followed_tags_is_bounded(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "FOLLOWED_MAX", 1)
    ada = make_person(session)
    follow(session, ada, "ferry")
    assert follow(session, ada, "ferry").name == "ferry"
    with pytest.raises(Invalid):
        follow(session, ada, "boat")
