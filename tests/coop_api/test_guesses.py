"""Callers who guess: whatever fits the description, or nearly does, is never a fault of ours."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.http.openapi import PREFIX
from tests.coop_api.guessing import WEIRD_TEXTS, Guesses
from tests.coop_api.world import World
from tests.engines import ENGINES

RAW = (b"{", b"\xff\xfe", b"[" * 50_000, b'{"a":' + b"9" * 5000 + b"}", b'{"choice": NaN}', b"")


@dataclass(frozen=True)
class Call:
    """What a guesser sends."""

    method: str
    address: str
    content: bytes | None
    query: dict[str, str]
    headers: dict[str, str]


def calls(world: World) -> st.SearchStrategy[Call]:
    """Return calls of all operations of the description."""
    document = world.programs["coop:read"].get(f"{PREFIX}/openapi.json").json()
    guesses = Guesses(document)
    operations = [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    return st.sampled_from(operations).flatmap(lambda one: call(world, guesses, *one))


def call(
    world: World, guesses: Guesses, method: str, path: str, operation: dict[str, Any]
) -> st.SearchStrategy[Call]:
    """Return calls of one operation."""
    given = operation.get("parameters", [])
    in_path = {one["name"]: places(world, one["name"]) for one in given if one["in"] == "path"}
    in_query = {
        one["name"]: guesses.of(one["schema"]).map(str) | st.sampled_from(WEIRD_TEXTS)
        for one in given
        if one["in"] == "query"
    }
    body = operation.get("requestBody")
    content: st.SearchStrategy[bytes | None] = st.none()
    if body is not None:
        schema = body["content"]["application/json"]["schema"]
        fitting = guesses.of(schema).map(lambda value: json.dumps(value).encode())
        content = st.integers(0, 9).flatmap(lambda n: st.sampled_from(RAW) if n == 0 else fitting)
    keys = st.sampled_from(("", "again", "x" * 300))
    return st.builds(
        Call,
        method=st.just(method),
        address=st.fixed_dictionaries(in_path).map(lambda filled: path.format(**filled)),
        content=content,
        query=st.fixed_dictionaries({}, optional=in_query),
        headers=st.fixed_dictionaries({}, optional={"idempotency-key": keys}),
    )


def places(world: World, name: str) -> st.SearchStrategy[str]:
    """Return what stands in an address: what is there, and what is not."""
    there = {
        "proposal_id": [str(id_) for id_ in world.proposals.values()],
        "order_id": [str(world.order_id)],
        "slug": ["terms", "bylaws", "admin", "treasurer"],
        "month": ["2026-11", "2026-10", "2026-13"],
    }.get(name, ["1", "2"])
    strange = st.sampled_from([quote(text, safe="", errors="replace") for text in WEIRD_TEXTS[1:]])
    return st.sampled_from(there) | st.sampled_from(there) | strange


@pytest.mark.parametrize("world", ENGINES, indirect=True)
@pytest.mark.parametrize("caller", ["nobody", "member", "officer"])
def test_no_guess_is_a_fault_of_ours(world: World, caller: str) -> None:
    program, seen = world.everything(caller), set()

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(guess=calls(world))
    def guess_and_look(guess: Call) -> None:
        answer = program.request(
            guess.method,
            guess.address,
            content=guess.content,
            params={name: value.encode("utf-8", "replace") for name, value in guess.query.items()},
            headers=guess.headers | {"content-type": "application/json"},
        )
        seen.add(answer.status_code)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            told = answer.json()
            assert isinstance(told["error"], str)
            assert told["error"]
            assert set(told) <= {"error", "fields"}
        if caller == "nobody":
            assert answer.status_code in (400, 401, 404, 414, 422)

    guess_and_look()
    assert seen >= ({401} if caller == "nobody" else {200, 403, 404, 409, 422})
