"""Forms: forged ones are refused, faulty ones come back, and nothing of them is kept."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.core.kernel import Kernel
from tests.http.conftest import BOTH, ticket_of

pytestmark = BOTH


def facts(kernel: Kernel) -> int:
    with kernel.db.read.begin() as session:
        return int(
            session.scalar(text("SELECT count(*) FROM kernel_facts WHERE name = 'wish'")) or 0
        )


def test_a_good_form_is_taken_and_answered_once(client: TestClient, kernel: Kernel) -> None:
    ticket = ticket_of(client.get("/open").text)
    answer = client.post("/wish", data={"csrf": ticket, "name": "Ada"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/open")
    assert facts(kernel) == 1
    assert "Hello Ada." in client.get("/open").text
    assert "Hello Ada." not in client.get("/open").text


FORGED = [
    pytest.param({}, {"csrf": ""}, id="no ticket"),
    pytest.param({}, {"csrf": "0" * 80}, id="an invented ticket"),
    pytest.param({}, {"csrf": "é" * 80}, id="a ticket that is no ASCII"),
    pytest.param({"origin": "https://evil.example"}, {}, id="a good ticket from elsewhere"),
    pytest.param({"origin": "null"}, {}, id="a good ticket from nowhere"),
    pytest.param({"origin": "https://["}, {}, id="a good ticket from no address"),
    pytest.param({"sec-fetch-site": "cross-site"}, {}, id="a good ticket, across sites"),
    pytest.param({"sec-fetch-site": "same-site"}, {}, id="a good ticket from a sister host"),
    pytest.param(
        {"sec-fetch-site": "cross-site", "origin": "https://riverside.example"},
        {},
        id="what the browser says outweighs the origin",
    ),
]


@pytest.mark.parametrize(("headers", "changed"), FORGED)
def test_forged(
    client: TestClient, kernel: Kernel, headers: dict[str, str], changed: dict[str, str]
) -> None:
    ticket = ticket_of(client.get("/open").text)
    data = {"csrf": ticket, "name": "Ada"} | changed
    assert client.post("/wish", data=data, headers=headers).status_code == 403
    assert facts(kernel) == 0


def test_a_ticket_is_good_for_its_holder_only(client: TestClient, kernel: Kernel) -> None:
    ticket = ticket_of(client.get("/open").text)
    client.cookies.clear()
    ticket_of(client.get("/open").text)
    assert client.post("/wish", data={"csrf": ticket, "name": "Ada"}).status_code == 403
    client.cookies.clear()
    assert client.post("/wish", data={"csrf": ticket, "name": "Ada"}).status_code == 403
    assert facts(kernel) == 0


def test_signing_in_makes_older_tickets_worthless(client: TestClient) -> None:
    ticket = ticket_of(client.get("/open").text)
    client.cookies.set("__Host-s", "ada")
    assert client.post("/wish", data={"csrf": ticket, "name": "Ada"}).status_code == 403


def test_a_ticket_may_come_in_a_header(client: TestClient) -> None:
    ticket = ticket_of(client.get("/open").text)
    answer = client.post("/wish", data={"name": "Ada"}, headers={"x-csrf-token": ticket})
    assert answer.status_code == 303


def test_tickets_differ_each_time(client: TestClient) -> None:
    one, other = (ticket_of(client.get("/open").text) for _ in range(2))
    assert one != other


FAULTY = [
    pytest.param({"name": ""}, "name", "Please fill this in.", id="empty"),
    pytest.param({}, "name", "Please fill this in.", id="missing"),
    pytest.param({"name": "too long"}, "name", "Write at most 5 characters.", id="too long"),
    pytest.param({"name": "taken"}, "name", "That name is taken.", id="a rule of the domain"),
    pytest.param({"name": "a", "count": "0"}, "count", "This must be at least 1.", id="too few"),
    pytest.param({"name": "a", "count": "x"}, "count", "Write a whole number.", id="no number"),
]


@pytest.mark.parametrize(("sent", "field", "words"), FAULTY)
def test_faulty(
    client: TestClient, kernel: Kernel, sent: dict[str, str], field: str, words: str
) -> None:
    ticket = ticket_of(client.get("/open").text)
    answer = client.post("/wish", data={"csrf": ticket, **sent})
    assert answer.status_code == 422
    assert f'<a href="#{field}">{words}</a>' in answer.text
    assert facts(kernel) == 0, "what the route wrote before is undone"


def test_a_form_comes_back_with_what_was_filled_in_except_passwords(client: TestClient) -> None:
    ticket = ticket_of(client.get("/open").text)
    data = {"csrf": ticket, "name": '"><b>', "count": "0", "password": "hunter2", "tags": ["b"]}
    page = client.post("/wish", data=data).text
    assert 'value="&#34;&gt;&lt;b&gt;"' in page
    assert 'value="b" checked' in page
    assert 'value="a" checked' not in page
    assert "hunter2" not in page


def test_the_script_is_led_on_by_a_header(client: TestClient) -> None:
    ticket = ticket_of(client.get("/open").text)
    answer = client.post(
        "/wish", data={"csrf": ticket, "name": "Ada"}, headers={"hx-request": "true"}
    )
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/open")


def test_nobody_else_can_leave_a_sentence(client: TestClient) -> None:
    client.cookies.set("__Host-said", "v1.00000000.bm9uc2Vuc2U")
    page = client.get("/open")
    assert page.status_code == 200
    assert "note good" not in page.text


def test_visitors_get_a_cookie_only_with_a_form(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/nowhere").headers
    cookie = client.get("/open").headers["set-cookie"].lower()
    for flag in ("__host-v=", "httponly", "secure", "samesite=lax", "path=/"):
        assert flag in cookie
    assert "domain" not in cookie
