"""The client API, described as OpenAPI from the sources of its routes.

The contract of the client API is Mastodon's manual, so the product serves no description of its
own. This one is for machines that guess: which parameters a route reads, by name and kind, is
found in the functions that it calls. What routes answer stands in `ANSWERED`.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.mastodon.routers import ROUTERS
from tests.mastodon.answered import ANSWERED
from tests.mastodon.shapes import schema_of, schemas

Schema = dict[str, Any]

OURS: Final = "app.mastodon"
REFS: Final = "#/components/schemas/"
# The one would end the guesser's own token, the other never ends.
LEFT_OUT: Final = ("/oauth/revoke", "/api/v1/streaming", "/health")
TOKEN: Final = "access_token"
STRANGE: Final = ("0", "9" * 30, "x y", "\u202e")
STATUSES: Final = (400, 401, 403, 404, 409, 413, 422, 429, 503)
FLAG: Final[Schema] = {"type": "boolean"}
TEXT: Final[Schema] = {"type": "string"}
FILE: Final[Schema] = {"type": "string", "format": "binary"}
PAIR: Final[Schema] = {
    "type": "object",
    "properties": {"name": TEXT, "value": TEXT, "id": TEXT, "keyword": TEXT, "whole_word": FLAG},
}
PAIRS: Final[Schema] = {"type": "array", "items": PAIR}
PLACE: Final[Schema] = {"type": "object", "properties": {"last_read_id": TEXT}}
# What comes nested.
NESTED: Final[Mapping[str, Schema]] = {
    "fields_attributes": PAIRS,
    "keywords_attributes": PAIRS,
    "home": PLACE,
    "notifications": PLACE,
    "source": {
        "type": "object",
        "properties": {
            "privacy": {"enum": ["public", "private", "secret"]},
            "sensitive": FLAG,
            "language": TEXT,
            "quote_policy": TEXT,
        },
    },
    "data": {
        "type": "object",
        "properties": {
            "alerts": {"type": "object", "additionalProperties": FLAG},
            "policy": {"enum": ["all", "followed", "nobody"]},
        },
    },
    "subscription": {
        "type": "object",
        "properties": {
            "endpoint": {"type": "string", "format": "uri"},
            "keys": {"type": "object", "properties": {"p256dh": TEXT, "auth": TEXT}},
            "standard": FLAG,
        },
    },
}
# Texts that are one of some words; others are tried as well.
WORDS: Final[Mapping[str, Sequence[str]]] = {
    "visibility": ("public", "unlisted", "private", "direct", "local"),
    "type": ("accounts", "hashtags", "statuses"),
    "filter_action": ("warn", "hide", "blur"),
    "replies_policy": ("followed", "list", "none"),
    "category": ("spam", "legal", "violation", "other"),
    "grant_type": ("authorization_code", "client_credentials", "password"),
    "order": ("active", "new"),
    "limit": ("0", "1", "40"),
    "focus": ("0,0", "-1,1"),
    "scheduled_at": ("2027-01-01T00:00:00Z",),
    "q": ("lottery", "#lottery", "@bo"),
}


def routes() -> Iterator[tuple[str, str, APIRoute]]:
    """Yield method, path and route of everything that can be guessed at."""
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                continue  # Sockets are no operations.
            path = re.sub(r":[a-z]+}", "}", route.path)
            for method in sorted(route.methods or ()):
                if not path.startswith(LEFT_OUT):
                    yield method, path, route


def describe(there: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """Return the description. `there` are ids that are there, by the names of parameters."""
    paths: dict[str, Any] = {}
    parts: dict[str, Schema] = schemas()
    for method, path, route in routes():
        known = Known(route, there, parts)
        operation = {
            "operationId": f"{method} {path}",
            "parameters": [*known.in_path(path), *(known.in_query() if method == "GET" else ())],
            "responses": answers(f"{method} {path}"),
        }
        if method != "GET" and known.reads:
            operation["requestBody"] = {"content": known.body()}
        paths.setdefault(path, {})[method.lower()] = operation
    parts["Error"] = {
        "type": "object",
        "properties": {"error": {"type": "string", "minLength": 1}},
        "required": ["error"],
    }
    info = {"title": "The client API", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": parts}}


def answers(name: str) -> dict[str, Any]:
    """Return what a route answers, by status."""
    refused = {"application/json": {"schema": {"$ref": f"{REFS}Error"}}}
    told = {"application/json": {"schema": schema_of(ANSWERED[name])}}
    found = {str(status): {"description": "refused", "content": refused} for status in STATUSES}
    good = {str(status): {"description": "done", "content": told} for status in (200, 202, 206)}
    return good | found


class Known:
    """What is known of a route: the parameters that it reads."""

    def __init__(
        self, route: APIRoute, there: Mapping[str, Collection[str]], parts: dict[str, Schema]
    ) -> None:
        self._there, self._parts = there, parts
        self.reads: dict[str, Schema] = {}
        self._seen: set[Callable[..., Any]] = set()
        self._read(route.endpoint)
        self._read_dependencies(route.dependant)
        self.reads.pop(TOKEN, None)

    def in_path(self, path: str) -> list[Schema]:
        """Return the parameters that stand in the address."""
        return [
            {"name": name, "in": "path", "required": True, "schema": self._id(name)}
            for name in re.findall(r"{(\w+)}", path)
        ]

    def in_query(self) -> list[Schema]:
        """Return the parameters of the address."""
        return [
            {"name": name, "in": "query", "schema": schema} for name, schema in self.reads.items()
        ]

    def body(self) -> Schema:
        """Return the body in the encodings that apps use."""
        schema = {"schema": {"type": "object", "properties": self.reads}}
        if FILE in self.reads.values():
            return {"multipart/form-data": schema}
        return {"application/json": schema, "application/x-www-form-urlencoded": schema}

    def _id(self, name: str) -> Schema:
        """Return what stands for a thing: mostly one that is there."""
        others = [each for ids in self._there.values() for each in ids][:3]
        return {"enum": [*self._there.get(name, ()), *others, *STRANGE]}

    def _read_dependencies(self, dependant: Dependant) -> None:
        for dependency in dependant.dependencies:
            if isinstance(dependency.call, FunctionType):
                self._read(dependency.call)
            self._read_dependencies(dependency)

    def _read(self, function: Callable[..., Any]) -> None:
        """Note what a function of ours reads, and what those read that it calls."""
        if function in self._seen or not function.__module__.startswith(OURS):
            return
        self._seen.add(function)
        assert isinstance(function, FunctionType)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        loops = _loops(tree, function.__globals__)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self._note_call(node, function.__globals__, loops)
            elif isinstance(node, ast.Name):
                named = function.__globals__.get(node.id)
                if isinstance(named, FunctionType):
                    self._read(named)
            elif isinstance(node, ast.Compare) and _is_params(node.comparators[0]):
                for name in _names(node.left, loops, function.__globals__):
                    self.reads.setdefault(name, NESTED.get(name, TEXT))

    def _note_call(
        self, node: ast.Call, known: Mapping[str, Any], loops: Mapping[str, list[str]]
    ) -> None:
        called = node.func
        if isinstance(called, ast.Attribute) and _is_params(called.value) and node.args:
            if called.attr == "read" and isinstance(node.args[0], ast.Name):
                self._note_shape(known[node.args[0].id])
                return
            for name in _names(node.args[0], loops, known):
                self.reads[name] = self._schema(called.attr, name)
        elif len(node.args) > 1 and _is_params(node.args[0]):
            for name in _names(node.args[1], loops, known):
                self.reads.setdefault(name, NESTED.get(name, TEXT))

    def _note_shape(self, shape: type[BaseModel]) -> None:
        made = shape.model_json_schema(ref_template=REFS + "{model}")
        self._parts |= made.pop("$defs", {})
        for name, schema in made["properties"].items():
            schema.pop("default", None)
            is_text = schema.get("type") == "string"
            self.reads[name] = self._schema("text", name) if is_text else schema
            if name.endswith("_id"):
                self.reads[name] = self._id(name)

    def _schema(self, kind: str, name: str) -> Schema:
        """Return what a parameter looks like that is read in a way."""
        if kind == "text":
            return {"anyOf": [{"enum": list(WORDS[name])}, TEXT]} if name in WORDS else TEXT
        if kind in ("ids", "texts"):
            return {"type": "array", "items": self._id(name) if kind == "ids" else TEXT}
        return {"flag": FLAG, "id": self._id(name), "file": FILE}.get(kind) or NESTED.get(
            name, TEXT
        )


def _is_params(node: ast.expr) -> bool:
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "params_of"
    return isinstance(node, ast.Name) and node.id == "params"


def _names(
    node: ast.expr, loops: Mapping[str, list[str]], known: Mapping[str, Any]
) -> Sequence[str]:
    """Return the names that an expression stands for."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name):
        value = known.get(node.id)
        return loops.get(node.id) or ([value] if isinstance(value, str) else [])
    return []


def _loops(tree: ast.AST, known: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the values of the variables of loops over names that are known beforehand."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            try:
                values = list(eval(ast.unparse(node.iter), dict(known)))
            except NameError:
                continue  # Over something that only a call knows.
            targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            for place, target in enumerate(targets):
                if isinstance(target, ast.Name):
                    parts = [v[place] if len(targets) > 1 else v for v in values]
                    found[target.id] = [str(part) for part in parts]
    return found
