"""Calls sent twice: done once, answered the same."""

import threading
from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import text

from app.core.errors import Conflict
from app.core.kernel import Kernel
from app.core.words import say
from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ReaderDep, SessionDep
from app.members.actor import Actor
from tests.fakes import FixedClock
from tests.http.conftest import BOTH

pytestmark = BOTH

VOTER = {"authorization": "Bearer votes"}


class Coin(BaseModel):
    amount: int


class Entry(BaseModel):
    amount: int
    number: int


@pytest.fixture
def till(probe: FastAPI) -> Iterator[TestClient]:
    router = api_router(prefix="/api/coop/v1")

    @router.post("/coins", status_code=201)
    def post_coin(
        coin: Coin, session: SessionDep, _actor: Annotated[Actor, scope("coop:vote")]
    ) -> Entry:
        number = session.scalar(text("SELECT count(*) FROM kernel_facts")) or 0
        session.execute(
            text("INSERT INTO kernel_facts (name, value) VALUES (:name, 'coin')"),
            {"name": f"coin{number}"},
        )
        if coin.amount < 0:
            raise Conflict(say("No."))
        return Entry(amount=coin.amount, number=number)

    @router.get("/coins")
    def get_coins(session: ReaderDep, _actor: Annotated[Actor, scope("coop:vote")]) -> int:
        return coins(session)

    probe.include_router(router)
    with TestClient(probe, base_url="https://riverside.example") as client:
        yield client


def coins(session: ReaderDep) -> int:
    return session.scalar(text("SELECT count(*) FROM kernel_facts WHERE value = 'coin'")) or 0


def kept(kernel: Kernel) -> int:
    with kernel.db.read.begin() as session:
        return coins(session)


def test_the_same_key_is_done_once(till: TestClient, kernel: Kernel) -> None:
    headers = VOTER | {"idempotency-key": "one"}
    first, second = (
        till.post("/api/coop/v1/coins", json={"amount": 5}, headers=headers) for _ in range(2)
    )
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert kept(kernel) == 1


def test_another_body_is_a_conflict(till: TestClient, kernel: Kernel) -> None:
    headers = VOTER | {"idempotency-key": "one"}
    till.post("/api/coop/v1/coins", json={"amount": 5}, headers=headers)
    answer = till.post("/api/coop/v1/coins", json={"amount": 6}, headers=headers)
    assert answer.status_code == 409
    assert kept(kernel) == 1


def test_without_a_key_each_counts(till: TestClient, kernel: Kernel) -> None:
    for _ in range(2):
        till.post("/api/coop/v1/coins", json={"amount": 5}, headers=VOTER)
    assert kept(kernel) == 2


def test_a_refused_call_may_be_tried_again(till: TestClient, kernel: Kernel) -> None:
    headers = VOTER | {"idempotency-key": "one"}
    answer = till.post("/api/coop/v1/coins", json={"amount": -1}, headers=headers)
    assert answer.status_code == 409
    again = till.post("/api/coop/v1/coins", json={"amount": 1}, headers=headers)
    assert again.status_code == 201
    assert kept(kernel) == 1


def test_keys_of_different_callers_do_not_meet(till: TestClient) -> None:
    key = {"idempotency-key": "one"}
    till.post("/api/coop/v1/coins", json={"amount": 5}, headers=VOTER | key)
    other = till.post(
        "/api/coop/v1/coins", json={"amount": 5}, headers={"authorization": "Bearer ada"} | key
    )
    assert other.status_code == 403


@pytest.mark.parametrize("key", ["", "x" * 256], ids=["an empty key", "a key too long"])
def test_bad_keys(till: TestClient, kernel: Kernel, key: str) -> None:
    answer = till.post(
        "/api/coop/v1/coins", json={"amount": 5}, headers=VOTER | {"idempotency-key": key}
    )
    assert answer.status_code == 422
    assert kept(kernel) == 0


def test_an_old_key_is_forgotten(till: TestClient, kernel: Kernel, clock: FixedClock) -> None:
    headers = VOTER | {"idempotency-key": "one"}
    till.post("/api/coop/v1/coins", json={"amount": 5}, headers=headers)
    clock.advance(days=8)
    till.post("/api/coop/v1/coins", json={"amount": 5}, headers=headers)
    assert kept(kernel) == 2


def test_many_at_once_are_done_once(till: TestClient, kernel: Kernel) -> None:
    headers = VOTER | {"idempotency-key": "one"}
    answers: list[int] = []

    def send() -> None:
        answer = till.post("/api/coop/v1/coins", json={"amount": 5}, headers=headers)
        answers.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [201] * 8
    assert kept(kernel) == 1


def test_the_description_knows_the_key_and_the_refusals(till: TestClient) -> None:
    document = till.get("/api/coop/v1/openapi.json").json()
    post = document["paths"]["/api/coop/v1/coins"]["post"]
    assert [p["name"] for p in post["parameters"]] == ["idempotency-key"]
    assert {"201", "401", "403", "409", "422", "429", "503"} <= set(post["responses"])
    assert post["security"] == [{"bearer": ["coop:vote"]}]
    assert "parameters" not in document["paths"]["/api/coop/v1/coins"]["get"]
    assert document["components"]["schemas"]["ErrorEntity"]["required"] == ["error"]
