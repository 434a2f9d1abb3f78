"""What is found, by whom, and in which order."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.members.actor import Actor
from app.relationships import service as relationships
from app.search import service
from app.search.asking import understood
from app.search.models import SearchedStatus
from app.search.queries import Part, find_accounts, find_posts, find_tags
from app.statuses.polls.rules import Asking
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(days=1)


def find(session: Session, reader: Actor, text: str, **part: int) -> list[int]:
    session.flush()
    asked = understood(text)
    connection = session.connection()
    return find_posts(connection, reader.account_id, asked, now=LATER, part=Part(**part))


def test_only_who_wants_to_be_found_is_found(session: Session) -> None:
    ada, shy = make_person(session), make_person(session)
    seen = make_person(session, indexable=True)
    befriend(session, ada, seen)
    befriend(session, ada, shy)
    made = {v: post(session, seen, "a ferry", visibility=v).id for v in Visibility}
    hidden = [post(session, shy, "a ferry", visibility=v).id for v in Visibility]
    found = find(session, ada, "ferry")
    assert found == [made[Visibility.LOCAL], made[Visibility.PUBLIC]]
    assert find(session, shy, "ferry") == [*hidden[::-1], *found]
    assert find(session, ada, "ferry in:library") == []
    assert find(session, shy, "ferry in:public") == found


def test_what_concerns_one_is_found_as_long_as_one_may_see_it(session: Session) -> None:
    ada, shy = make_person(session, "ada41"), make_person(session)
    letter = post(session, shy, "@ada41 ferry", visibility=Visibility.DIRECT)
    liked, kept, other = (post(session, shy, "ferry") for _ in range(3))
    favourite_status(session, ada, liked.id, now=NOON)
    bookmark_status(session, ada, kept.id, now=NOON)
    boost_status(session, ada, other.id, now=NOON)
    assert find(session, ada, "ferry") == [kept.id, liked.id, letter.id]
    assert find(session, make_person(session), "ferry") == []
    relationships.mute(session, ada, target_id=shy.account_id, now=NOON)
    assert find(session, ada, "ferry") == []
    relationships.unmute(session, ada, target_id=shy.account_id)
    relationships.block(session, shy, target_id=ada.account_id, now=NOON)
    assert find(session, ada, "ferry") == []


def test_posts_are_found_by_the_words_that_they_have_now(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "Über the ferry", spoiler="Boats")
    poll = post(session, ada, "Which?", poll=Asking(("A canoe", "A raft"), timedelta(hours=1)))
    assert find(session, ada, "UBER boats") == [status.id]
    assert find(session, ada, "canoe") == [poll.id]
    edit_status(session, ada, status.id, Writing(text="a train"), now=NOON)
    assert find(session, ada, "ferry") == []
    assert find(session, ada, "train") == [status.id]
    delete_status(session, ada, status.id, now=NOON)
    delete_status(session, ada, poll.id, now=NOON)
    assert find(session, ada, "train") == []
    assert session.scalars(select(func.count()).select_from(SearchedStatus)).one() == 0


QUERIES = [
    ("a word", "ferry", {"one", "two", "answer"}),
    ("a phrase", '"slow ferry"', {"two"}),
    ("its words in another order", '"ferry slow"', set()),
    ("without a word", "ferry -slow", {"one", "answer"}),
    ("all words", "ferry slow", {"two"}),
    ("no part of a word", "ferr", set()),
    ("answers", "ferry is:reply", {"answer"}),
    ("no answers", "ferry -is:reply", {"one", "two"}),
    ("behind a warning", "ferry is:sensitive", {"two"}),
    ("with a link", "has:link", {"link"}),
    ("with a poll", "has:poll", set()),
    ("with pictures", "has:media", set()),
    ("in a language", "ferry language:de", {"two"}),
    ("of somebody", "from:bo42 ferry", {"answer"}),
    ("of nobody", "from:nobody ferry", set()),
    ("before a day", "ferry before:2026-11-10", {"one", "answer"}),
    ("after a day", "ferry after:2026-11-09", {"two"}),
    ("on a day", "ferry during:2026-11-09", {"one", "answer"}),
    ("scripts without spaces", "東京", {"tokyo"}),
    ("their letters in another order", "京東", set()),
    ("nothing but what is unwanted", "-ferry", set()),
    ("no operator of the index gets in", "' OR 1=1 --", set()),
]


def test_queries(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo42", indexable=True)
    two = {"language": "de", "sensitive": True, "now": NOON + timedelta(days=1)}
    made = {
        "one": post(session, ada, "The ferry is here"),
        "two": post(session, ada, "The slow ferry", **two),  # type: ignore[arg-type]
        "link": post(session, ada, "See https://far.example/x"),
        "tokyo": post(session, ada, "東京"),
    }
    made["answer"] = post(session, bo, "Which ferry?", in_reply_to_id=made["one"].id)
    names = {status.id: name for name, status in made.items()}
    for meaning, text, expected in QUERIES:
        assert {names[id_] for id_ in find(session, ada, text)} == expected, meaning


def test_what_is_found_is_paged(session: Session) -> None:
    ada = make_person(session)
    ids = [post(session, ada, "ferry").id for _ in range(4)][::-1]
    assert find(session, ada, "ferry", limit=2) == ids[:2]
    assert find(session, ada, "ferry", limit=2, offset=2) == ids[2:]
    assert find(session, ada, "ferry", before=ids[1]) == ids[2:]
    assert find(session, ada, "ferry", after=ids[2]) == ids[:2]


def test_words_are_indexed_anew_in_pieces(session: Session) -> None:
    ada = make_person(session)
    ids = [post(session, ada, "ferry").id for _ in range(3)]
    session.execute(delete(SearchedStatus))
    session.expire_all()
    last, _ = service.index_some(session, after=0, limit=2)
    assert last == ids[1]
    assert find(session, ada, "ferry") == [ids[1], ids[0]]
    assert service.index_some(session, after=last, limit=2) == (None, 1)
    assert find(session, ada, "ferry") == ids[::-1]


def test_people_are_found_by_name_and_address(session: Session) -> None:
    near = make_person(session, "ada43")
    full = make_person(session, "ada", display_name="Zoe")
    named = make_person(session, "zed43", display_name="Ada of the hill")
    befriend(session, near, named)

    def people(words: str, **given: bool) -> list[int]:
        found = find_accounts(session, near.account_id, words, **given)
        return [account.id for account in found]

    assert people("@Ada") == [full.account_id, near.account_id, named.account_id]
    assert people("ada", following=True) == [named.account_id]
    relationships.block(session, near, target_id=named.account_id, now=NOON)
    assert named.account_id in people("ada"), "whom one blocked can be let be again"
    relationships.block(session, full, target_id=near.account_id, now=NOON)
    assert people("ada") == [near.account_id, named.account_id]


@pytest.mark.parametrize("words", ["%", " ", "#", "_"])
def test_what_names_no_tag_finds_none(session: Session, words: str) -> None:
    post(session, make_person(session), "#ferry")
    assert find_tags(session, None, words) == []


def test_tags_are_found_where_everybody_can_read_them(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    post(session, bo, "#ferryman #Ferry")
    post(session, bo, "#ferrysecret", visibility=Visibility.FOLLOWERS)
    post(session, bo, "#ferryhere", visibility=Visibility.LOCAL)

    def tags(viewer: Actor | None) -> list[str]:
        viewer_id = None if viewer is None else viewer.account_id
        return [tag.name for tag in find_tags(session, viewer_id, "#FERRY")]

    assert tags(ada) == ["ferry", "ferryhere", "ferryman"]
    assert tags(None) == ["ferry", "ferryman"]
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)
    assert tags(ada) == []
