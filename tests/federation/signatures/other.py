"""Requests signed by hand, so that a test can get each part of them wrong. No code of ours."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.federation.signatures.messages import Message
from tests.federation.signatures.vectors import RSA_PRIVATE

HERE: Final = "https://here.example"
NOW: Final = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
KEY_ID: Final = "https://there.example/ap/users/7#main-key"
BODY: Final = b'{"type":"Follow"}'
TYPE: Final = "application/activity+json"
COVERED: Final = ("(request-target)", "host", "date", "digest")
COMPONENTS: Final = ("@method", "@target-uri", "content-digest")


@cache
def rsa_key() -> RSAPrivateKey:
    return cast(RSAPrivateKey, load_pem_private_key(RSA_PRIVATE.encode(), None))


def http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def came(
    headers: Mapping[str, str | Sequence[str]],
    *,
    method: str = "POST",
    target: str = "/inbox",
    body: bytes = BODY,
    base_url: str = HERE,
) -> Message:
    """Return the request as it came to us; a header may have several values."""
    pairs = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return Message.received(method, base_url, target, pairs, body=body)


def old_headers(
    *,
    method: str = "POST",
    target: str = "/inbox",
    body: bytes = BODY,
    host: str = "here.example",
    date: str | None = None,
    digest: str | None = None,
    covered: Sequence[str] = COVERED,
    algorithm: str | None = "rsa-sha256",
    created: str | None = None,
    expires: str | None = None,
    hashing: HashAlgorithm | None = None,
) -> dict[str, str]:
    """Return the headers of a request signed by draft-cavage."""
    values = {
        "(request-target)": f"{method.lower()} {target}",
        "host": host,
        "date": http_date(NOW) if date is None else date,
        "digest": f"SHA-256={b64encode(sha256(body).digest()).decode()}"
        if digest is None
        else digest,
        "content-type": TYPE,
        "(created)": created,
        "(expires)": expires,
    }
    text = "\n".join(f"{name.lower()}: {values[name.lower()]}" for name in covered)
    signature = rsa_key().sign(text.encode("latin-1"), PKCS1v15(), hashing or SHA256())
    parts = [f'keyId="{KEY_ID}"']
    parts += [f'algorithm="{algorithm}"'] if algorithm is not None else []
    parts += [f"created={created}"] if created is not None else []
    parts += [f"expires={expires}"] if expires is not None else []
    parts += [f'headers="{" ".join(covered)}"', f'signature="{b64encode(signature).decode()}"']
    sent = {name: str(values[name]) for name in ("host", "date", "digest", "content-type")}
    return {**sent, "signature": ",".join(parts)}


def new_headers(
    *,
    method: str = "POST",
    uri: str = f"{HERE}/inbox",
    body: bytes = BODY,
    components: Sequence[str] = COMPONENTS,
    parameters: str | None = None,
    label: str = "sig1",
    digest: str | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers of a request signed by RFC 9421; `parameters` follow the components."""
    if parameters is None:
        parameters = f';created={int(NOW.timestamp())};keyid="{KEY_ID}"'
    real = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
    values: dict[str, Any] = {
        "@method": method,
        "@target-uri": uri,
        "@authority": "here.example",
        "content-digest": real if digest is None else digest,
        **(more or {}),
    }
    listed = " ".join(f'"{name}"' for name in components)
    signed = f"({listed}){parameters}"
    lines = [f'"{name}": {values.get(name, "")}' for name in components]
    text = "\n".join([*lines, f'"@signature-params": {signed}'])
    signature = rsa_key().sign(text.encode("latin-1"), PKCS1v15(), SHA256())
    return {
        "host": "here.example",
        "content-type": TYPE,
        "content-digest": values["content-digest"],
        "signature-input": f"{label}={signed}",
        "signature": f"{label}=:{b64encode(signature).decode()}:",
        **(more or {}),
    }


def seconds(**off: float) -> str:
    """Return a time as seconds since 1970; `off` is how far from NOW."""
    return str(int((NOW + timedelta(**off)).timestamp()))
