"""When a device is told: by the rule, and through the queue of what is owed."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.members.models import Member
from app.notifications.push.rhythms import rhythm_of, set_rhythm
from app.notifications.rhythm import Pace, Rhythm, told_at
from app.statuses.service.delete import delete_status
from app.statuses.visibility import Visibility
from tests.fakes import FixedClock
from tests.notifications.devices import Phone
from tests.notifications.test_push import Desk, add, desk, net, push_service
from tests.social import make_person, post

__all__ = ["desk", "net", "push_service"]

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


NIGHTLY = {"is_quiet": True}
TABLE = [
    pytest.param({}, berlin(9, 12), berlin(9, 12), id="at once"),
    pytest.param({}, berlin(9, 3), berlin(9, 3), id="at once, also at night"),
    pytest.param(NIGHTLY, berlin(9, 21, 59), berlin(9, 21, 59), id="before the night"),
    pytest.param(NIGHTLY, berlin(9, 22), berlin(10, 7), id="as the night begins"),
    pytest.param(NIGHTLY, berlin(9, 3), berlin(9, 7), id="after midnight"),
    pytest.param(NIGHTLY, berlin(9, 7), berlin(9, 7), id="as the night ends"),
    pytest.param({"pace": Pace.HOURLY}, berlin(9, 12, 5), berlin(9, 13), id="the next hour"),
    pytest.param({"pace": Pace.HOURLY}, berlin(9, 23, 5), berlin(10, 0), id="midnight"),
    pytest.param({"pace": Pace.THRICE}, berlin(9, 8), berlin(9, 13), id="at eight sharp"),
    pytest.param({"pace": Pace.THRICE}, berlin(9, 19), berlin(10, 8), id="the next morning"),
    pytest.param({"pace": Pace.DAILY}, berlin(9, 17), berlin(9, 18), id="in the evening"),
    pytest.param({"pace": Pace.HOURLY, **NIGHTLY}, berlin(9, 21, 30), berlin(10, 7), id="both"),
    pytest.param(
        {**NIGHTLY, "quiet_from": time(13), "quiet_until": time(15)},
        berlin(9, 14),
        berlin(9, 15),
        id="a nap",
    ),
]


@pytest.mark.parametrize(("rhythm", "now", "then"), TABLE)
def test_when_a_device_is_told(rhythm: dict[str, Any], now: datetime, then: datetime) -> None:
    assert told_at(Rhythm(**rhythm), now, zone=BERLIN, is_letter=False) == then


def test_letters_are_not_gathered_and_wake_nobody() -> None:
    rhythm = Rhythm(Pace.DAILY, is_quiet=True)
    for now, then in ((berlin(9, 12), berlin(9, 12)), (berlin(9, 23), berlin(10, 7))):
        assert told_at(rhythm, now, zone=BERLIN, is_letter=True) == then


def test_nights_are_quiet_where_it_is_known_when_they_are() -> None:
    member = Member(settings={}, time_zone="UTC")
    assert rhythm_of(member) == Rhythm()
    member.time_zone = "Europe/Berlin"
    assert rhythm_of(member) == Rhythm(is_quiet=True)
    wanted = Rhythm(Pace.THRICE, False, time(23, 30), time(6))
    set_rhythm(member, wanted)
    assert rhythm_of(member) == wanted


def test_what_is_gathered_is_told_at_once(desk: Desk, clock: FixedClock) -> None:
    phone = Phone()
    with desk.kernel.db.write.begin() as session:
        ada, bo = make_person(session, "ada9"), make_person(session, display_name="Bo")
        add(session, desk.kernel, ada, endpoint=desk.endpoint, phone=phone)
        set_rhythm(session.get_one(Member, ada.member_id), Rhythm(Pace.HOURLY))
        for n in range(3):
            last = post(session, bo, f"@ada9 number {n}")
        post(session, bo, "@ada9 a letter", visibility=Visibility.DIRECT)
    desk.run()
    [letter] = desk.taken
    assert phone.open(letter[0])["body"] == "@ada9 a letter"
    clock.advance(minutes=59)
    desk.run()
    assert len(desk.taken) == 1
    with desk.kernel.db.write.begin() as session:
        delete_status(session, bo, last.id, now=clock.now())
    clock.advance(minutes=1)
    desk.run()
    gathered = phone.open(desk.taken[1][0])
    assert gathered["title"] == "Several things happened"
    assert gathered["body"] == "Bo mentioned you"
    with desk.kernel.db.write.begin() as session:
        post(session, bo, "@ada9 again", now=clock.now())
    clock.advance(minutes=60)
    desk.run()
    alone = phone.open(desk.taken[2][0])
    assert (alone["title"], alone["body"]) == ("Bo mentioned you", "@ada9 again")
    clock.advance(minutes=60)
    desk.run()
    assert len(desk.taken) == 3


def test_of_nothing_that_still_stands_nobody_is_told(desk: Desk, clock: FixedClock) -> None:
    with desk.kernel.db.write.begin() as session:
        ada, bo = make_person(session, "ada9"), make_person(session)
        add(session, desk.kernel, ada, endpoint=desk.endpoint)
        set_rhythm(session.get_one(Member, ada.member_id), Rhythm(Pace.DAILY))
        made = post(session, bo, "@ada9 oh")
        delete_status(session, bo, made.id, now=clock.now())
    clock.advance(hours=7)
    desk.run()
    assert desk.taken == []
