"""Where readers may be led."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app.http.links import link_pages, page_before, safe_next, with_query

PLAIN = ["/", "/home", "/coop/proposals/1?page=2", "/@ines/1", "/tags/caf%C3%A9", "/a?next=/b"]


@pytest.mark.parametrize("path", PLAIN)
def test_plain_paths_are_followed(path: str) -> None:
    assert safe_next(path) == path


ELSEWHERE = [
    None,
    "",
    "home",
    "https://evil.example",
    "https:evil",
    "javascript:alert(1)",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/web//evil.example",
    "/../evil",
    "/%2e%2e/evil",
    " /home",
    "/ho me",
    "/\u202ehome",
    "/" + "x" * 9000,
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_could_lead_elsewhere_is_not(path: str | None) -> None:
    assert safe_next(path, otherwise="/here") == "/here"


def asked(path: str = "/list", query: str = "", **headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"host", b"riverside.example"), *raw],
        }
    )


def test_back_to_the_page_before() -> None:
    ours = asked(referer="https://riverside.example/coop?x=1")
    assert page_before(ours) == "/coop?x=1"
    assert page_before(asked(referer="https://evil.example/coop")) == "/home"
    assert page_before(asked()) == "/home"


def test_the_same_page_with_another_query() -> None:
    request = asked(query="state=open&page=2")
    assert with_query(request, page=3) == "/list?state=open&page=3"
    assert with_query(request, page=None, state=None) == "/list"


def test_pages_around_this_one() -> None:
    response = Response()
    link_pages(response, "https://riverside.example", {"next": "/api?max_id=1", "prev": None})
    assert response.headers["link"] == '<https://riverside.example/api?max_id=1>; rel="next"'
