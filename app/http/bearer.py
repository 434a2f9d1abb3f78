"""Tokens of programs, as they come."""

from typing import Final, NamedTuple

from starlette.requests import HTTPConnection

from app.core.crypto import hash_secret

BEARER: Final = "bearer "


def bearer_token(header: str) -> str | None:
    """Return the token of an Authorization header. Source: RFC 6750, section 2.1."""
    if not header.lower().startswith(BEARER):
        return None
    return header[len(BEARER) :].strip() or None


class Bearer(NamedTuple):
    """A token as it came, and what we know it by."""

    token: str
    hash: str


def bearer_of(connection: HTTPConnection) -> Bearer | None:
    """Return the token in the header of a request; it is read once."""
    state = connection.scope.setdefault("state", {})
    if "bearer" not in state:
        token = bearer_token(connection.headers.get("authorization", ""))
        state["bearer"] = None if token is None else Bearer(token, hash_secret(token))
    bearer: Bearer | None = state["bearer"]
    return bearer
