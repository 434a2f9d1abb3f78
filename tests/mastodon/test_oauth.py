"""The doors for programs over HTTP: four ways to send, names of errors, and what is told."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from app.core.kernel import Kernel
from app.core.pushkey import public_push_key
from app.core.runner import Runner
from app.mastodon.oauth import metadata
from app.oauth.service import give_token
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.governance.web import SQLITE
from tests.mastodon.programs import HERE, WAYS, Program, bearer
from tests.oauth.programs import DONE
from tests.web.people.conftest import PASSWORD, House


@pytest.fixture
def house(kernel: Kernel, runner: Runner, clock: FixedClock, password_hash: str) -> House:
    """A site founded by ada, with the member maren."""
    house = House(kernel, runner, clock, password_hash)
    house.found()
    house.add("maren")
    return house


@pytest.fixture
def program(house: House) -> Program:
    return Program(house.open_browser().client)


@pytest.mark.parametrize("way", WAYS)
def test_a_program_introduces_itself_in_four_ways(
    house: House, program: Program, way: str
) -> None:
    said = {"client_name": "Tusk", "website": "https://tusk.example", "scopes": "read push"}
    answer = program.send(way, "/api/v1/apps/", {**said, "redirect_uris": f"{DONE}\nx://y"})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert made == {
        "id": made["id"],
        "name": "Tusk",
        "website": "https://tusk.example",
        "scopes": ["push", "read"],
        "redirect_uris": [DONE, "x://y"],
        "redirect_uri": f"{DONE}\nx://y",
        "vapid_key": public_push_key(house.kernel.keyring),
        "client_id": made["client_id"],
        "client_secret": made["client_secret"],
        "client_secret_expires_at": 0,
    }
    assert made["id"].isdecimal()
    assert answer.headers["access-control-allow-origin"] == "*"


REFUSED = [
    pytest.param({"redirect_uris": "javascript:alert(1)"}, "Redirect URI", id="18: a script"),
    pytest.param({"redirect_uris": "data:text/html,x"}, "Redirect URI", id="18: a page"),
    pytest.param({"redirect_uris": "vbscript:x"}, "Redirect URI", id="18: an old script"),
    pytest.param({"redirect_uris": "blob:x"}, "Redirect URI", id="18: a blob"),
    pytest.param({"redirect_uris": ["https://a.example/\r\nx:y"]}, "Redirect", id="18: CR LF"),
    pytest.param({"redirect_uris": ""}, "Redirect URI", id="no address"),
    pytest.param({"redirect_uris": {"a": "b"}}, "Redirect URI", id="no list"),
    pytest.param({"scopes": "read dance"}, "dance", id="an unknown scope"),
    pytest.param({"client_name": ""}, "Client name", id="no name"),
    pytest.param({"website": "javascript:x"}, "Website", id="22: a script as its home"),
]


@SQLITE
@pytest.mark.parametrize(("changed", "named"), REFUSED)
def test_what_a_program_may_not_say(program: Program, changed: dict[str, Any], named: str) -> None:
    said = {"client_name": "Tusk", "redirect_uris": DONE} | changed
    answer = program.send("json", "/api/v1/apps", said)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed: ")
    assert named in answer.json()["error"]


@pytest.mark.parametrize("way", WAYS)
def test_a_code_becomes_a_token_in_four_ways(house: House, program: Program, way: str) -> None:
    made = program.register()
    browser = house.signed_in("maren")
    asked = {"client_id": made["client_id"], "redirect_uri": DONE, "scope": "read profile"}
    browser.visit(f"/oauth/authorize?{urlencode({'response_type': 'code', **asked})}")
    whole = {**browser.form("/oauth/authorize").values, "answer": "yes"}
    led_to = browser.client.post("/oauth/authorize", data=whole).headers["location"]
    [code] = parse_qs(urlsplit(led_to).query)["code"]
    answer = program.send(way, "/oauth/token", program.redeems(code))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "profile read")
    assert token["created_at"] == int(NOON.timestamp())

    verified = program.client.get("/api/v1/apps/verify_credentials", headers=bearer(token))
    assert verified.json()["name"] == "Tusk"
    assert "client_secret" not in verified.json()
    who = program.client.post("/oauth/userinfo/", headers=bearer(token)).json()
    assert who == {
        "iss": f"{HERE}/",
        "sub": who["sub"],
        "name": "maren",
        "preferred_username": "maren",
        "profile": f"{HERE}/@maren",
        "picture": who["picture"],
    }
    assert who["picture"].startswith(f"{HERE}/faces/")

    page = browser.visit("/settings/apps")
    assert "Tusk" in page
    assert "last used" in page
    for left in (True, False):
        revoked = program.send(way, "/oauth/revoke", program.own(token=token["access_token"]))
        assert (revoked.status_code, revoked.json()) == (200, {})
        after = program.client.get("/api/v1/apps/verify_credentials", headers=bearer(token))
        assert after.status_code == 401
        assert after.json() == {"error": "The access token is invalid"}
        assert left or "Tusk" not in browser.visit("/settings/apps")


ERRORS = [
    pytest.param("/oauth/token", {}, 400, "unsupported_grant_type", id="nothing"),
    pytest.param("/oauth/token", {"grant_type": "password"}, 400, "unsupported_grant_type"),
    pytest.param("/oauth/token", {"grant_type": ["a"]}, 400, "unsupported_grant_type", id="[]"),
    pytest.param("/oauth/token", {"grant_type": "client_credentials"}, 401, "invalid_client"),
    pytest.param("/oauth/revoke", {"token": "x"}, 401, "invalid_client", id="nobody's token"),
]


@SQLITE
@pytest.mark.parametrize(("path", "sent", "status", "error"), ERRORS)
def test_errors_have_a_name_and_a_sentence(
    program: Program, path: str, sent: dict[str, Any], status: int, error: str
) -> None:
    answer = program.send("json", path, sent)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@SQLITE
def test_a_body_that_cannot_be_read(program: Program) -> None:
    for body in (b"{", b"[]", b'"x"', b"\xff"):
        answer = program.client.post(
            "/oauth/token", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400
        assert set(answer.json()) == {"error"}


def test_a_program_by_itself_is_not_a_member(program: Program) -> None:
    program.register()
    token = program.own_token("read write profile")
    headers = bearer(token)
    assert program.client.get("/api/v1/apps/verify_credentials", headers=headers).is_success
    answer = program.client.get("/oauth/userinfo", headers=headers)
    assert answer.status_code == 422
    assert answer.json() == {"error": "This method requires an authenticated user"}
    more = program.send("form", "/oauth/token", program.own(scope="read coop:vote"))
    assert more.json()["error"] == "unsupported_grant_type"
    beyond = program.own(grant_type="client_credentials", scope="read coop:vote")
    assert program.send("form", "/oauth/token", beyond).json()["error"] == "invalid_scope"


@SQLITE
def test_who_is_who_needs_its_scope_and_the_shell_has_no_program(
    house: House, program: Program
) -> None:
    noor = house.add("noor")
    with house.kernel.db.write.begin() as session:
        token = give_token(session, member_id=noor, scopes={"read"}, now=NOON)
    headers = bearer({"access_token": token})
    answer = program.client.get("/oauth/userinfo", headers=headers)
    assert answer.status_code == 403
    assert answer.json() == {"error": "This action is outside the authorized scopes"}
    shell = program.client.get("/api/v1/apps/verify_credentials", headers=headers)
    assert (shell.status_code, shell.json()) == (404, {"error": "Record not found"})


@pytest.mark.parametrize(
    ("password", "status", "error"),
    [(PASSWORD, 200, None), ("wrong", 400, "invalid_grant"), ("", 400, "invalid_grant")],
)
def test_a_password_opens_where_tests_open_it(
    house: House, password: str, status: int, error: str | None
) -> None:
    program = Program(house.open_browser(test_open=True).client)
    program.register()
    for name in ("maren", "maren@mail.example"):
        sent = program.own(grant_type="password", username=name, password=password)
        answer = program.send("form", "/oauth/token", sent)
        assert answer.status_code == status, answer.text
        assert answer.json().get("error") == error


@SQLITE
def test_the_doors_are_described(program: Program) -> None:
    answer = program.client.get("/.well-known/oauth-authorization-server")
    assert answer.json() == json.loads(json.dumps(metadata(HERE)))
    assert answer.headers["access-control-allow-origin"] == "*"
    AuthorizationServerMetadata(answer.json()).validate()
    assert answer.json()["issuer"] == f"{HERE}/"
    assert {"read:lists", "profile", "coop:vote"} <= set(answer.json()["scopes_supported"])
    paths = {a.path for a in map(urlsplit, map(str, answer.json().values())) if a.netloc}
    known: set[str] = {route.path for route in program.client.app.routes}  # type: ignore[attr-defined]
    assert paths - {"/"} <= known


@SQLITE
def test_limits_are_told_to_programs(program: Program) -> None:
    said = {"client_name": "Tusk", "redirect_uris": DONE}
    answers = [program.send("json", "/api/v1/apps", said) for _ in range(31)]
    assert [a.status_code for a in answers[-2:]] == [200, 429]
    assert answers[-1].json() == {"error": "Too many requests"}
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
