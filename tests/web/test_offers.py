"""What the front door hears of the house: only what is for everybody, and wants to be found."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.statuses.visibility import Visibility
from app.text.safe import SafeHtml
from app.web.offers import heard, new_since
from tests.factories import NOON
from tests.social import befriend, make_person, post

NOT_HEARD = [
    pytest.param({}, {"visibility": Visibility.LOCAL}, id="for this co-op only"),
    pytest.param({}, {"visibility": Visibility.UNLISTED}, id="quiet public"),
    pytest.param({}, {"visibility": Visibility.FOLLOWERS}, id="for followers"),
    pytest.param({}, {"spoiler": "Hospital"}, id="behind a warning"),
    pytest.param({}, {"text": "word " * 300}, id="as long as the page"),
    pytest.param({"discoverable": False}, {}, id="by somebody who does not want to be found"),
    pytest.param({"suspended_at": NOON}, {}, id="by somebody suspended"),
]


@pytest.mark.parametrize(("person", "writing"), NOT_HEARD)
def test_not_heard(session: Session, person: dict[str, Any], writing: dict[str, Any]) -> None:
    author = make_person(session)
    post(session, author, **({"text": "Hello"} | writing))
    account = session.get_one(Account, author.account_id)
    for name, value in person.items():
        setattr(account, name, value)
    session.flush()
    assert heard(session, 3, NOON) == []


def test_the_latest_of_each_author(session: Session) -> None:
    ines, kofi = make_person(session, "ines"), make_person(session, "kofi")
    post(session, ines, "first", now=NOON)
    post(session, kofi, "soup *at* one <b>sharp</b>", now=NOON + timedelta(minutes=1))
    post(session, ines, "second", now=NOON + timedelta(minutes=2))
    found = heard(session, 3, NOON + timedelta(hours=1))
    assert [item.address for item in found] == ["@ines", "@kofi"]
    assert "second" in found[0].html
    assert isinstance(found[1].html, SafeHtml)
    assert "<b>" not in found[1].html
    assert len(heard(session, 1, NOON)) == 1


def test_answers_are_not_torn_out_of_their_talk(session: Session) -> None:
    ines, kofi = make_person(session), make_person(session)
    first = post(session, ines, "first")
    post(session, kofi, "an answer", in_reply_to_id=first.id)
    post(session, ines, "and on", in_reply_to_id=first.id)
    assert ["first" in item.html for item in heard(session, 3, NOON)] == [True]


def test_new_since(session: Session) -> None:
    ines, kofi = make_person(session), make_person(session)
    assert new_since(session, ines, NOON) is None
    befriend(session, kofi, ines)
    assert new_since(session, ines, NOON + timedelta(minutes=1)) == NOON
    assert new_since(session, kofi, NOON + timedelta(minutes=1)) is None
