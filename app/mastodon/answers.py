"""Answers of the client API: JSON written once, by orjson."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from starlette.responses import Response

JSON: Final = "application/json; charset=utf-8"


def json(value: Any, *, status: int = 200) -> Response:
    """Return the value as an answer. Rendered parts may be `orjson.Fragment`s."""
    return Response(orjson.dumps(value), status, media_type=JSON)


def raw(body: bytes) -> Response:
    """Return an answer that is written already."""
    return Response(body, media_type=JSON)


def listed(parts: Sequence[bytes]) -> Response:
    """Return a list of rendered entities as an answer."""
    if not parts:
        return raw(b"[]")
    # The brackets go to the first and the last, so that the whole is written once.
    first, *rest = parts
    return raw(b",".join((b"[" + first, *rest[:-1], rest[-1] + b"]")) if rest else b"[%b]" % first)


def nothing() -> Response:
    """Return the empty object that says: done."""
    return raw(b"{}")
