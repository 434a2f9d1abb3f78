"""Routes that are taken apart when they are first asked for."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from app.http.routes import LateRoute, connect


def add(one: int, other: int = 1) -> dict[str, int]:
    return {"sum": one + other}


def keep() -> None: ...


@pytest.fixture
def router() -> APIRouter:
    router = APIRouter(route_class=LateRoute)
    router.get("/sums/{one:int}")(add)
    router.post("/sums", status_code=201)(keep)
    return router


def is_apart(route: object) -> bool:
    return "dependant" in vars(route)


@pytest.fixture
def door(router: APIRouter) -> TestClient:
    app = FastAPI()
    connect(app, [router])
    return TestClient(app)


def test_only_the_route_that_is_asked_for_is_taken_apart(
    door: TestClient, router: APIRouter
) -> None:
    sums, kept = router.routes
    assert door.get("/elsewhere").status_code == 404
    assert not is_apart(sums)
    assert door.get("/sums/2", params={"other": 3}).json() == {"sum": 5}
    assert (is_apart(sums), is_apart(kept)) == (True, False)


def test_it_answers_as_any_route(door: TestClient) -> None:
    assert door.get("/sums/2", params={"other": "many"}).status_code == 422
    assert door.put("/sums/2").status_code == 405
    assert door.post("/sums").status_code == 201
    assert door.get("/openapi.json").json()["paths"].keys() == {"/sums/{one}", "/sums"}


def test_what_no_route_knows_is_an_error(router: APIRouter) -> None:
    assert not hasattr(router.routes[0], "colour")
