"""The description of the co-op API: whole, true to the routes, and sound OpenAPI 3.1."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.core.kernel import Kernel
from app.http.openapi import ErrorEntity, describe
from app.main import create_app
from app.wiring import EFFECTS
from tests.coop_api.table import ROWS
from tests.governance.web import SQLITE

pytestmark = SQLITE

TYPES = {"object", "array", "string", "integer", "boolean", "null"}  # No "number": no floats.
NEEDS = {"GET": {"200"}, "POST": {"200", "201", "204"}, "PUT": {"200"}}
NAME = re.compile(r"[A-Za-z0-9._-]+")
PREFIX = "/api/coop/v1"


@pytest.fixture
def document(kernel: Kernel) -> dict[str, Any]:
    """The description, of the whole application."""
    return describe(create_app(kernel))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from parts(one)


def found(document: dict[str, Any], ref: str) -> Any:
    """Return what a reference leads to."""
    at: Any = document
    for step in ref.removeprefix("#/").split("/"):
        at = at[step]
    return at


def test_every_route_is_described_and_nothing_else(document: dict[str, Any]) -> None:
    described = {f"{m} {p.removeprefix(PREFIX)}" for m, p, _ in operations(document)}
    assert described == {str(row) for row in ROWS}
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]


def test_every_operation_has_its_own_name_its_scope_and_an_answer(
    document: dict[str, Any],
) -> None:
    names = []
    for method, path, operation in operations(document):
        names.append(operation["operationId"])
        [scheme] = operation["security"]
        assert scheme["bearer"][0].startswith("coop:"), path
        assert operation["summary"]
        assert operation["description"], f"{method} {path} says nothing"
        assert NEEDS[method] & set(operation["responses"]), path
        for status, response in operation["responses"].items():
            assert response["description"]
            if status.startswith("4"):
                schema = response["content"]["application/json"]["schema"]
                assert found(document, schema["$ref"])["required"] == ["error"]
    assert len(names) == len(set(names))
    treasury = document["paths"][f"{PREFIX}/treasury/roll"]["get"]
    assert treasury["x-offices"] == ["treasurer"]


def test_answers_and_bodies_have_models(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        for status in set(operation["responses"]) & {"200", "201"}:
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert any("$ref" in part for part in parts(schema)), path
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            assert any("$ref" in part for part in parts(schema)), path


def test_parameters_are_declared_where_they_stand(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        given = operation.get("parameters", [])
        places = [(one["in"], one["name"]) for one in given]
        assert len(places) == len(set(places))
        in_path = {one["name"] for one in given if one["in"] == "path" and one["required"]}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        assert all(one["schema"] for one in given)
        assert ("header", "idempotency-key") in places or method == "GET"


def test_every_reference_leads_somewhere_and_every_part_is_used(document: dict[str, Any]) -> None:
    refs = {part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)}
    assert all(found(document, ref) for ref in refs)
    used = {ref.rpartition("/")[2] for ref in refs}
    assert used == set(document["components"]["schemas"])
    assert all(NAME.fullmatch(name) for name in used)


def test_schemas_are_sound_and_know_no_floats(document: dict[str, Any]) -> None:
    for part in parts([document["components"]["schemas"], document["paths"]]):
        if isinstance(part.get("type"), str) and "in" not in part:
            assert part["type"] in TYPES, part
        if isinstance(part.get("required"), list) and "properties" in part:
            assert set(part["required"]) <= set(part["properties"])
        if part.get("type") == "array":
            assert "items" in part


def test_each_effect_describes_its_payload(document: dict[str, Any]) -> None:
    form = document["components"]["schemas"]["EffectForm"]
    assert form["discriminator"]["propertyName"] == "kind"
    assert set(form["discriminator"]["mapping"]) == set(EFFECTS)
    for kind, ref in form["discriminator"]["mapping"].items():
        assert {"$ref": ref} in form["oneOf"]
        shape = found(document, ref)
        assert shape["properties"]["kind"]["const"] == kind
        payload = found(document, shape["properties"]["payload"]["$ref"])
        assert payload["description"].startswith(f'The payload of "{kind}"')
        assert payload["additionalProperties"] is False


def test_a_refusal_has_one_shape(document: dict[str, Any]) -> None:
    shape = document["components"]["schemas"][ErrorEntity.__name__]
    assert set(shape["properties"]) == {"error", "fields"}


def test_lists_say_that_they_go_on(document: dict[str, Any]) -> None:
    answer = document["paths"][f"{PREFIX}/proposals"]["get"]["responses"]["200"]
    assert "Link" in answer["headers"]
    one = document["paths"][f"{PREFIX}/me"]["get"]["responses"]["200"]
    assert "headers" not in one
