"""What a program sends, from wherever it sends it: query, form, files and JSON become one.

Source: mastodon-api.md 1.1. Clients send the same parameter in four encodings, and lists and
nested values in the bracket notation of Rack.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.core.errors import Invalid
from app.core.words import say
from app.http.bodies import FORM
from app.http.faults import faults_of
from app.mastodon.values import read_flag, read_id, read_ids

T = TypeVar("T", bound=BaseModel)

KEY: Final = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])*")
PART: Final = re.compile(r"[^\[\]]+|\[\]")
DEPTH_MAX: Final = 4
PAIRS_MAX: Final = 1_000
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class Params(Mapping[str, Any]):
    """The parameters of a request by name: texts, lists, mappings and files."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        """Return the parameter as a text; "" if it was not sent."""
        value = self._values.get(name)
        if isinstance(value, list) and value:
            value = value[-1]
        return "" if value is None or isinstance(value, dict | list) else str(value)

    def flag(self, name: str) -> bool | None:
        """Return the parameter as yes or no; None if it was not sent."""
        return None if self._values.get(name) is None else read_flag(self._values[name])

    def id(self, name: str) -> int | None:
        """Return the parameter as an id; None if it was not sent. Raises: Invalid."""
        value = self.text(name)
        if not value:
            return None
        found = read_id(value)
        if found is None:
            raise Invalid(say("{name} is not an id", name=name), **{name: value})
        return found

    def ids(self, name: str) -> tuple[int, ...]:
        """Return the ids of a list, each once, in order; what is no id is left out."""
        return read_ids(self._values.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list; a single text is a list of one."""
        value = self._values.get(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
        return tuple(str(part) for part in found if not isinstance(part, dict | list))

    def file(self, name: str) -> UploadFile | None:
        """Return the file that was sent; None if there is none."""
        value = self._values.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def read(self, model: type[T]) -> T:
        """Return the parameters as a shape. Raises: Invalid, naming each fault."""
        try:
            given = {name: value for name, value in self._values.items() if value is not None}
            return model.model_validate(given)
        except ValidationError as error:
            fields = faults_of(error.errors())
            text = ", ".join(f"{name}: {fault}" for name, fault in fields.items())
            raise Invalid(text, **fields) from None


def unfold(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return pairs of bracketed keys and values as nested lists and mappings.

    `a[]` is an item of a list, `a[b]` of a mapping; `a[][b]` begins a new mapping whenever a key
    repeats; `a[][]`, as Mastodon.py writes some lists, is `a[]`. What contradicts an earlier key,
    or nests too deeply, is dropped.
    """
    values: dict[str, Any] = {}
    for key, value in pairs:
        if KEY.fullmatch(key) is None:
            continue
        parts = PART.findall(key.replace("[][]", "[]"))
        if len(parts) <= DEPTH_MAX:
            _put(values, parts, value)
    return values


def _put(values: dict[str, Any], parts: list[str], value: Any) -> None:
    name, rest = parts[0], parts[1:]
    if not rest:
        values[name] = value
    elif rest[0] == "[]":
        listed = values.setdefault(name, [])
        if isinstance(listed, list):
            _append(listed, rest[1:], value)
    else:
        nested = values.setdefault(name, {})
        if isinstance(nested, dict):
            _put(nested, rest, value)


def _append(listed: list[Any], rest: list[str], value: Any) -> None:
    if not rest:
        listed.append(value)
        return
    is_open = bool(listed) and isinstance(listed[-1], dict)
    if not is_open or (len(rest) == 1 and rest[0] in listed[-1]):
        listed.append({})
    _put(listed[-1], rest, value)


def read_json(body: bytes) -> dict[str, Any]:
    """Return a JSON body's values by name. Raises: HTTPException 400 if it is no object."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400) from None
    if not isinstance(found, dict):
        raise HTTPException(400)
    cleaned = {name.removesuffix("[]"): _cleaned(value) for name, value in found.items()}
    plain = {name: value for name, value in cleaned.items() if "[" not in name}
    return unfold((k, v) for k, v in cleaned.items() if "[" in k) | plain


def _cleaned(value: Any) -> Any:
    """Return a value without the null bytes that no database keeps."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {str(name): _cleaned(part) for name, part in value.items()}
    return value


async def params_of(request: Request) -> Params:
    """Return what the request brought: the body's word counts where the query says it too.

    Raises: HTTPException 400 if it cannot be read.
    """
    state = request.scope.setdefault("state", {})
    known: Params | None = state.get("params")
    if known is None:
        known = state["params"] = Params(_query(request) | await _body(request))
    return known


def _query(request: Request) -> dict[str, Any]:
    if not request.scope["query_string"]:
        return {}
    pairs = request.query_params.multi_items()[:PAIRS_MAX]
    return unfold((key, _cleaned(value)) for key, value in pairs)


async def _body(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS:
        form = await request.form(max_fields=PAIRS_MAX)
        setattr(request.state, FORM, form)
        return unfold((key, _cleaned(value)) for key, value in form.multi_items())
    if kind == "application/json":
        body = await request.body()
        return read_json(body) if body.strip() else {}
    return {}


ParamsDep = Annotated[Params, Depends(params_of)]
