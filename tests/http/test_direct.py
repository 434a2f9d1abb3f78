"""Reads that are called directly, and those that need the framework."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response

from app.http.routes import LateRoute, connect


class Gate:
    """Lets in whoever says the word."""

    def __init__(self, word: str) -> None:
        self.word = word

    async def __call__(self, request: Request) -> str:
        if request.headers.get("word") != self.word:
            raise HTTPException(401)
        return self.word


async def colour_of(connection: HTTPConnection) -> str:
    return connection.query_params.get("colour", "none")


async def shade_of(colour: Annotated[str, Depends(colour_of)], request: Request) -> str:
    return f"{request.method} {colour}"


def loud(request: Request) -> str:
    return "loud"


Word = Annotated[str, Depends(Gate("open"))]
Shade = Annotated[str, Depends(shade_of)]


async def gated(number: int, name: str, word: Word, shade: Shade) -> Response:
    return PlainTextResponse(f"{number + 1} {name} {word} {shade}")


async def with_words(words: str = "") -> Response:
    return PlainTextResponse(words)


async def with_loud(word: Annotated[str, Depends(loud)]) -> Response:
    return PlainTextResponse(word)


async def with_values(request: Request) -> dict[str, Any]:
    return {"method": request.method}


def plain(request: Request) -> Response:
    return PlainTextResponse(request.method)


def router_of(path: str, endpoint: Callable[..., Any], **given: Any) -> APIRouter:
    router = APIRouter(route_class=LateRoute, **given)
    router.get(path)(endpoint)
    return router


def door_to(router: APIRouter) -> TestClient:
    app = FastAPI()
    connect(app, [router])
    return TestClient(app)


def is_direct(router: APIRouter) -> bool:
    (route,) = router.routes
    assert isinstance(route, LateRoute)
    return route.direct is not None


def test_it_gets_what_it_asks_for() -> None:
    router = router_of("/{number:int}/{name}", gated)
    door = door_to(router)
    assert is_direct(router)
    answer = door.get("/41/ada?colour=red", headers={"word": "open"})
    assert answer.text == "42 ada open GET red"


def test_who_is_not_let_in_by_its_gate_is_refused() -> None:
    door = door_to(router_of("/{number:int}/{name}", gated))
    assert door.get("/41/ada", headers={"word": "shut"}).status_code == 401


def test_the_gate_of_a_whole_router_counts() -> None:
    router = router_of("/{number:int}/{name}", gated, dependencies=[Depends(Gate("both"))])
    assert is_direct(router)
    assert door_to(router).get("/41/ada", headers={"word": "open"}).status_code == 401


def test_other_methods_are_refused_as_ever() -> None:
    assert door_to(router_of("/{number:int}/{name}", gated)).post("/1/ada").status_code == 405


@pytest.mark.parametrize(
    ("path", "endpoint", "found"),
    [
        ("/words?words=quiet", with_words, "quiet"),
        ("/words", with_loud, "loud"),
        ("/words", with_values, '{"method":"GET"}'),
        ("/words", plain, "GET"),
    ],
)
def test_what_needs_the_framework_gets_it(
    path: str, endpoint: Callable[..., Any], found: str
) -> None:
    router = router_of("/words", endpoint)
    assert not is_direct(router)
    assert door_to(router).get(path).text == found


def test_a_part_of_a_path_that_the_framework_would_convert_is_left_to_it() -> None:
    async def doubled(number: int) -> Response:
        return PlainTextResponse(str(2 * number))

    router = router_of("/{number}", doubled)
    assert not is_direct(router)
    door = door_to(router)
    assert door.get("/21").text == "42"
    assert door.get("/many").status_code == 422
