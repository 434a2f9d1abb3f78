"""Who gets in where."""

from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from tests.factories import NOON
from tests.fakes import FixedClock
from tests.http.conftest import ticket_of

SESSION = "__Host-s"

PAGES = [
    pytest.param(None, "/open", 200, id="a visitor reads an open page"),
    pytest.param(None, "/mine", 303, id="a visitor is sent to sign in"),
    pytest.param("a stranger's secret", "/mine", 303, id="a wrong cookie is a visitor"),
    pytest.param("ada", "/mine", 200, id="a member reads a member's page"),
    pytest.param("ada", "/till", 403, id="a member without office is refused"),
    pytest.param(None, "/till", 303, id="a visitor is asked who they are, not refused"),
    pytest.param("treasurer", "/till", 200, id="the treasurer opens the till"),
    pytest.param("ada", "/secret", 303, id="a member must confirm first"),
    pytest.param("just confirmed", "/secret", 200, id="a member who has just confirmed"),
    pytest.param("just confirmed", "/till/open", 403, id="a password is no office"),
    pytest.param("treasurer", "/till/open", 303, id="the treasurer must confirm first"),
    pytest.param("treasurer, just confirmed", "/till/open", 200, id="the treasurer has confirmed"),
]


@pytest.mark.parametrize(("who", "path", "status"), PAGES)
def test_pages(client: TestClient, who: str | None, path: str, status: int) -> None:
    if who:
        client.cookies.set(SESSION, who)
    assert client.get(path).status_code == status


def test_whoever_is_sent_to_sign_in_comes_back_to_the_page(client: TestClient) -> None:
    answer = client.get("/mine?page=2&q=a b")
    assert answer.headers["location"] == "/login?next=/mine%3Fpage%3D2%26q%3Da%2520b"


def test_a_confirmation_wears_off(client: TestClient, clock: FixedClock) -> None:
    client.cookies.set(SESSION, "just confirmed")
    assert clock.now() == NOON
    clock.advance(minutes=15)
    assert client.get("/secret").headers["location"] == "/login/confirm?next=/secret"


@pytest.mark.parametrize(
    ("minutes", "shown", "taken"),
    [
        pytest.param(14, 200, 200, id="a quarter of an hour is not over"),
        pytest.param(15, 303, 200, id="no form is begun any more, but one is finished"),
        pytest.param(29, 303, 200, id="half an hour is not over"),
        pytest.param(30, 303, 303, id="it is over"),
    ],
)
def test_an_officer_begins_a_form_in_time_and_finishes_it(
    client: TestClient, clock: FixedClock, minutes: int, shown: int, taken: int
) -> None:
    client.cookies.set(SESSION, "treasurer, just confirmed")
    csrf = ticket_of(client.get("/till/open").text)
    clock.advance(minutes=minutes)
    assert client.get("/till/open").status_code == shown
    assert client.post("/till/open", data={"csrf": csrf}).status_code == taken


HOME = "https://riverside.example"
FROM = [
    pytest.param("/till/open", None, "/till/open", id="the form's own page"),
    pytest.param("/till/7/empty", None, "/till", id="the nearest page above"),
    pytest.param("/till/7/empty", f"{HOME}/open?page=2", "/open?page=2", id="the page before"),
    pytest.param("/till/7/empty", f"{HOME}/wish?a=b", "/", id="an address that takes forms only"),
    pytest.param("/till/7/empty", f"{HOME}//evil.example", "/till", id="a crooked address"),
    pytest.param("/till/7/empty", "https://evil.example/open", "/till", id="another site"),
    pytest.param("/till/7/empty", "https://[", "/till", id="no address at all"),
]


@pytest.mark.parametrize(("path", "referer", "back"), FROM)
def test_a_form_that_is_not_taken_leads_back_to_its_page(
    client: TestClient, path: str, referer: str | None, back: str
) -> None:
    client.cookies.set(SESSION, "treasurer")
    csrf = ticket_of(client.get("/till").text)
    headers = {"referer": referer} if referer else {}
    answer = client.post(path, data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 303
    assert unquote(answer.headers["location"]) == f"/login/confirm?next={back}"


CALLS = [
    pytest.param(None, "GET", "/any", 401, id="no token"),
    pytest.param("Bearer nonsense", "GET", "/any", 401, id="a token that nobody has"),
    pytest.param("Basic votes", "GET", "/any", 401, id="another scheme"),
    pytest.param("Bearer", "GET", "/any", 401, id="an empty token"),
    pytest.param("bearer votes", "GET", "/any", 200, id="the scheme in any case"),
    pytest.param("Bearer reads only", "POST", "/vote", 403, id="a token without the scope"),
    pytest.param("Bearer ada", "POST", "/vote", 403, id="a browser's secret is not a token"),
    pytest.param("Bearer votes", "POST", "/vote", 200, id="a token with the scope"),
    pytest.param("Bearer votes", "POST", "/pay", 403, id="a scope is not an office"),
]


@pytest.mark.parametrize(("header", "method", "path", "status"), CALLS)
def test_calls(
    program: TestClient, header: str | None, method: str, path: str, status: int
) -> None:
    headers = {"authorization": header} if header else {}
    json = {"name": "ada"} if method == "POST" else None
    answer = program.request(method, f"/api/coop/v1{path}", headers=headers, json=json)
    assert answer.status_code == status, answer.text
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_cookie_does_not_open_the_api(program: TestClient) -> None:
    program.cookies.set(SESSION, "votes")
    answer = program.post("/api/coop/v1/vote", json={"name": "ada"})
    assert answer.status_code == 401
