"""Tokens of programs, as they come."""

from typing import Final

BEARER: Final = "bearer "


def bearer_token(header: str) -> str | None:
    """Return the token of an Authorization header. Source: RFC 6750, section 2.1."""
    if not header.lower().startswith(BEARER):
        return None
    return header[len(BEARER) :].strip() or None
