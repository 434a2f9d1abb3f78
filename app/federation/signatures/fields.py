"""Structured fields, read and written by http-sf. Source: RFC 9651."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import http_sf

from app.federation.signatures.faults import BadSignature, Fault

_ANY_LABEL: Final = "a"


def read_dictionary(header: str | None, *, letters_max: int) -> dict[str, tuple[Any, Any]]:
    """Return the members of a dictionary field: label to value and parameters.

    A value is bytes, text, a number and so on, or a list of such pairs.

    Raises: BadSignature if it is empty, too long, no dictionary, or has a label or a parameter
    twice.
    """
    if not header or len(header) > letters_max:
        raise BadSignature(Fault.MALFORMED)
    try:
        found: Any = http_sf.parse(
            header.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse
        )
    except (ValueError, OverflowError):  # Also for letters outside of ASCII.
        raise BadSignature(Fault.MALFORMED) from None
    members: dict[str, tuple[Any, Any]] = found
    return members


def write_list(names: Sequence[str], parameters: Mapping[str, Any]) -> str:
    """Return an inner list of texts with its parameters.

    Raises: BadSignature if one of them has no written form.
    """
    items: Any = [(name, {}) for name in names]
    try:
        written = http_sf.ser({_ANY_LABEL: (items, dict(parameters))})
    except (ValueError, TypeError):
        raise BadSignature(Fault.MALFORMED) from None
    return written.partition("=")[2]


def write_bytes(label: str, value: bytes) -> str:
    """Return a dictionary of one label with bytes."""
    return http_sf.ser({label: (value, {})})


def _refuse(_key: str, _place: str) -> None:
    raise BadSignature(Fault.MALFORMED)
