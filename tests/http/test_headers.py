"""Headers of every answer, sizes of requests, and static files."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import Response

from app.http.access import Anyone
from app.http.bodies import ADDRESS_MAX, BODY_MAX, MIB, body_max
from app.http.headers import page_policy
from app.http.statics import Statics
from tests.http.conftest import ticket_of

PATHS = [
    pytest.param("/open", id="a page"),
    pytest.param("/nowhere", id="a page that is not there"),
    pytest.param("/breaks/otherwise", id="a fault of ours"),
    pytest.param("/mine", id="a way to sign in"),
    pytest.param("/api/coop/v1/any", id="an answer to a program"),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_dressed(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=")
    policy = headers["content-security-policy"]
    for never in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:"):
        assert never not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "server" not in headers


def test_pages_of_a_person_are_not_kept(client: TestClient) -> None:
    visitor = client.get("/nowhere").headers
    assert visitor["cache-control"] == "no-cache"
    client.cookies.set("__Host-s", "ada")
    member = client.get("/mine").headers
    assert member["cache-control"] == "private, no-store"
    assert member["referrer-policy"] == "same-origin"
    assert {"Cookie", "Accept"} <= set(re.split(", *", member["vary"]))


def test_a_policy_can_be_widened_for_one_answer(client: TestClient, probe: FastAPI) -> None:
    policy = page_policy(is_https=True, form_actions=["https://app.example"])
    assert "form-action 'self' https://app.example;" in policy

    @probe.get("/consent", dependencies=[Anyone])
    def get_consent() -> Response:
        return Response(headers={"Content-Security-Policy": policy}, media_type="text/html")

    assert client.get("/consent").headers["content-security-policy"] == policy


def test_plain_http_is_neither_upgraded_nor_made_strict() -> None:
    assert "upgrade-insecure-requests" not in page_policy(is_https=False)


SIZES = [
    pytest.param("/wish", BODY_MAX, id="a form"),
    pytest.param("/api/v2/media", 100 * MIB, id="a picture"),
    pytest.param("/inbox", MIB, id="an activity"),
    pytest.param("/inboxes", MIB, id="a prefix is a prefix"),
]


@pytest.mark.parametrize(("path", "most"), SIZES)
def test_sizes(path: str, most: int) -> None:
    assert body_max(path) == most


def test_a_request_that_says_it_is_too_large_is_refused_unread(client: TestClient) -> None:
    headers = {"content-length": str(BODY_MAX + 1), "content-type": "text/plain"}
    assert client.post("/wish", content=b"x", headers=headers).status_code == 413


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    headers = {"content-length": "many", "content-type": "text/plain"}
    assert client.post("/wish", content=b"x", headers=headers).status_code == 413


def test_a_request_that_turns_out_too_large_is_cut_off(client: TestClient, probe: FastAPI) -> None:
    read = 0

    @probe.post("/swallow", dependencies=[Anyone])
    async def post_swallow(request: Request) -> str:
        nonlocal read
        async for chunk in request.stream():
            read += len(chunk)
        return "all of it"

    pieces = (b"x" * 64 * 1024 for _ in range(100))
    assert client.post("/swallow", content=pieces).status_code == 413
    assert read <= BODY_MAX


def test_a_form_with_too_many_fields_is_refused(client: TestClient) -> None:
    ticket = ticket_of(client.get("/open").text)
    data = {"csrf": ticket} | {f"field{n}": "x" for n in range(600)}
    files = {"file": ("a.txt", b"x")}
    assert client.post("/wish", data=data, files=files).status_code == 400


def test_an_address_of_a_novel(client: TestClient) -> None:
    assert client.get("/open?q=" + "x" * ADDRESS_MAX).status_code == 414


def statics_of(client: TestClient) -> Statics:
    assert isinstance(client.app, FastAPI)
    statics: Statics = client.app.state.statics
    return statics


def test_static_files_are_kept_for_ever_under_their_digest(client: TestClient) -> None:
    url = statics_of(client).url("commonhold.css")
    answer = client.get(url)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert b"Commonhold" in answer.content
    plain = client.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


def test_an_old_digest_still_works_but_is_not_kept(client: TestClient) -> None:
    answer = client.get("/static/0000000000000000/commonhold.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["nothing.css", "../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "js", ""]
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/x/{name}").status_code == 404


def test_a_missing_file_is_a_fault_of_the_page() -> None:
    with pytest.raises(AssertionError, match="no static file"):
        Statics({}, "x").url("nothing.css")


@pytest.mark.parametrize("path", ["/open", "/nowhere", "/health/live"])
def test_head_is_answered_like_get_without_the_body(client: TestClient, path: str) -> None:
    told, asked = client.head(path), client.get(path)
    assert (told.status_code, told.content) == (asked.status_code, b"")
    assert told.headers["content-length"] == asked.headers["content-length"] != "0"
    assert told.headers["content-type"] == asked.headers["content-type"]


def test_head_asks_for_nothing_where_there_is_nothing_to_get(client: TestClient) -> None:
    assert client.head("/wish").status_code == 405


ADDRESSES = ("/%00", "//", "//evil", "/..;/x", "/%2e%2e%2fetc", "/%252e", "/open%00", "/a" * 900)
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "POST", "NONSENSE")


@pytest.mark.parametrize("method", METHODS)
def test_odd_addresses_and_methods_are_declined(client: TestClient, method: str) -> None:
    for path in ADDRESSES:
        assert client.request(method, path).status_code in (404, 405), path
