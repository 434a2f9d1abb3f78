"""The co-op API, described: one document, made when somebody first asks for it."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.http.idempotency import HEADER
from app.http.tickets import SAFE

PREFIX: Final = "/api/coop/v1"
SECURITY: Final = "bearer"


class ErrorEntity(BaseModel):
    """What every refusal says; `fields` names what is wrong with the input."""

    error: str
    fields: dict[str, str] | None = None


REFUSALS: Final[dict[str, str]] = {
    "401": "The token is missing or no longer good.",
    "403": "The token, the standing or the office does not reach for this.",
    "404": "No such thing, or none that the caller may know of.",
    "409": "Not in this state: already closed, already done.",
    "422": "The input does not fit; `fields` says where.",
    "429": "Too often; `Retry-After` says how long to wait.",
    "503": "Busy; try again after `Retry-After` seconds.",
}


def openapi_router(**given: Any) -> APIRouter:
    """Return the route that serves the description."""
    router = APIRouter(include_in_schema=False, **given)

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
    routes = [route for route in iter_route_contexts(app.routes) if _is_described(route)]
    document = get_openapi(
        title="Commonhold, the co-op API",
        version="1",
        description="JSON, bearer tokens, ids as strings, times in UTC, money in minor units.",
        routes=routes,
    )
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {SECURITY: {"type": "http", "scheme": "bearer"}}
    schemas = parts.setdefault("schemas", {})
    payloads: dict[str, type[BaseModel]] = getattr(app.state, "effect_payloads", {})
    schemas |= _schemas([ErrorEntity, *payloads.values()])
    if payloads:
        schemas["EffectPayloads"] = {
            "description": "The payload of each kind of effect.",
            "type": "object",
            "properties": {kind: _ref(model) for kind, model in payloads.items()},
        }
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(operation, is_write=method.upper() not in SAFE)
    return document


def _is_described(route: RouteContext) -> bool:
    is_ours = isinstance(route.original_route, APIRoute) and (route.path or "").startswith(PREFIX)
    return is_ours and bool(route.include_in_schema)


def _schemas(models: list[type[BaseModel]]) -> dict[str, Any]:
    template = "#/components/schemas/{model}"
    _, found = models_json_schema(
        [(model, "serialization") for model in models], ref_template=template
    )
    defined: dict[str, Any] = found.get("$defs", {})
    return defined


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _complete(operation: dict[str, Any], *, is_write: bool) -> None:
    """Add what every operation shares: the token, the refusals, the key of a write."""
    operation["security"] = [{SECURITY: []}]
    content = {"application/json": {"schema": _ref(ErrorEntity)}}
    for status, text in REFUSALS.items():
        operation["responses"][status] = {"description": text, "content": content}
    if is_write:
        operation.setdefault("parameters", []).append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "The same key and body are answered the same, and done once.",
            }
        )
