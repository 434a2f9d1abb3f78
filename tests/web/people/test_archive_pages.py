"""Taking one's things along: whole, of oneself only, and open to whoever may not post."""

import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from app.media.kinds import Form
from app.media.models import MediaFile
from app.members.actor import Actor
from app.members.consent import accept_all, in_force
from app.members.service import leave, suspend
from app.relationships.service import follow, mute
from app.statuses.polls.rules import Asking
from app.statuses.polls.service import vote_on_post
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import save_draft
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.service.schedule import schedule_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.pages import Browser
from tests.social import post
from tests.statuses.test_pictures import make_picture
from tests.web.people.conftest import House

LATER = NOON + timedelta(minutes=1)
PICTURE = b"the bytes of a heron"
FILM = b"the bytes of waves"


@pytest.fixture
def maren(house: House) -> Actor:
    """A member who has done a bit of everything, among others who have secrets."""
    house.found()
    people = {name: house.add(name) for name in ("maren", "bo", "cy")}
    actors = {
        name: Actor(member_id, house.member(member_id).account_id)
        for name, member_id in people.items()
    }
    with house.kernel.db.write.begin() as session:
        for one in people.values():
            accept_all(session, in_force(session, at=NOON), member_id=one, via="web", now=NOON)
        _live(session, house, **actors)
    return actors["maren"]


def _live(session: Session, house: House, *, maren: Actor, bo: Actor, cy: Actor) -> None:
    picture, film = make_picture(session, maren, "A heron"), make_picture(session, maren, "Waves")
    row = session.get_one(MediaFile, film)
    row.form, row.content_type, row.duration_ms = Form.VIDEO, "video/mp4", 61_500
    both = (picture, film)
    first = post(session, maren, "=1+1 at the weir", media_ids=both)
    edit_status(session, maren, first.id, Writing(text="Two herons", media_ids=both), now=LATER)
    asked = Asking(("Tea", "Milk"), timedelta(days=1))
    letter = post(session, maren, "Only for @bo", visibility=Visibility.DIRECT, poll=asked)
    vote_on_post(session, bo, letter.id, [1], now=LATER)
    theirs = post(session, bo, "Tea at four?", poll=asked)
    vote_on_post(session, maren, theirs.id, [0], now=LATER)
    delete_status(session, maren, post(session, maren, "Thought better of").id, now=LATER)
    post(session, bo, "For you, @maren", visibility=Visibility.DIRECT)
    post(session, bo, "Not for her, @cy", visibility=Visibility.DIRECT)
    post(session, cy, "Followers of cy", visibility=Visibility.FOLLOWERS)
    liked, kept = post(session, bo, "A good one"), post(session, cy, "A long one")
    favourite_status(session, maren, liked.id, now=LATER)
    boost_status(session, maren, liked.id, now=LATER)
    bookmark_status(session, maren, kept.id, now=LATER)
    save_draft(session, maren, Writing(text="Half a thought"), now=LATER)
    waits = Writing(text="Good morning")
    schedule_status(session, maren, waits, at=LATER + timedelta(days=1), now=LATER)
    follow(session, maren, target_id=bo.account_id, now=NOON)
    mute(session, maren, target_id=cy.account_id, now=NOON)
    house.kernel.storage.put(_key(session, picture), PICTURE, "image/png")
    house.kernel.storage.put(_key(session, film), FILM, "video/mp4")


def _key(session: Session, picture_id: int) -> str:
    return session.get_one(MediaFile, picture_id).key


def taken(browser: Browser) -> ZipFile:
    """Ask for the archive on its page, and open it."""
    browser.visit("/settings/export")
    answer = browser.send("/settings/export", status=200)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-length"] == str(len(answer.content))
    return ZipFile(io.BytesIO(answer.content))


@pytest.mark.usefixtures("maren")
def test_everything_of_oneself_is_in_it(house: House) -> None:
    archive = taken(house.signed_in("maren"))
    assert archive.testzip() is None

    def read(name: str) -> Any:
        return json.loads(archive.read(name))

    outbox = read("outbox.json")
    created = [one["object"] for one in outbox["orderedItems"] if one["type"] == "Create"]
    assert [note["source"]["content"] for note in created] == ["Two herons", "Only for @bo"]
    assert [one["type"] for one in outbox["orderedItems"]].count("Announce") == 1
    assert outbox["totalItems"] == len(outbox["orderedItems"]) == 3
    picture, film = created[0]["attachment"]
    assert (film["mediaType"], film["duration"], film["name"]) == (
        "video/mp4",
        "PT61.500S",
        "Waves",
    )
    assert archive.read(film["url"].removeprefix("/")) == FILM
    assert picture["name"] == "A heron"
    assert archive.read(picture["url"].removeprefix("/")) == PICTURE
    assert [old["source"]["content"] for old in created[0]["formerly"]] == ["=1+1 at the weir"]
    answers = [(one["name"], one["replies"]["totalItems"]) for one in created[1]["oneOf"]]
    assert answers == [("Tea", 0), ("Milk", 1)]
    [talk] = read("conversations.json")["orderedItems"]
    assert talk["object"]["source"]["content"] == "For you, @maren"
    assert [draft["text"] for draft in read("drafts.json")] == ["Half a thought"]
    assert [vote["answer"] for vote in read("poll_votes.json")] == ["Tea"]
    assert [waiting["text"] for waiting in read("scheduled.json")] == ["Good morning"]
    assert (
        len(read("likes.json")["orderedItems"]) == len(read("bookmarks.json")["orderedItems"]) == 1
    )
    assert read("actor.json")["preferredUsername"] == "maren"
    assert read("membership/register.json")["email"] == "maren@mail.example"
    assert len(read("membership/browsers.json")) == 1
    assert b"bo@riverside.example,true,false," in archive.read("following_accounts.csv")
    assert b"cy@riverside.example,true" in archive.read("muted_accounts.csv")
    assert b"current" not in archive.read("dues/coverage.csv")
    assert archive.read("dues/coverage.csv").count(b"\r\n") == 2


@pytest.mark.usefixtures("maren")
def test_nothing_of_others_is_in_it(house: House) -> None:
    archive = taken(house.signed_in("maren"))
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for foreign in (b"Not for her", b"Followers of cy", b"bo@mail.example", b"Thought better of"):
        assert foreign not in whole
    assert b"argon2" not in whole


@pytest.mark.parametrize("whatever", [suspend, leave])
def test_it_is_open_to_whom_other_doors_are_closed(
    house: House, maren: Actor, whatever: Any
) -> None:
    with house.kernel.db.write.begin() as session:
        whatever(session, member_id=maren.member_id, now=house.clock.now())
    archive = taken(house.signed_in("maren"))
    assert len(json.loads(archive.read("outbox.json"))["orderedItems"]) == 3


@pytest.mark.usefixtures("maren")
def test_it_asks_for_the_password_again_after_a_while(house: House) -> None:
    browser = house.signed_in("maren")
    browser.visit("/settings/export")
    house.clock.advance(minutes=16)
    answer = browser.send("/settings/export")
    assert answer.headers["location"].startswith("/login/confirm")
    assert browser.led_to("/settings/export").startswith("/login/confirm")


@pytest.mark.usefixtures("maren")
def test_twice_a_day_is_enough(house: House) -> None:
    browser = house.signed_in("maren")
    for _ in range(2):
        taken(browser)
    browser.visit("/settings/export")
    browser.send("/settings/export", status=429)
