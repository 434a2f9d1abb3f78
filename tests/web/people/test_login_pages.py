"""Signing in and out, lost passwords, and that none of it tells who has an account."""

import statistics
import time
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.core.crypto import hash_secret
from app.members.sessions import actor_of_session
from app.members.states import MemberState
from tests.mails import links_in, mails_to
from tests.pages import Browser
from tests.web.people.conftest import PASSWORD, House

NEW = "three herons at the weir"
SESSION = "__Host-s"


@pytest.fixture(autouse=True)
def people(house: House) -> None:
    house.found()
    house.add("maren")


@pytest.mark.parametrize("login", ["maren", "@Maren", "maren@mail.example", " MAREN@mail.example"])
def test_by_name_or_address(house: House, login: str) -> None:
    browser = house.open_browser()
    browser.visit("/login")
    answer = browser.send("/login", login=login, password=PASSWORD)
    assert answer.headers["location"] == "/home"
    browser.visit("/settings")


def test_every_cookie_is_guarded(house: House) -> None:
    browser = house.open_browser()
    first = browser.client.get("/login").headers["set-cookie"]
    browser.visit("/login")
    answer = browser.send("/login", login="maren", password=PASSWORD)
    for cookie in (first, *answer.headers.get_list("set-cookie")):
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-")
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)


WRONG = [
    pytest.param("maren", "kettle in the reading room", id="a wrong password"),
    pytest.param("maren", "", id="no password"),
    pytest.param("nobody", PASSWORD, id="an unknown name"),
    pytest.param("nobody@mail.example", PASSWORD, id="an unknown address"),
    pytest.param("", "", id="nothing"),
    pytest.param("maren", "x" * 500_000, id="half a megabyte"),
    pytest.param("maren", "\0" * 20, id="NUL"),
    pytest.param("x" * 5000, PASSWORD, id="a very long name"),
    pytest.param("maren' OR 1=1 --", PASSWORD, id="a statement"),
]


@pytest.mark.parametrize(("login", "password"), WRONG)
def test_wrong(house: House, login: str, password: str) -> None:
    browser = house.open_browser()
    browser.visit("/login")
    page = browser.send("/login", status=422, login=login, password=password).text
    assert "do not go together" in page
    assert SESSION not in browser.client.cookies
    assert browser.led_to("/settings").startswith("/login")


def test_unknown_and_known_answer_alike_and_in_the_same_time(house: House) -> None:
    """AUTH 1: same status, same body, and the same work: a hash costs 20 ms of a processor.

    What else the machine does stretches the time, but not the work.
    """
    browser = house.open_browser(test_open=True)
    browser.visit("/login")
    times: dict[str, list[float]] = {"maren": [], "nobody": []}
    pages: dict[str, str] = {}
    for _ in range(15):
        for name, taken in times.items():
            began = time.process_time()
            answer = browser.send("/login", status=422, login=name, password="wrong")
            taken.append(time.process_time() - began)
            pages[name] = without_tickets(answer.text).replace(name, "…")
    assert pages["maren"] == pages["nobody"]
    medians = [statistics.median(taken) for taken in times.values()]
    assert abs(medians[0] - medians[1]) < 0.01


def without_tickets(page: str) -> str:
    parts = page.split('name="csrf" value="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


def test_a_planted_cookie_is_not_kept(house: House) -> None:
    """AUTH 3."""
    browser = house.open_browser()
    browser.client.cookies.set(SESSION, "planted")
    browser.visit("/login")
    browser.send("/login", login="maren", password=PASSWORD)
    secrets = [cookie.value for cookie in browser.client.cookies.jar if cookie.name == SESSION]
    assert "planted" not in secrets[-1:]
    with house.kernel.db.read.begin() as session:
        assert actor_of_session(session, hash_secret("planted"), house.clock.now()) is None


def test_signing_in_again_ends_the_session_before(house: House) -> None:
    browser = house.signed_in("maren")
    before = browser.client.cookies[SESSION]
    thief = house.open_browser()
    thief.client.cookies.set(SESSION, before)
    thief.visit("/settings")
    browser.visit("/settings")
    browser.send("/logout")
    assert thief.led_to("/settings").startswith("/login")
    assert browser.led_to("/settings").startswith("/login")


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        pytest.param("/settings/account", "/settings/account", id="a page of ours"),
        pytest.param("https://evil.example/", "/home", id="another site"),
        pytest.param("//evil.example/", "/home", id="another site without its scheme"),
        pytest.param("/\\evil.example", "/home", id="another site for browsers"),
        pytest.param("", "/home", id="nothing"),
    ],
)
def test_where_it_leads(house: House, wanted: str, to: str) -> None:
    browser = house.open_browser()
    browser.page = browser.client.get("/login", params={"next": wanted})
    answer = browser.send("/login", login="maren", password=PASSWORD)
    assert answer.headers["location"] == to
    assert browser.client.get("/login", params={"next": wanted}).headers["location"] == to


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (MemberState.WAITING, "/place"),
        (MemberState.REFUSED, "/place"),
        (MemberState.LEFT, "/place"),
        (MemberState.SUSPENDED, "/home"),
    ],
)
def test_whoever_is_no_member_sees_where_they_stand(
    house: House, state: MemberState, to: str
) -> None:
    house.add("noor", state=state, left_at=house.clock.now())
    browser = house.open_browser()
    browser.visit("/login")
    assert browser.send("/login", login="noor", password=PASSWORD).headers["location"] == to
    browser.visit("/place")


def test_five_wrong_tries_and_the_account_rests(house: House) -> None:
    browser = house.open_browser()
    browser.visit("/login")
    for _ in range(5):
        browser.send("/login", status=422, login="maren", password="wrong")
    browser.send("/login", status=429, login="MAREN", password=PASSWORD)
    house.clock.advance(minutes=5)
    browser.visit("/login")
    assert browser.send("/login", login="maren", password=PASSWORD).status_code == 303


def test_an_old_hash_is_made_anew(house: House) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    noor = house.add("noor", password_hash=weak)
    browser = house.open_browser()
    browser.visit("/login")
    browser.send("/login", login="noor", password=PASSWORD)
    fresh = house.member(noor).password_hash
    assert fresh is not None
    assert "m=19456,t=2,p=1" in fresh
    house.signed_in("noor")


def ask(house: House, email: str) -> Browser:
    browser = house.open_browser()
    browser.visit("/recover")
    answer = browser.send("/recover", email=email)
    assert answer.headers["location"] == "/recover"
    assert "If there is an account" in browser.visit("/recover")
    house.runner.run_until_idle()
    return browser


def test_a_lost_password(house: House) -> None:
    here = house.signed_in("maren")
    browser = ask(house, "Maren@mail.example")
    link = links_in(house.kernel, to="maren@mail.example")[0].removeprefix(
        "https://riverside.example"
    )
    browser.visit(link)
    page = browser.send("/recover/new", status=422, password="short").text
    assert "at least 8" in page
    answer = browser.send("/recover/new", password=NEW)
    assert "Your new password is set" in browser.follow(answer)
    assert here.led_to("/settings").startswith("/login"), "signed out everywhere"
    browser.send("/login", status=422, login="maren", password=PASSWORD)
    assert browser.send("/login", login="maren", password=NEW).status_code == 303
    house.open_browser().visit(link, status=404)
    house.runner.run_until_idle()
    assert "was changed" in mails_to(house.kernel, "maren@mail.example")[0].subject


def test_an_unknown_address_is_answered_alike_and_gets_no_mail(house: House) -> None:
    ask(house, "nobody@mail.example")
    assert mails_to(house.kernel, "nobody@mail.example") == []


def test_resets_are_counted_for_each_address(house: House) -> None:
    browser = house.open_browser()
    browser.visit("/recover")
    for _ in range(3):
        browser.visit("/recover")
        browser.send("/recover", email="maren@mail.example")
    browser.visit("/recover")
    browser.send("/recover", status=429, email="MAREN@mail.example")


def test_confirming_that_it_is_you(house: House) -> None:
    """AUTH 16: what matters asks again after a quarter of an hour."""
    browser = house.signed_in("maren")
    browser.visit("/settings/email")
    house.clock.advance(minutes=15)
    assert browser.led_to("/settings/email") == "/login/confirm?next=/settings/email"
    before = browser.client.cookies[SESSION]
    browser.visit("/login/confirm?next=/settings/email")
    assert "not your password" in browser.send("/login/confirm", status=422, current="x").text
    answer = browser.send("/login/confirm", current=PASSWORD)
    assert answer.headers["location"] == "/settings/email"
    assert browser.client.cookies[SESSION] != before, "a new secret at each step up"
    browser.visit("/settings/email")
    thief = house.open_browser()
    thief.client.cookies.set(SESSION, before)
    assert thief.led_to("/settings").startswith("/login")


def test_confirming_is_not_guessed(house: House) -> None:
    browser = house.signed_in("maren")
    browser.visit("/login/confirm")
    for _ in range(5):
        browser.send("/login/confirm", status=422, current="wrong")
    browser.send("/login/confirm", status=429, current=PASSWORD)


def test_a_forwarded_address_without_a_trusted_proxy_is_not_believed(house: House) -> None:
    """AUTH 14: twenty names from one socket are one address."""
    browser = house.open_browser()
    browser.visit("/login")
    data: dict[str, Any] = {"csrf": browser.form("/login").values["csrf"], "password": "wrong"}
    answers = [
        browser.client.post(
            "/login",
            data=data | {"login": f"somebody{n}"},
            headers={
                "x-forwarded-for": f"203.0.113.{n}",
                "forwarded": f"for=203.0.113.{n}",
                "client-ip": f"203.0.113.{n}",
            },
        ).status_code
        for n in range(21)
    ]
    assert answers == [422] * 20 + [429]
