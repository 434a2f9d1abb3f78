"""Settings: each group keeps what it says, ends what it says, and is one's own."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.crypto import hash_secret
from app.members.offices import Office
from app.members.service import suspend
from app.members.states import MemberState
from app.oauth.models import AccessToken
from app.oauth.queries import actor_of_token
from app.oauth.service import give_token
from tests.factories import NOON
from tests.mails import links_in, mails_to
from tests.web.people.conftest import PASSWORD, House

NEW = "three herons at the weir"
HERE = "https://riverside.example"


@pytest.fixture
def maren(house: House) -> int:
    house.found()
    return house.add("maren", offices=(Office.TREASURER,))


def token_of(house: House, member_id: int) -> str:
    with house.kernel.db.write.begin() as session:
        return give_token(session, member_id=member_id, scopes={"read", "coop:vote"}, now=NOON)


def is_good(house: House, token: str) -> bool:
    with house.kernel.db.read.begin() as session:
        return actor_of_token(session, hash_secret(token), house.clock.now()) is not None


@pytest.mark.usefixtures("maren")
def test_every_page_is_there(house: House) -> None:
    browser = house.signed_in("maren")
    page = browser.visit("/settings")
    assert "treasurer" in page
    assert "ends by itself on" in page
    for path in ("account", "email", "password", "security", "apps", "invitations", "leave"):
        browser.visit(f"/settings/{path}")
    browser.visit("/coop/audit")


def test_language_zone_and_look_are_kept(house: House, maren: int) -> None:
    browser = house.signed_in("maren")
    browser.visit("/settings/account")
    taste: dict[str, Any] = {"locale": "en", "time_zone": "Europe/Lisbon", "theme": "dark"}
    browser.send("/settings/account", **taste)
    assert 'data-theme="dark"' in browser.visit("/settings/account")
    member = house.member(maren)
    assert (member.locale, member.time_zone) == ("en", "Europe/Lisbon")
    for name, bad in (("locale", "xx"), ("time_zone", "../etc/passwd"), ("theme", "pink")):
        browser.visit("/settings/account")
        browser.send("/settings/account", status=422, **(taste | {name: bad}))


def test_another_address(house: House, maren: int) -> None:
    browser = house.signed_in("maren")
    browser.visit("/settings/email")
    assert browser.send("/settings/email", status=422, email="x").status_code == 422
    for email in ("one@mail.example", "two@mail.example"):
        browser.visit("/settings/email")
        browser.send("/settings/email", email=email)
    house.runner.run_until_idle()
    [older] = links_in(house.kernel, to="one@mail.example")
    [newer] = links_in(house.kernel, to="two@mail.example")
    visitor = house.open_browser()
    visitor.visit(older.removeprefix(HERE), status=404)
    visitor.visit(newer.removeprefix(HERE))
    assert house.member(maren).email == "maren@mail.example", "opening it changes nothing"
    visitor.send("/settings/email/confirm")
    assert house.member(maren).email == "two@mail.example"
    house.runner.run_until_idle()
    assert "was changed" in mails_to(house.kernel, "maren@mail.example")[0].subject


def test_another_password_ends_every_other_way_in(house: House, maren: int) -> None:
    here, there = house.signed_in("maren"), house.signed_in("maren")
    token = token_of(house, maren)
    here.visit("/settings/password")
    here.send("/settings/password", status=422, current="wrong", password=NEW)
    here.send("/settings/password", status=422, current=PASSWORD, password="short")
    assert is_good(house, token)
    here.send("/settings/password", current=PASSWORD, password=NEW)
    here.visit("/settings/security")
    assert there.led_to("/settings").startswith("/login")
    assert not is_good(house, token)


def test_sessions_are_listed_and_ended(house: House, maren: int) -> None:
    here, there = house.signed_in("maren"), house.signed_in("maren")
    house.signed_in("ada")
    page = here.visit("/settings/security")
    assert page.count("Firefox on Linux</b>") == 2
    action = page.partition('action="/settings/security/')[2].partition('"')[0]
    here.send(f"/settings/security/{action}")
    assert there.led_to("/settings").startswith("/login")
    here.visit("/settings/security")
    assert maren


def test_nobody_ends_what_is_of_another(house: House, maren: int) -> None:
    token_of(house, maren)
    with house.kernel.db.read.begin() as session:
        token_id = session.scalar(select(AccessToken.id))
    ada = house.signed_in("ada")
    ada.visit("/settings")
    data = {"csrf": ada.form("/logout").values["csrf"]}
    for path in (f"apps/{token_id}/revoke", "security/5/end", "invitations/5/end"):
        assert ada.client.post(f"/settings/{path}", data=data).status_code == 404
    with house.kernel.db.read.begin() as session:
        assert session.scalar(select(func.count(AccessToken.id))) == 1


def test_an_application_is_stopped(house: House, maren: int) -> None:
    token = token_of(house, maren)
    browser = house.signed_in("maren")
    page = browser.visit("/settings/apps")
    assert "propose and vote in your name" in page
    assert token not in page
    action = page.partition('action="/settings/apps/')[2].partition('"')[0]
    browser.send(f"/settings/apps/{action}")
    assert not is_good(house, token)


def test_leaving_asks_for_the_password_and_keeps_the_row(house: House, maren: int) -> None:
    browser = house.signed_in("maren")
    house.clock.advance(minutes=16)
    assert browser.led_to("/settings/leave").startswith("/login/confirm")
    browser.visit("/login/confirm?next=/settings/leave")
    browser.send("/login/confirm", current=PASSWORD)
    browser.visit("/settings/leave")
    browser.send("/settings/leave")
    assert browser.led_to("/settings").startswith("/login")
    assert house.member(maren).state is MemberState.LEFT
    again = house.signed_in("maren")
    assert "You have left" in again.visit("/place")
    again.visit("/home", status=403)


def test_a_suspended_member_is_signed_out_and_reads_on(house: House, maren: int) -> None:
    browser = house.signed_in("maren")
    with house.kernel.db.write.begin() as session:
        suspend(session, member_id=maren, now=NOON)
    assert browser.led_to("/settings").startswith("/login")
    again = house.signed_in("maren")
    assert "suspended" in again.visit("/place")
    again.visit("/settings")
    again.visit("/settings/invitations", status=403)
    again.visit("/duties", status=403)


def test_the_desk_keeps_notes_for_the_next(house: House, maren: int) -> None:
    browser = house.signed_in("maren")
    assert "treasurer" in browser.visit("/duties")
    browser.send("/duties/note", office="treasurer", text="The second key is with Yusuf.")
    assert "The second key is with Yusuf." in browser.visit("/duties")
    data = {"csrf": browser.form("/duties/note").values["csrf"], "office": "admin", "text": "x"}
    assert browser.client.post("/duties/note", data=data).status_code == 403
    house.clock.advance(days=170)
    house.signed_in("maren").visit("/duties", status=403)
    assert maren


def test_the_first_days(house: House) -> None:
    house.found()
    house.add("noor", joined_at=NOON, covered=False)
    browser = house.signed_in("noor")
    page = browser.visit("/welcome")
    assert "Come in, noor" in page
    assert "Serves as" in page
    for step in ("Follow somebody", "Say hello", "Try the ballot box", "Free until 9"):
        assert step in page
    browser.send("/welcome/skip")
    assert "Follow somebody" not in browser.visit("/welcome")
    house.clock.advance(days=14)
    assert house.signed_in("noor").led_to("/welcome") == "/home"
