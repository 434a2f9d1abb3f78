"""Joining through the pages: two screens, each mode of the door, the queue, nothing given away."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.settings import Registration
from app.http.letters import open_letters
from app.members.consent import accepted_by
from app.members.models import Member, RequiredVersion
from app.members.offices import Office
from app.members.queries import member_by_username
from app.members.signup import Door, Form, begin
from app.members.states import MemberState
from tests.factories import NOON
from tests.mails import code_in, links_in, mails_to
from tests.pages import Browser
from tests.web.people.conftest import PASSWORD, House

MAREN: dict[str, Any] = {
    "username": "maren",
    "email": "maren@mail.example",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def founded(house: House) -> None:
    house.found()


def members(house: House) -> int:
    with house.kernel.db.read.begin() as session:
        return session.scalar(select(func.count(Member.id))) or 0


def apply(house: House, browser: Browser, **changed: Any) -> None:
    """Fill in the first screen, and let the worker send the code."""
    page = browser.visit("/join")
    filled = MAREN | ({"words": "The oven."} if "What brings you here" in page else {})
    ticks = browser.form("/join").names & {"ticked"}
    filled |= {"ticked": ALL} if ticks else {}
    answer = browser.send("/join", **(filled | changed))
    assert answer.headers["location"] == "/join/confirm"
    house.runner.run_until_idle(kind="mail.send")


ALL = ["terms/1", "privacy/1", "code-of-conduct/1"]


def confirm(house: House, browser: Browser, *, to: str = "maren@mail.example") -> str:
    """Type the code, and return where that leads."""
    browser.visit("/join/confirm")
    answer = browser.send("/join/confirm", code=code_in(house.kernel, to=to))
    return answer.headers["location"]


def test_open_in_two_screens(house: House) -> None:
    browser = house.open_browser(registration=Registration.OPEN)
    apply(house, browser)
    assert members(house) == 1, "nobody is entered before the code"
    assert "maren@mail.example" in browser.visit("/join/confirm")
    assert confirm(house, browser) == "/welcome"
    assert "Come in, maren" in browser.visit("/welcome")
    with house.kernel.db.read.begin() as session:
        maren = member_by_username(session, "maren")
        assert maren is not None
        assert maren.state is MemberState.ACTIVE
        assert set(accepted_by(session, maren.id)) == {tick.partition("/")[0] for tick in ALL}
    assert browser.led_to("/join") == "/home", "members have joined already"


def test_by_application_with_an_answer(house: House) -> None:
    browser = house.open_browser(registration=Registration.APPLICATION)
    apply(house, browser)
    assert confirm(house, browser) == "/place"
    assert "The oven." in browser.visit("/place")
    for path in ("/home", "/coop/audit", "/welcome", "/settings/invitations", "/duties"):
        assert browser.client.get(path).status_code in (403, 404), path
    browser.visit("/settings")

    ada = house.signed_in("ada")
    assert "one person waits for an answer" in ada.visit("/duties")
    page = ada.visit("/duties/admin/applications")
    assert "The oven." in page
    assert "maren@mail.example" not in page
    with house.kernel.db.read.begin() as session:
        maren = member_by_username(session, "maren")
        assert maren is not None
    ada.send(f"/duties/admin/applications/{maren.id}/admit")
    house.runner.run_until_idle(kind="mail.send")
    assert "Come in" in mails_to(house.kernel, "maren@mail.example")[0].subject
    assert "Come in, maren" in browser.visit("/welcome"), "the same browser, without signing in"
    audit = browser.visit("/coop/audit")
    assert "@ada let @maren in." in audit
    assert "@ada founded the co-op." in audit


def test_a_refused_applicant_reads_why(house: House) -> None:
    browser = house.open_browser()
    apply(house, browser)
    confirm(house, browser)
    ada = house.signed_in("ada")
    ada.visit("/duties/admin/applications")
    with house.kernel.db.read.begin() as session:
        maren = member_by_username(session, "maren")
        assert maren is not None
    ada.send(f"/duties/admin/applications/{maren.id}/refuse", answer="We are full. <b>Sorry.</b>")
    house.runner.run_until_idle(kind="mail.send")
    assert "We are full." in mails_to(house.kernel, "maren@mail.example")[0].text
    page = browser.visit("/place")
    assert "We are full. &lt;b&gt;Sorry." in page
    ada.visit("/settings")
    data = {"csrf": ada.form("/logout").values["csrf"]}
    late = ada.client.post(f"/duties/admin/applications/{maren.id}/admit", data=data)
    assert late.status_code == 409, "it was answered already"


def test_an_application_can_be_taken_back(house: House) -> None:
    browser = house.open_browser()
    apply(house, browser)
    confirm(house, browser)
    browser.visit("/place")
    browser.send("/place/withdraw")
    assert browser.led_to("/place").startswith("/login")
    assert "Nobody waits" in house_queue(house)


def house_queue(house: House) -> str:
    return house.signed_in("ada").visit("/duties/admin/applications")


def test_by_invitation(house: House) -> None:
    ada = house.signed_in("ada")
    ada.visit("/settings/invitations")
    ada.send("/settings/invitations", uses="1", days="7")
    link = ada.visit("/settings/invitations").partition("/join?invite=")[2].partition("<")[0]
    closed = house.open_browser(registration=Registration.INVITE)
    assert "by invitation" in closed.visit("/join")
    assert "by invitation" in closed.visit("/join?invite=another")
    browser = house.open_browser(registration=Registration.INVITE)
    browser.visit(f"/join?invite={link}")
    answer = browser.send("/join", **MAREN, ticked=ALL)
    assert answer.status_code == 303
    house.runner.run_until_idle(kind="mail.send")
    assert confirm(house, browser) == "/welcome"
    assert "Invited you" in browser.visit("/welcome")
    assert "by invitation" in closed.visit(f"/join?invite={link}"), "used up"


@pytest.mark.parametrize("registration", [Registration.CLOSED, Registration.INVITE])
def test_a_closed_door_takes_no_form(house: House, registration: Registration) -> None:
    open_one, closed = house.open_browser(), house.open_browser(registration=registration)
    open_one.visit("/join")
    closed.client.cookies = open_one.client.cookies
    ticket = open_one.form("/join").values["csrf"]
    answer = closed.client.post("/join", data={"csrf": ticket, **MAREN, "ticked": ALL})
    assert answer.status_code == 403
    assert members(house) == 1


def test_held_open_for_tests(house: House) -> None:
    browser = house.open_browser(registration=Registration.APPLICATION, test_open=True)
    browser.visit("/join")
    answer = browser.send("/join", **MAREN, ticked=ALL)
    assert answer.headers["location"] == "/welcome"
    assert "Come in, maren" in browser.visit("/welcome")


FAULTS = [
    pytest.param({"username": "Ma Ren"}, "username", id="a name with a space"),
    pytest.param({"username": "moderator"}, "username", id="the name of an office"),
    pytest.param({"username": "ADA"}, "username", id="capitals"),
    pytest.param({"username": "ada"}, "username", id="a taken name"),
    pytest.param({"email": "maren"}, "email", id="no address"),
    pytest.param({"email": "a%b@x"}, "email", id="a source route"),
    pytest.param({"email": "a@x.example\r\nBcc: v@x.example"}, "email", id="another header"),
    pytest.param({"email": "a" * 64 + "@" + "b." * 126 + "example"}, "email", id="too long"),
    pytest.param({"email": "a(comment)@x.example"}, "email", id="a comment"),
    pytest.param({"password": "short"}, "password", id="a short password"),
    pytest.param({"password": "x" * 1025}, "password", id="a long password"),
    pytest.param({"password": "maren2026!"}, "password", id="made of the name"),
    pytest.param({"ticked": ALL[:2]}, "ticked", id="one document not ticked"),
    pytest.param({"words": "x" * 1001}, "words", id="too many words"),
]


@pytest.mark.parametrize(("changed", "field"), FAULTS)
def test_faults(house: House, changed: dict[str, Any], field: str) -> None:
    browser = house.open_browser()
    browser.visit("/join")
    page = browser.send("/join", status=422, **(MAREN | {"ticked": ALL} | changed)).text
    assert f'<a href="#{field}">' in page
    assert members(house) == 1
    assert PASSWORD not in page


def test_all_that_is_to_mend_is_said_at_once(house: House) -> None:
    browser = house.open_browser()
    browser.visit("/join")
    page = browser.send("/join", status=422, username="ada", email="x", password="short").text
    assert "4 things to mend" in page


@pytest.mark.parametrize("spelling", ["ada@mail.example", "ADA@Mail.Example"])
def test_a_known_address_looks_like_any_other(house: House, spelling: str) -> None:
    """Same status, same place, same words; only the owner of the address is told, by mail."""
    known, unknown = house.open_browser(), house.open_browser()
    apply(house, known, email=spelling)
    apply(house, unknown)
    assert "account" in mails_to(house.kernel, "ada@mail.example")[0].subject
    pages = []
    for browser, email in ((known, spelling.lower()), (unknown, MAREN["email"])):
        page = browser.visit("/join/confirm")
        wrong = browser.send("/join/confirm", status=422, code="x").text
        pages.append(plain(page + wrong).lower().replace(email, "…"))
    assert pages[0] == pages[1]


def plain(page: str) -> str:
    """Return the page without its tickets, which differ each time."""
    parts = page.split('name="csrf" value="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


def test_wrong_codes_are_counted_although_they_are_refused(house: House) -> None:
    browser = house.open_browser()
    apply(house, browser)
    right = code_in(house.kernel, to="maren@mail.example")
    browser.visit("/join/confirm")
    for _ in range(5):
        browser.send("/join/confirm", status=422, code=f"{(int(right) + 1) % 1_000_000:06}")
    page = browser.send("/join/confirm", status=422, code=right).text
    assert "too often" in page
    browser.send("/join/code", email="maren@new.example")
    house.runner.run_until_idle(kind="mail.send")
    assert confirm(house, browser, to="maren@new.example") == "/place"


def test_another_browser_cannot_finish_a_sign_up(house: House) -> None:
    apply(house, house.open_browser())
    thief = house.open_browser()
    assert thief.led_to("/join/confirm") == "/join"
    thief.visit("/join")
    data = {
        "csrf": thief.form("/join").values["csrf"],
        "code": code_in(house.kernel, to="maren@mail.example"),
    }
    assert thief.client.post("/join/confirm", data=data).status_code == 404
    assert members(house) == 1


def test_a_document_that_changed_meanwhile_is_not_taken_as_accepted(house: House) -> None:
    browser = house.open_browser(registration=Registration.OPEN)
    apply(house, browser)
    with house.kernel.db.write.begin() as session:
        session.add(
            RequiredVersion(
                slug="terms",
                version=2,
                title="Terms",
                hash="h",
                effective_at=NOON,
                accept_by=NOON,
            )
        )
    confirm(house, browser)
    with house.kernel.db.read.begin() as session:
        maren = member_by_username(session, "maren")
        assert maren is not None
        assert "terms" not in accepted_by(session, maren.id)


def test_the_door_is_not_hammered(house: House) -> None:
    browser = house.open_browser()
    browser.visit("/join")
    for _ in range(5):
        browser.send("/join", status=422, username="x")
    browser.send("/join", status=429, username="x")


def test_who_answers_applications(house: House) -> None:
    for office, status in [
        (Office.ADMIN, 200),
        (Office.SECRETARY, 200),
        (Office.TREASURER, 403),
        (Office.MODERATOR, 403),
    ]:
        house.add(office.value + "s", offices=(office,))
        house.signed_in(office.value + "s").visit("/duties/admin/applications", status=status)


def test_the_link_of_a_program_is_clicked_and_signs_nobody_in(house: House) -> None:
    kernel = house.kernel
    more: dict[str, Any] = {"ticked": ALL, "by_link": True}
    form = Form("maren", "maren@mail.example", house.password_hash, **more)
    with kernel.db.write.begin() as session:
        door = Door(Registration.OPEN)
        begin(session, open_letters(kernel), kernel.keyring, form, door=door, now=NOON)
    house.runner.run_until_idle(kind="mail.send")
    [link] = links_in(kernel, to="maren@mail.example")
    browser = house.open_browser(registration=Registration.OPEN)
    browser.visit("/join/link?link=guessed", status=404)
    assert "@maren" in browser.visit(link.removeprefix("https://riverside.example"))
    assert members(house) == 1, "opening it changes nothing"
    answer = browser.send("/join/link")
    assert answer.headers["location"] == "/login"
    assert "Your address is confirmed" in browser.follow(answer)
    assert members(house) == 2
    assert browser.led_to("/settings").startswith("/login")
    browser.visit(link.removeprefix("https://riverside.example"), status=404)
