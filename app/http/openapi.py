"""The co-op API, described: one document, made when somebody first asks for it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.core.shapes import Shape
from app.http.access import ScopeGate
from app.http.idempotency import HEADER, KEY_MAX
from app.http.routes import LateRoute
from app.http.tickets import SAFE

PREFIX: Final = "/api/coop/v1"
SECURITY: Final = "bearer"
REFS: Final = "#/components/schemas/"
# A model with this mark in its schema is {"kind", "payload"}, and one of the effects.
OF_EFFECTS: Final = "x-effects"
FRAMEWORKS_OWN: Final = ("HTTPValidationError", "ValidationError")
GOES_ON_BY: Final = frozenset({"before", "after", "year"})
SUMMARY: Final = """\
JSON over HTTP with a bearer token, for one of a member's programs. Ids are strings, times are in
UTC, money is in minor units of its currency. Lists are arrays; a `Link` header with `rel="next"`
leads on. What we do not know in a body is refused. Writes may carry an `Idempotency-Key`.
"""


class ErrorEntity(Shape):
    """What every refusal says; `fields` names what is wrong with the input."""

    error: str
    fields: dict[str, str] | None = None


REFUSALS: Final[Mapping[str, str]] = {
    "401": "The token is missing or no longer good.",
    "403": "The token, the standing or the office does not reach for this.",
    "404": "No such thing, or none that the caller may know of.",
    "422": "The input does not fit; `fields` says where.",
    "429": "Too often; `Retry-After` says how long to wait.",
    "503": "Busy; try again after `Retry-After` seconds.",
}
REFUSALS_OF_WRITES: Final[Mapping[str, str]] = {
    "400": "The body cannot be read.",
    "409": "Not in this state: already closed, already done.",
    "413": "The body is larger than we take.",
}


def openapi_router(**given: Any) -> APIRouter:
    """Return the route that serves the description."""
    router = APIRouter(route_class=LateRoute, include_in_schema=False, **given)

    @router.get(f"{PREFIX}/openapi.json")
    def get_openapi_json(request: Request) -> dict[str, Any]:
        """Describe the co-op API."""
        app: FastAPI = request.app
        made: dict[str, Any] | None = getattr(app.state, "openapi", None)
        if made is None:
            made = app.state.openapi = describe(app)
        return made

    return router


def describe(app: FastAPI) -> dict[str, Any]:
    """Build the description from the routes under PREFIX, and the payloads of effects."""
    routes = [route for route in iter_route_contexts(app.routes) if is_described(route)]
    document = get_openapi(
        title="Commonhold, the co-op API", version="1", description=SUMMARY, routes=routes
    )
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {SECURITY: {"type": "http", "scheme": "bearer"}}
    schemas = parts.setdefault("schemas", {})
    for name in FRAMEWORKS_OWN:
        schemas.pop(name, None)
    payloads: dict[str, type[BaseModel]] = getattr(app.state, "effect_payloads", {})
    _add(schemas, _schemas([ErrorEntity, *payloads.values()]))
    _add(schemas, {_effect_name(kind): _effect(kind, model) for kind, model in payloads.items()})
    for schema in schemas.values():
        if schema.pop(OF_EFFECTS, False) and payloads:
            _make_one_of(schema, payloads)
    for route in routes:
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            operation = document["paths"][_path(route)][method.lower()]
            _complete(operation, route, is_write=method not in SAFE)
    return document


def is_described(route: RouteContext) -> bool:
    """Return whether a route belongs into the description."""
    is_ours = isinstance(route.original_route, APIRoute) and (route.path or "").startswith(PREFIX)
    return is_ours and bool(route.include_in_schema)


def gate_of(route: RouteContext) -> ScopeGate | None:
    """Return what lets callers into a route."""
    calls = (dependency.call for dependency in route.dependant.dependencies)
    return next((call for call in calls if isinstance(call, ScopeGate)), None)


def _path(route: RouteContext) -> str:
    assert route.path is not None
    return route.path


def _schemas(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFS + "{model}"
    )
    defined: dict[str, Any] = found.get("$defs", {})
    return defined


def _add(schemas: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, schema in more.items():
        assert schemas.get(name, schema) == schema, f"two things are called {name}"
        schemas[name] = schema


def _effect_name(kind: str) -> str:
    return f"effect.{kind}"


def _effect(kind: str, model: type[BaseModel]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": kind,
        "properties": {
            "kind": {"const": kind, "type": "string"},
            "payload": {"$ref": REFS + model.__name__},
        },
        "required": ["kind", "payload"],
        "additionalProperties": False,
    }


def _make_one_of(schema: dict[str, Any], kinds: Iterable[str]) -> None:
    """Turn the general form of an effect into a choice of its kinds."""
    for name in ("type", "properties", "required", "additionalProperties"):
        schema.pop(name, None)
    refs = {kind: REFS + _effect_name(kind) for kind in kinds}
    schema["oneOf"] = [{"$ref": ref} for ref in refs.values()]
    schema["discriminator"] = {"propertyName": "kind", "mapping": refs}


def _complete(operation: dict[str, Any], route: RouteContext, *, is_write: bool) -> None:
    """Add what the framework does not know: who may call, the refusals, the key of a write."""
    gate = gate_of(route)
    if gate is not None:
        operation["security"] = [{SECURITY: [gate.scope] if gate.scope else []}]
        if gate.offices:
            operation["x-offices"] = sorted(gate.offices)
    content = {"application/json": {"schema": {"$ref": REFS + ErrorEntity.__name__}}}
    for status, text in {**REFUSALS, **(REFUSALS_OF_WRITES if is_write else {})}.items():
        operation["responses"][status] = {"description": text, "content": content}
    given = operation.setdefault("parameters", [])
    if GOES_ON_BY & {parameter["name"] for parameter in given}:
        operation["responses"]["200"]["headers"] = {"Link": _LINK}
    if is_write:
        given.append(_KEY)
    if not given:
        del operation["parameters"]


_LINK: Final = {
    "description": 'Where the list goes on: `<address>; rel="next"`.',
    "schema": {"type": "string"},
}
_KEY: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MAX},
    "description": "The same key and body are answered the same, and done once.",
}
