"""OAUTH: programs, their tokens, and what neither opens."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from app.core.crypto import hash_secret
from app.core.kernel import Kernel
from app.mastodon.oauth import SENT
from app.members.offices import Office
from app.oauth.models import AccessToken
from app.oauth.service import give_token
from app.wiring import METADATA
from tests.factories import NOON
from tests.governance.web import SQLITE
from tests.mastodon.programs import Program, bearer
from tests.oauth.programs import DONE, PROOF, VERIFIER
from tests.security.doors import doors_of
from tests.security.test_auth import app_of
from tests.web.people.conftest import House

THEIR_SCOPES = "read write follow push admin:read admin:write"


def in_clear(kernel: Kernel) -> Iterator[str]:
    """Yield every value of every row of every table, as text."""
    with kernel.db.read.begin() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)):
                yield from map(str, row)


@SQLITE
def test_25_26_27_no_token_of_mastodons_scopes_enters_the_co_op(house: House) -> None:
    """Nor does a program's own token, nor a browser's secret that poses as one."""
    officer = house.add("noor", offices=tuple(Office))
    browser = house.signed_in("noor", test_open=True)
    program = Program(house.open_browser(test_open=True).client)
    program.register(THEIR_SCOPES)
    with house.kernel.db.write.begin() as session:
        token = give_token(session, member_id=officer, scopes=THEIR_SCOPES.split(), now=NOON)
    cases = {
        "an officer's": (bearer({"access_token": token}), 403),
        "a program's own": (bearer(program.own_token("read write")), 401),
        "a browser's": (bearer({"access_token": browser.client.cookies["__Host-s"]}), 401),
    }
    doors = [door for door in doors_of(app_of(browser)) if door.access.startswith("token: coop:")]
    assert len(doors) > 40
    for door in doors:
        for whose, (headers, status) in cases.items():
            answer = program.client.request(door.method, door.address, headers=headers, json={})
            assert answer.status_code == status, f"{door} with {whose}: {answer.text}"


@SQLITE
def test_33_a_cookie_opens_no_door_of_programs(house: House) -> None:
    browser = house.signed_in("maren", test_open=True)
    far = {"origin": "https://far.example", "accept": "application/json"}
    programs = ("token", "program")
    doors = [door for door in doors_of(app_of(browser)) if door.access.startswith(programs)]
    for door in doors:
        answer = browser.client.request(door.method, door.address, headers=far)
        assert answer.status_code == 401, f"{door}: {answer.text}"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    beforehand = browser.client.options(
        "/api/v1/apps", headers={**far, "access-control-request-method": "POST"}
    )
    assert beforehand.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in beforehand.headers


def test_32_the_database_holds_no_secret_that_opens_anything(house: House) -> None:
    browser = house.signed_in("maren")
    program = Program(house.open_browser().client)
    made = program.register()
    asked: Any = {"response_type": "code", "client_id": made["client_id"], "redirect_uri": DONE}
    codes = []
    for _ in range(2):
        browser.visit(f"/oauth/authorize?{urlencode({**asked, **PROOF})}")
        whole = {**browser.form("/oauth/authorize").values, "answer": "yes"}
        led_to = browser.client.post("/oauth/authorize", data=whole).headers["location"]
        codes += parse_qs(urlsplit(led_to).query)["code"]
    sent = {**program.redeems(codes[0]), "code_verifier": VERIFIER}
    token = program.send("json", "/oauth/token", sent).json()["access_token"]
    own = program.own_token("read")["access_token"]
    cookies = [browser.client.cookies["__Host-s"]]
    secrets = [made["client_secret"], *codes, token, own, *cookies]
    kept = "\n".join(in_clear(house.kernel))
    assert hash_secret(token) in kept, "the rows were looked at"
    assert not [secret for secret in secrets if secret in kept]


@SQLITE
def test_a_token_used_at_the_co_op_api_is_noted_too(house: House) -> None:
    member_id = house.add("noor")
    with house.kernel.db.write.begin() as session:
        token = give_token(session, member_id=member_id, scopes={"coop:read"}, now=NOON)
    program = Program(house.open_browser().client)
    for _ in range(2):
        assert program.client.get(
            "/api/coop/v1/me", headers=bearer({"access_token": token})
        ).is_success
    with house.kernel.db.read.begin() as session:
        assert session.scalars(select(AccessToken.last_used_on)).all() == [NOON.date()]


HUGE = [
    pytest.param("x" * 100_000, id="long"),
    pytest.param("ü\u202e\ud7ff", id="letters beyond ASCII"),
    pytest.param("\x00\x01", id="signs that cannot be kept"),
    pytest.param({"a": ["b"]}, id="no text"),
    pytest.param(10**30, id="a large number"),
]


@SQLITE
@pytest.mark.parametrize("value", HUGE)
def test_nonsense_in_any_field_is_refused_without_a_crash(house: House, value: Any) -> None:
    program = Program(house.open_browser(test_open=True).client)
    program.register()
    for path in ("/oauth/token", "/oauth/revoke", "/api/v1/apps"):
        grants = ("authorization_code", "client_credentials", "password", value)
        for grant in grants:
            for name in SENT:
                sent = {**program.own(grant_type="x", code="x", token="x"), "grant_type": grant}
                answer = program.send("json", path, sent | {name: value})
                assert answer.status_code < 500, f"{path} {grant} {name}: {answer.text}"
                assert "error" in json.loads(answer.text) or answer.status_code == 200
