"""Digests of bodies: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530)."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import Final

from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.fields import read_dictionary

HEADER_MAX: Final = 1_024  # Letters.
_PARTS_MAX: Final = 8


def old_digest(body: bytes) -> str:
    """Return the value of a `Digest` header."""
    return f"SHA-256={b64encode(hashlib.sha256(body).digest()).decode()}"


def content_digest(body: bytes) -> str:
    """Return the value of a `Content-Digest` header."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


def check_old_digest(value: str, body: bytes) -> None:
    """Check a `Digest` header: its SHA-256 counts, other algorithms are passed over.

    Raises: BadSignature if there is no SHA-256, more than one, or not that of `body`.
    """
    if len(value) > HEADER_MAX:
        raise BadSignature(Fault.DIGEST)
    parts = [part.strip().partition("=") for part in value.split(",", _PARTS_MAX)]
    given = [text for name, _, text in parts if name.lower() == "sha-256"]
    if len(given) != 1:
        raise BadSignature(Fault.DIGEST)
    try:
        claimed = b64decode(given[0], validate=True)
    except ValueError:
        raise BadSignature(Fault.DIGEST) from None
    _compare(claimed, hashlib.sha256(body).digest())


def check_content_digest(value: str, body: bytes) -> None:
    """Check a `Content-Digest` header: each SHA-256 and SHA-512 in it, and at least one.

    Raises: BadSignature.
    """
    given = read_dictionary(value, letters_max=HEADER_MAX)
    makers = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
    known = [name for name in makers if name in given]
    if not known:
        raise BadSignature(Fault.DIGEST)
    for name in known:
        claimed = given[name][0]
        if not isinstance(claimed, bytes):
            raise BadSignature(Fault.DIGEST)
        _compare(claimed, makers[name](body).digest())


def _compare(claimed: bytes, real: bytes) -> None:
    if not hmac.compare_digest(claimed, real):
        raise BadSignature(Fault.DIGEST)
