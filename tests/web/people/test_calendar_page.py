"""The calendar: what members see, and who else gets it as a file."""

import re

import pytest

from app.members.passwords import Hasher
from app.members.service import suspend
from app.members.states import MemberState
from tests.web.people.conftest import House

FEED = re.compile(r"/coop/calendar/\d+-[0-9a-f]{64}\.ics")


@pytest.fixture
def maren(house: House) -> int:
    house.found()
    return house.add("maren")


def feed_of(house: House) -> str:
    found = FEED.search(house.signed_in("maren").visit("/coop/calendar"))
    assert found
    return found.group()


@pytest.mark.usefixtures("maren")
def test_the_ends_of_offices_and_of_the_month_are_in_it(house: House) -> None:
    page = house.signed_in("maren").visit("/coop/calendar")
    assert page.count("Time in office ends") == 5
    assert "ada, treasurer" in page
    assert "The books up to" in page
    assert "<h1>Calendar</h1>" in page


@pytest.mark.usefixtures("maren")
def test_a_program_reads_the_file_without_signing_in(house: House) -> None:
    answer = house.open_browser().client.get(feed_of(house))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.count("BEGIN:VEVENT") == 6
    assert "SUMMARY:Time in office ends: ada\\, treasurer" in answer.text


WRONG = [
    pytest.param(lambda feed: feed.replace("-", "-0", 1), id="another signature"),
    pytest.param(lambda feed: re.sub(r"/\d+-", "/1-", feed), id="another member"),
    pytest.param(lambda _feed: "/coop/calendar/x.ics", id="no key"),
    pytest.param(
        lambda feed: re.sub(r"/\d+-", "/" + "9" * 19 + "-", feed), id="a number beyond all"
    ),
]


@pytest.mark.usefixtures("maren")
@pytest.mark.parametrize("spoil", WRONG)
def test_a_wrong_address_opens_nothing(house: House, spoil: object) -> None:
    assert callable(spoil)
    assert house.open_browser().client.get(spoil(feed_of(house))).status_code == 404


def test_another_password_closes_the_address(house: House, maren: int) -> None:
    feed = feed_of(house)
    with house.kernel.db.write.begin() as session:
        member = house.member(maren)
        member.password_hash = Hasher(threads=1).hash_now("three herons at the weir")
        session.merge(member)
    assert house.open_browser().client.get(feed).status_code == 404


def test_who_left_reads_no_more_and_who_is_suspended_does(house: House, maren: int) -> None:
    feed = feed_of(house)
    with house.kernel.db.write.begin() as session:
        suspend(session, member_id=maren, now=house.clock.now())
    assert house.open_browser().client.get(feed).status_code == 200
    with house.kernel.db.write.begin() as session:
        member = house.member(maren)
        member.state = MemberState.LEFT
        session.merge(member)
    assert house.open_browser().client.get(feed).status_code == 404
