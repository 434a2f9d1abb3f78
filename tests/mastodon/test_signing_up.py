"""Signing up by a program: every fault by its code, a token that waits, and nothing told."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.members.consent import accepted_by
from app.members.models import Member, SignUp
from app.members.queries import member_by_username
from app.members.states import MemberState
from tests.fakes import FixedClock
from tests.governance.web import SQLITE
from tests.mails import links_in, mails_to
from tests.mastodon.programs import HERE, Program, bearer
from tests.web.people.conftest import PASSWORD, House

NOOR: Mapping[str, Any] = {
    "username": "noor",
    "email": "noor@mail.example",
    "password": PASSWORD,
    "agreement": True,
    "locale": "en",
    "reason": "I live above the bakery.",
}
UNCONFIRMED = "Your login is missing a confirmed e-mail address"


@pytest.fixture
def house(kernel: Kernel, runner: Runner, clock: FixedClock, password_hash: str) -> House:
    """A site founded by ada, with the member maren."""
    house = House(kernel, runner, clock, password_hash)
    house.found()
    house.add("maren")
    return house


def program_at(house: House, **settings: Any) -> Program:
    program = Program(house.open_browser(**settings).client)
    program.register()
    return program


def signed_up(program: Program, way: str = "json", **changed: Any) -> Any:
    headers = bearer(program.own_token("read write"))
    return program.send(way, "/api/v1/accounts", {**NOOR, **changed}, headers=headers)


def who_am_i(program: Program, token: Mapping[str, Any]) -> tuple[int, str]:
    answer = program.client.get("/oauth/userinfo", headers=bearer(token))
    return answer.status_code, answer.json().get("error") or answer.json()["preferred_username"]


FAULTS = [
    pytest.param({"username": ""}, "username", "ERR_BLANK", id="no name"),
    pytest.param({"username": "x y"}, "username", "ERR_INVALID", id="a name that is none"),
    pytest.param({"username": "x" * 31}, "username", "ERR_TOO_LONG", id="a long name"),
    pytest.param({"username": "admin"}, "username", "ERR_RESERVED", id="the name of an office"),
    pytest.param({"username": "maren"}, "username", "ERR_TAKEN", id="a name that is taken"),
    pytest.param({"username": "a_da"}, "username", "ERR_RESERVED", id="nearly an officer's"),
    pytest.param({"email": ""}, "email", "ERR_BLANK", id="no address"),
    pytest.param({"email": "a@x\r\nBcc:v"}, "email", "ERR_INVALID", id="an address that is none"),
    pytest.param({"password": ""}, "password", "ERR_BLANK", id="no password"),
    pytest.param({"password": "short"}, "password", "ERR_TOO_SHORT", id="a short password"),
    pytest.param({"password": "x" * 1025}, "password", "ERR_TOO_LONG", id="a long password"),
    pytest.param({"password": "password1"}, "password", "ERR_INVALID", id="everybody's password"),
    pytest.param({"agreement": "false"}, "agreement", "ERR_ACCEPTED", id="without agreeing"),
    pytest.param({"agreement": None}, "agreement", "ERR_ACCEPTED", id="without a word of it"),
    pytest.param({"reason": ""}, "reason", "ERR_BLANK", id="without a reason"),
    pytest.param({"reason": "x" * 1001}, "reason", "ERR_TOO_LONG", id="with a novel"),
]


@SQLITE
def test_every_fault_has_its_code(house: House) -> None:
    program = program_at(house)
    headers = bearer(program.own_token("read write"))
    for param in FAULTS:
        changed, field, code = param.values
        house.clock.advance(minutes=10)  # Sign-ups of one address are counted.
        assert isinstance(changed, dict)
        sent = {**NOOR, **changed}
        answer = program.send("json", "/api/v1/accounts", sent, headers=headers)
        assert answer.status_code == 422, param.id
        assert answer.json()["error"].startswith("Validation failed: ")
        [(named, [told])] = answer.json()["details"].items()
        assert (named, told["error"]) == (field, code), param.id
        assert told["description"]
    with house.kernel.db.read.begin() as session:
        assert session.scalar(select(func.count(SignUp.id))) == 0


@SQLITE
def test_all_faults_are_told_at_once_and_doors_stay_closed(house: House) -> None:
    program = program_at(house)
    headers = bearer(program.own_token("read write"))
    answer = program.send("json", "/api/v1/accounts", {}, headers=headers)
    fields = {"username", "email", "password", "agreement", "reason"}
    assert set(answer.json()["details"]) == fields
    reads = bearer(program.own_token("read"))
    for token, status in (({}, 401), (reads, 403)):
        answer = program.send("json", "/api/v1/accounts", NOOR, headers=token)
        assert answer.status_code == status
    for door in ("closed", "invite"):
        house.clock.advance(minutes=30)
        assert signed_up(program_at(house, registration=door)).status_code == 403


@pytest.mark.parametrize("way", ["json", "form"])
def test_a_token_that_waits_for_the_link_and_for_an_answer(house: House, way: str) -> None:
    program = program_at(house)
    token = signed_up(program, way, locale="xx-YY").json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "follow profile push read write")
    assert who_am_i(program, token) == (403, UNCONFIRMED)
    assert program.client.get("/api/coop/v1/me", headers=bearer(token)).status_code == 401

    sent = {"email": "noor@other.example"}
    again = program.send(way, "/api/v1/emails/confirmations", sent, headers=bearer(token))
    assert (again.status_code, again.json()) == (200, {})
    house.runner.run_until_idle(kind="mail.send")
    [old] = links_in(house.kernel, to="noor@mail.example")
    [link] = links_in(house.kernel, to="noor@other.example")
    browser = house.open_browser()
    browser.visit(old.removeprefix(HERE), status=404)
    browser.visit(link.removeprefix(HERE))
    browser.send("/join/link")
    assert who_am_i(program, token) == (403, "Your login is currently pending approval")
    again = program.send(way, "/api/v1/emails/confirmations", {}, headers=bearer(token))
    assert again.status_code == 403

    with house.kernel.db.write.begin() as session:
        noor = member_by_username(session, "noor")
        assert noor is not None
        assert (noor.words, noor.state) == (NOOR["reason"], MemberState.WAITING)
        assert accepted_by(session, noor.id), "the versions agreed to are on record"
        noor.state = MemberState.ACTIVE
    assert who_am_i(program, token) == (200, "noor")


def test_nothing_tells_whose_address_it_is(house: House) -> None:
    program = program_at(house)
    known = signed_up(program, email="maren@mail.example").json()
    unknown = signed_up(program, username="yusuf").json()
    assert set(known) == set(unknown)
    assert who_am_i(program, known) == who_am_i(program, unknown) == (403, UNCONFIRMED)
    house.runner.run_until_idle(kind="mail.send")
    assert "already" in mails_to(house.kernel, "maren@mail.example")[0].subject
    assert not [
        link for link in links_in(house.kernel, to="maren@mail.example") if "link=" in link
    ]
    house.clock.advance(days=1)
    house.runner.run_until_idle(kind="people.tidy")
    assert who_am_i(program, known) == (401, "The access token is invalid")


def test_a_site_open_for_tests_lets_in_at_once(house: House) -> None:
    program = program_at(house, test_open=True)
    token = signed_up(program, reason="").json()
    assert who_am_i(program, token) == (200, "noor")
    again = program.send("json", "/api/v1/emails/confirmations", {}, headers=bearer(token))
    assert again.status_code == 403
    with house.kernel.db.read.begin() as session:
        assert session.scalar(select(func.count(Member.id))) == 3


def test_a_token_from_signing_up_never_votes(house: House) -> None:
    program = Program(house.open_browser(test_open=True).client)
    program.register("read write coop:vote admin:read")
    token = signed_up(program).json()
    assert token["scope"] == "read write"
    answer = program.client.get("/api/coop/v1/me", headers=bearer(token))
    assert answer.status_code == 403
