"""AUTH: accounts and sessions. The cases that tests of the packages hold stand in `cases`."""

import os
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.core.mail import list_mailbox, mailbox_of
from app.members.passwords import MEMORY_KIB
from app.members.service import suspend
from app.members.states import MemberState
from app.oauth.service import give_token
from tests.http.conftest import ticket_of
from tests.live import live_site
from tests.pages import Browser
from tests.security.doors import doors_of, rows_in, writing_doors
from tests.web.people.conftest import PASSWORD, House
from tests.web.people.test_login_pages import without_tickets

ALL = ["code-of-conduct/1", "privacy/1", "terms/1"]
TRIES = 8
SECONDS_APART = 0.02


def app_of(browser: Browser) -> FastAPI:
    """Return the product that a browser of the tests looks at."""
    app = browser.client.app
    assert isinstance(app, FastAPI)
    return app


def ask_to_join(house: House, browser: Browser, email: str) -> str:
    """Send the first screen; return all that the visitor sees of it."""
    house.clock.advance(minutes=10)  # Sign-ups of one address are counted.
    browser.visit("/join")
    fields: Any = {"username": "noor", "email": email, "password": PASSWORD, "words": "Bread."}
    answer = browser.send("/join", **fields, ticked=ALL)
    return browser.follow(answer).replace(email, "…")


def ask_for_a_link(house: House, browser: Browser, email: str) -> str:
    """Ask for a new password; return all that the visitor sees of it."""
    house.clock.advance(days=1)
    browser.visit("/recover")
    return browser.follow(browser.send("/recover", email=email)).replace(email, "…")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(ask_to_join, id="1: signing up does not tell who has an account"),
        pytest.param(ask_for_a_link, id="1: a lost password does not tell who has an account"),
    ],
)
def test_known_and_unknown_addresses_are_answered_alike(house: House, ask: Any) -> None:
    browser = house.open_browser()
    best = {"maren@mail.example": 60.0, "nobody@mail.example": 60.0}
    pages: dict[str, str] = {}
    for _ in range(TRIES):
        for email in best:
            began = time.process_time()  # Of all threads: a busy machine changes nothing.
            pages[email] = without_tickets(ask(house, browser, email))
            best[email] = min(best[email], time.process_time() - began)
    known, unknown = pages.values()
    assert known == unknown
    known_best, unknown_best = best.values()
    assert abs(known_best - unknown_best) < SECONDS_APART


BAD_PASSWORDS = [
    pytest.param("x" * 1_000_000, id="8: a megabyte"),
    pytest.param("\0" * 20, id="8: NUL bytes"),
    pytest.param("%ED%A0%80" * 8, id="8: half letters"),
    pytest.param("%FF%FE" * 8, id="8: bytes that are no text"),
]


@pytest.mark.parametrize("password", BAD_PASSWORDS)
@pytest.mark.parametrize("path", ["/login", "/join"])
def test_passwords_that_nobody_has_are_declined_at_once(
    house: House, path: str, password: str
) -> None:
    browser = house.open_browser(test_open=True)
    browser.visit(path)
    ticket = browser.form(path).values["csrf"][0]
    before = rows_in(house.kernel)
    began = time.process_time()
    answer = browser.client.post(
        path,
        content=f"csrf={ticket}&login=maren&password={password}",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in (400, 413, 422)
    assert time.process_time() - began < 1
    assert rows_in(house.kernel) == before


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_8_a_password_is_the_same_however_it_was_typed(house: House, form: Any) -> None:
    password = "Zwölf Kühe im Nebel"
    hasher = app_of(house.open_browser()).state.hasher
    house.add("noor", password_hash=hasher.hash_now(unicodedata.normalize("NFC", password)))
    browser = house.open_browser()
    browser.visit("/login")
    typed = unicodedata.normalize(form, password)
    assert browser.send("/login", login="noor", password=typed).status_code == 303


ADDRESSES = [
    pytest.param("a%b@x", id="10: a source route"),
    pytest.param("'a,b'@x", id="10: a list in quotes"),
    pytest.param("a@x.example\r\nBcc: v@x.example", id="10: another header"),
    pytest.param("a" * 64 + "@" + "b." * 125 + "example", id="10: 321 characters"),
    pytest.param("a(comment)@x.example", id="10: a comment"),
]


@pytest.mark.parametrize("email", ADDRESSES)
def test_an_address_that_leads_elsewhere_gets_no_mail(house: House, email: str) -> None:
    browser = house.open_browser()
    browser.visit("/join")
    fields = {"username": "noor", "email": email, "password": PASSWORD, "ticked": ALL}
    before = rows_in(house.kernel)
    browser.send("/join", status=422, **fields)
    browser.visit("/recover")
    browser.send("/recover", status=422, email=email)
    assert rows_in(house.kernel) == before
    house.runner.run_until_idle()
    assert list_mailbox(mailbox_of(house.kernel.settings)) == []


OPEN_TO_APPLICANTS = ("anyone", "somebody signed in")


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(MemberState.WAITING, id="12: an applicant writes nothing before approval"),
        pytest.param(MemberState.REFUSED, id="12: nor does a refused one"),
        pytest.param(MemberState.LEFT, id="12: nor does somebody who has left"),
    ],
)
def test_who_is_no_member_changes_nothing(house: House, state: MemberState) -> None:
    house.add("noor", state=state, left_at=house.clock.now())
    browser = house.signed_in("noor", test_open=True)
    browser.visit("/place")
    ticket = browser.form("/logout").values["csrf"][0]
    app = app_of(browser)
    closed = [
        door for door in writing_doors(app) if not door.access.startswith(OPEN_TO_APPLICANTS)
    ]
    before = rows_in(house.kernel)
    found = {
        door: browser.client.request(door.method, door.address, data={"csrf": ticket}).status_code
        for door in closed
        if not door.access.startswith(("token", "program"))
    }
    assert len(found) > 30
    assert {door: status for door, status in found.items() if status != 403} == {}
    assert rows_in(house.kernel) == before


def test_13_a_suspended_member_stops_at_the_next_request(house: House) -> None:
    maren = house.add("noor")
    browser = house.signed_in("noor")
    browser.visit("/compose")
    ticket = browser.form("/compose").values["csrf"][0]
    with house.kernel.db.write.begin() as session:
        token = give_token(
            session, member_id=maren, scopes={"coop:read", "coop:vote"}, now=house.clock.now()
        )
        suspend(session, member_id=maren, now=house.clock.now())
    before = rows_in(house.kernel)
    sent = browser.client.post("/compose", data={"csrf": ticket, "words": "x", "press": "post"})
    assert sent.status_code in (303, 403)
    bearer = {"authorization": f"Bearer {token}", "accept": "application/json"}
    assert browser.client.get("/api/coop/v1/documents", headers=bearer).status_code == 401
    assert rows_in(house.kernel) == before
    again = house.signed_in("noor")
    again.visit("/settings/export")
    again.visit("/coop/proposals")


def test_15_every_cookie_of_every_page_is_guarded(house: House) -> None:
    visitor, member = house.open_browser(), house.signed_in("maren")
    app = app_of(member)
    cookies: list[str] = []
    for browser in (visitor, member):
        for door in doors_of(app):
            if door.method == "GET" and not door.access.startswith(("token", "program")):
                answer = browser.client.get(door.address)
                cookies += answer.headers.get_list("set-cookie")
    for action, page in (("/login/confirm", "/login/confirm"), ("/logout", "/settings")):
        member.visit(page)
        fields: Any = {"current": PASSWORD} if page == action else {}
        answer = member.send(action, **fields)
        cookies += answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"__Host-v", "__Host-s"}
    for cookie in cookies:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-"), cookie
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, cookie
        assert not any(flag.startswith("domain") for flag in flags), cookie


MATTERS = [
    pytest.param("/settings/email", {"email": "new@mail.example"}, id="16: another address"),
    pytest.param("/settings/leave", {}, id="16: leaving"),
    pytest.param("/settings/export", {}, id="16: taking one's things along"),
]


@pytest.mark.parametrize(("path", "fields"), MATTERS)
def test_what_matters_asks_for_the_password_again(
    house: House, path: str, fields: dict[str, str]
) -> None:
    browser = house.signed_in("maren")
    browser.visit(path)
    data = {**fields, "csrf": browser.form(path).values["csrf"]}
    house.clock.advance(minutes=15)
    before = rows_in(house.kernel)
    assert browser.led_to(path) == f"/login/confirm?next={path}"
    sent = browser.client.post(path, data=data)
    assert sent.headers["location"].startswith("/login/confirm")
    assert rows_in(house.kernel) == before


LOGINS = 200
SLACK_KIB = 64 * 1024


@pytest.mark.slow
def test_9_two_hundred_sign_ins_at_once_stay_within_their_memory(tmp_path: Path) -> None:
    with live_site(tmp_path, COMMONHOLD_TEST_OPEN="1") as site:
        assert site.process is not None
        limits = httpx2.Limits(max_connections=LOGINS + 1)
        with httpx2.Client(base_url=site.url, timeout=300, limits=limits) as visitor:
            data = {"csrf": ticket_of(visitor.get("/login").text), "password": "wrong"}
            visitor.post("/login", data=data | {"login": "ada"})  # Whatever is loaded once.
            before = peak_memory_kib(site.process.pid)
            began = time.monotonic()
            with ThreadPoolExecutor(LOGINS) as pool:
                storm = [
                    pool.submit(sign_in, visitor, data | {"login": f"ada{n % 2}"})
                    for n in range(LOGINS)
                ]
                others = [timed(visitor, "/about") for _ in range(5)]
                statuses = {one.result() for one in storm}
            took = time.monotonic() - began
        grown = peak_memory_kib(site.process.pid) - before
    assert statuses == {422}
    assert grown < (os.cpu_count() or 1) * MEMORY_KIB + SLACK_KIB
    assert max(others) < max(1, took / 3), "whoever reads does not wait for those who sign in"


def sign_in(client: httpx2.Client, data: dict[str, str]) -> int:
    """Try to sign in; return the status."""
    return client.post("/login", data=data).status_code


def timed(client: httpx2.Client, path: str) -> float:
    """Return how long the page takes."""
    began = time.monotonic()
    assert client.get(path).status_code == 200
    return time.monotonic() - began


def peak_memory_kib(pid: int) -> int:
    """Return how much memory the process has had at most. Source: proc(5), VmHWM."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
