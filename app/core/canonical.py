"""Canonical JSON and the links of hash chains. Pure, and nothing but the standard library.

Source: RFC 8785 for the order and form of members, with two restrictions that make it safe to
re-implement: numbers are integers, and text is in Unicode's NFC.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

GENESIS = "0" * 64


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of `value`: members sorted, no white space, UTF-8, NFC.

    Raises: TypeError for floats and anything that JSON does not know.
    """
    return json.dumps(
        _normal(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def link(chain: str, *, seq: int, prev_hash: str, payload_hash: str) -> str:
    """Return the hash of entry `seq` of `chain`, which seals everything before it."""
    return digest([chain, seq, prev_hash, payload_hash])


def _normal(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _normal(value[key]) for key in sorted(value, key=_order)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_normal(item) for item in value]
    raise TypeError(f"canonical JSON has no {type(value).__name__}")


def _order(key: Any) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"canonical JSON has no {type(key).__name__} as a key")
    return key.encode("utf-16-be", "surrogatepass")
