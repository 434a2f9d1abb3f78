"""Letters about decisions: gathered, by daylight, only what matters, and easily stopped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.core.crypto import Keyring
from app.core.kernel import Kernel
from app.core.mail import MailboxEntry, list_mailbox, mailbox_of
from app.members.models import Member
from app.members.states import MemberState
from app.notifications.mailbag import MailLine, Wish, next_post, set_wish, stop_mark
from governance.rules import DecisionType
from tests.governance.hall import Hall
from tests.governance.web import Web

LISBON = ZoneInfo("Europe/Lisbon")
TABLE = [
    # now, zone, next post
    pytest.param((3, 7, 30), UTC, (3, 8, 0), id="before eight it goes at eight"),
    pytest.param((3, 8, 0), UTC, (3, 13, 0), id="at eight that letter has gone"),
    pytest.param((3, 13, 1), UTC, (3, 18, 0), id="in the afternoon at six"),
    pytest.param((3, 18, 30), UTC, (4, 8, 0), id="in the evening the next morning"),
    pytest.param((3, 23, 59), UTC, (4, 8, 0), id="never at night"),
    pytest.param((3, 4, 0), ZoneInfo("Asia/Tokyo"), (3, 4, 0), id="one o'clock is elsewhere"),
    pytest.param((28, 20, 0), LISBON, (29, 7, 0), id="the night the clocks go forward"),
]


@pytest.mark.parametrize(("now", "zone", "post"), TABLE)
def test_when_letters_leave(
    now: tuple[int, int, int], zone: ZoneInfo, post: tuple[int, int, int]
) -> None:
    moment = datetime(2026, 3, now[0], now[1], now[2], tzinfo=UTC) - timedelta(seconds=1)
    if now[1:] == (8, 0):
        moment += timedelta(seconds=1)
    assert next_post(moment, zone=zone) == datetime(2026, 3, *post, tzinfo=UTC)


def letters(kernel: Kernel, hall: Hall) -> dict[str, list[MailboxEntry]]:
    """Return by name the letters that members got, oldest first."""
    emails = {row.email: row.id for row in hall.scalars(select(Member))}
    names = {id_: name for name, id_ in hall.members.items()}
    found: dict[str, list[MailboxEntry]] = {name: [] for name in hall.members}
    for entry in reversed(list_mailbox(mailbox_of(kernel.settings))):
        found[names[emails[entry.to]]].append(entry)
    return found


def wish(hall: Hall, name: str, wanted: Wish) -> None:
    with hall.db.write.begin() as session:
        set_wish(session.get_one(Member, hall.members[name]), wanted)


def test_each_step_of_a_decision_is_told_once_and_only_while_it_matters(
    kernel: Kernel, hall: Hall
) -> None:
    proposal_id = hall.draft()
    hall.submit(proposal_id)
    hall.pass_days(1)
    got = letters(kernel, hall)
    assert got["bo"] == [], "the author is not asked"
    [asked] = got["cleo"]
    assert asked.subject == "Riverside: Delete what people delete"
    assert "looks for support" in asked.text
    assert f"/coop/proposals/{proposal_id}" in asked.text
    assert asked.html is not None
    assert f'/coop/proposals/{proposal_id}">' in asked.html
    hall.second(proposal_id)
    opens_at = hall.proposal(proposal_id).opens_at
    assert opens_at is not None
    hall.go_to(opens_at)
    hall.vote(proposal_id, "dov")
    hall.pass_days(1)
    got = letters(kernel, hall)
    assert "Voting is open until" in got["cleo"][-1].text
    assert len(got["dov"]) == 1, "who has voted is not asked to"
    hall.pass_days(7)
    hall.pass_days(1)
    got = letters(kernel, hall)
    assert "You have not voted yet" in got["cleo"][-1].text
    assert len(got["dov"]) == 1
    hall.closed(proposal_id, {"ada": "yes", "cleo": "yes"})
    hall.pass_days(1)
    got = letters(kernel, hall)
    assert "This passed" in got["dov"][-1].text
    assert [len(got[name]) for name in ("cleo", "dov")] == [4, 2]


def test_new_terms_are_announced_with_their_day_and_what_changes(
    kernel: Kernel, hall: Hall
) -> None:
    order_id = hall.queued()
    for name in hall.members:
        wish(hall, name, Wish.NONE)
    hall.pass_days(1)
    before = {name: len(found) for name, found in letters(kernel, hall).items()}
    hall.enact(order_id)
    hall.pass_days(1)
    for name, found in letters(kernel, hall).items():
        [told] = found[before[name] :]
        assert "It takes effect on" in told.text
        assert "/coop/documents/terms/diff/1..2" in told.text
        assert "Please accept it by" in told.text


def test_who_has_not_accepted_is_reminded_before_posting_stops(web: Web) -> None:
    hall = web.hall
    hall.enact(hall.queued())
    hall.pass_days(15)
    web.browser("cleo").sent("/coop/documents/terms/accept", version="2")
    before = {name: len(found) for name, found in letters(web.kernel, hall).items()}
    hall.pass_days(11)
    hall.pass_days(1)
    got = letters(web.kernel, hall)
    [told] = got["dov"][before["dov"] :]
    assert "Please read and accept by" in told.text
    assert len(got["cleo"]) == before["cleo"]


def test_many_things_make_one_letter(kernel: Kernel, hall: Hall) -> None:
    for title in ("Quiet hours", "A garden", "A bench"):
        proposal_id = hall.draft("bo", type=DecisionType.POLICY, effects=[], title=title)
        hall.submit(proposal_id)
    hall.pass_days(1)
    [told] = letters(kernel, hall)["eve"]
    assert told.subject == "Riverside: 3 things to know"
    assert all(title in told.text for title in ("Quiet hours", "A garden", "A bench"))


WISHES = [
    pytest.param(Wish.ALL, 1, id="all"),
    pytest.param(Wish.NEEDED, 0, id="only what needs one"),
    pytest.param(Wish.NONE, 0, id="none"),
]


@pytest.mark.parametrize(("wanted", "count"), WISHES)
def test_a_member_gets_the_letters_they_want(
    kernel: Kernel, hall: Hall, wanted: Wish, count: int
) -> None:
    wish(hall, "eve", wanted)
    hall.submit(hall.draft())
    hall.pass_days(1)
    assert len(letters(kernel, hall)["eve"]) == count
    assert hall.scalars(select(MailLine.id)) == []


def test_a_worker_that_was_away_wakes_nobody(kernel: Kernel, hall: Hall) -> None:
    hall.submit(hall.draft())
    hall.go_to(hall.now + timedelta(hours=14))  # Two in the morning.
    assert letters(kernel, hall)["eve"] == []
    hall.go_to(hall.now + timedelta(hours=6))
    assert len(letters(kernel, hall)["eve"]) == 1


def test_nobody_who_left_gets_a_letter(kernel: Kernel, hall: Hall) -> None:
    hall.submit(hall.draft())
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members["eve"]).state = MemberState.LEFT
    hall.pass_days(1)
    assert letters(kernel, hall)["eve"] == []


def test_the_link_in_a_letter_stops_them_only_when_somebody_presses_the_button(
    web: Web,
) -> None:
    hall = web.hall
    hall.submit(hall.draft())
    hall.pass_days(1)
    [told] = letters(web.kernel, hall)["eve"]
    [link] = [line for line in told.text.splitlines() if "/letters/stop/" in line]
    path = link.partition("riverside.example")[2]
    visitor = web.visitor()
    assert "Shall we stop" in visitor.read(path)
    assert eve_wants(hall) is Wish.ALL, "a program that looks at links changes nothing"
    answer = visitor.send(path)
    assert answer.status_code == 200
    assert "They stop." in answer.text
    assert eve_wants(hall) is Wish.NONE


def eve_wants(hall: Hall) -> Wish:
    [settings] = hall.scalars(select(Member.settings).where(Member.id == hall.members["eve"]))
    return Wish(settings.get("letters", "all"))


FORGED = [
    pytest.param("0" * 64, id="a made-up mark"),
    pytest.param("", id="no mark"),
    pytest.param("bo", id="the mark of somebody else"),
]


@pytest.mark.parametrize("mark", FORGED)
def test_a_forged_link_stops_nothing(web: Web, mark: str) -> None:
    hall, keyring = web.hall, web.kernel.keyring
    eve = hall.members["eve"]
    real = stop_mark(keyring, hall.members["bo"]) if mark == "bo" else mark
    visitor = web.visitor()
    assert visitor.get(f"/letters/stop/{eve}/{real}").status_code == 404
    answer = visitor.send(f"/letters/stop/{eve}/{real}", on="/join")
    assert answer.status_code in (404, 405)
    assert eve_wants(hall) is Wish.ALL


def test_the_mark_does_not_sign_anybody_in(web: Web) -> None:
    hall = web.hall
    mark = stop_mark(web.kernel.keyring, hall.members["eve"])
    visitor = web.visitor()
    visitor.read(f"/letters/stop/{hall.members['eve']}/{mark}")
    assert visitor.get("/home").status_code == 303


def test_a_member_chooses_in_the_settings(web: Web) -> None:
    eve = web.browser("eve")
    assert "/settings/letters" in eve.read("/settings")
    assert "checked" in eve.read("/settings/letters")
    eve.sent("/settings/letters", letters="needed")
    assert eve_wants(web.hall) is Wish.NEEDED
    assert eve.send("/settings/letters", letters="daily").status_code == 422
    assert web.visitor().get("/settings/letters").status_code == 303


def test_two_keyrings_make_two_marks(hall: Hall) -> None:
    one, other = Keyring(b"1" * 32), Keyring(b"2" * 32)
    assert stop_mark(one, 1) != stop_mark(other, 1)
