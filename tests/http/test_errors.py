"""Errors: each answered in the caller's way, none with its cause."""

import pytest
from fastapi.testclient import TestClient

from tests.http.conftest import BOTH

pytestmark = BOTH

PAGES = [
    pytest.param("/nowhere", 404, "Nothing is pinned here", id="no such page"),
    pytest.param("/breaks/conflict", 409, "It is closed.", id="not now"),
    pytest.param("/breaks/race", 409, "Somebody was faster", id="a lost race"),
    pytest.param("/breaks/otherwise", 500, "It is not your fault.", id="a fault of ours"),
    pytest.param("/reads-that-write", 500, "It is not your fault.", id="a read that writes"),
]


@pytest.mark.parametrize(("path", "status", "words"), PAGES)
def test_pages(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("path", "status", "words"), PAGES)
def test_programs(program: TestClient, path: str, status: int, words: str) -> None:
    answer = program.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    if status != 404:
        assert words in answer.json()["error"]
    assert "hunter2" not in answer.text


def test_invalid_json_names_fields_and_keeps_values_to_itself(program: TestClient) -> None:
    answer = program.post(
        "/api/coop/v1/vote",
        json={"name": "a secret value", "count": "many"},
        headers={"authorization": "Bearer votes"},
    )
    assert answer.status_code == 422
    assert answer.json()["fields"] == {
        "name": "Write at most 5 characters.",
        "count": "Write a whole number.",
    }
    assert "a secret value" not in answer.text


def test_unreadable_json(program: TestClient) -> None:
    answer = program.post(
        "/api/coop/v1/vote",
        content=b"{",
        headers={"authorization": "Bearer votes", "content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["fields"]) == (422, {"body": "This is not JSON."})


def test_api_errors_are_json_even_for_a_browser(client: TestClient) -> None:
    answer = client.get("/api/coop/v1/nowhere")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_a_wrong_method(client: TestClient) -> None:
    answer = client.delete("/open")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_the_page_shows_the_code_that_the_log_knows(client: TestClient) -> None:
    one, other = (client.get("/nowhere").text for _ in range(2))
    assert "404 · " in one
    assert one != other


def test_a_refusal_of_the_script_goes_where_messages_go(client: TestClient) -> None:
    answer = client.get("/breaks/conflict", headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#told"
    assert "<html" not in answer.text
    assert "It is closed." in answer.text


def test_no_address_leads_to_another_with_a_slash(client: TestClient) -> None:
    assert client.get("/open/", headers={"host": "evil.example"}).status_code == 404


ODD = [
    pytest.param("GET", f"/notes/{10**30}", None, {404}, id="an id beyond 63 bits"),
    pytest.param("GET", f"/notes/{2**63}", None, {404}, id="an id just beyond"),
    pytest.param("GET", f"/notes/-{2**63}", None, {200}, id="an id that could be"),
    pytest.param("GET", "/notes/" + "9" * 500, None, {404, 422}, id="an id of 500 digits"),
    pytest.param("GET", "/notes/1%00", None, {422}, id="an id with a NUL"),
    pytest.param("GET", "/notes/1?text=%00", None, {200, 404}, id="a query with a NUL"),
    pytest.param("GET", "/notes/1?text=%ff", None, {200}, id="a query that is no UTF-8"),
    pytest.param("POST", "/notes", b'{"text": "a\\u0000b"}', {200, 422}, id="a text with a NUL"),
    pytest.param("POST", "/notes", b'{"text": "\\ud800"}', {422}, id="half of a letter"),
    pytest.param("POST", "/notes", b'{"number": 1e30}', {422}, id="a number as a power"),
    pytest.param("POST", "/notes", b'{"number": 99999999999999999999}', {422}, id="too large"),
    pytest.param("POST", "/notes", b'{"text": "\xff"}', {400, 422}, id="a body that is no UTF-8"),
    pytest.param("POST", "/notes", b"[" * 5000, {400, 422}, id="a body of 5,000 brackets"),
    pytest.param("POST", "/notes", b'{"number": NaN}', {422}, id="not a number"),
]


@pytest.mark.parametrize(("method", "path", "body", "statuses"), ODD)
def test_odd_input_never_breaks_anything(
    program: TestClient, method: str, path: str, body: bytes | None, statuses: set[int]
) -> None:
    headers = {"content-type": "application/json"}
    answer = program.request(method, f"/api/coop/v1{path}", content=body, headers=headers)
    assert answer.status_code in statuses, answer.text
