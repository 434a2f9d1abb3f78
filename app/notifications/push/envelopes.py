"""Envelopes that only the device opens, and the stamp that says who sent them. Pure.

Source: RFC 8291 (Web Push encryption, aes128gcm) and RFC 8292 (VAPID); for programs that never
say that they know those, draft-ietf-webpush-encryption-04 (aesgcm).
"""

import binascii
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.records import Record

POINT_BYTES: Final = 65
AUTH_BYTES: Final = 16
SALT_BYTES: Final = 16
NUMBER_BYTES: Final = 32
STAMP_FOR: Final = timedelta(hours=23)  # At most a day, by the receiver's clock.
KEPT_SECONDS: Final = 48 * 60 * 60


class Receiver(Record):
    """A device: where it is reached, and what is needed to write to it."""

    endpoint: str
    point: bytes  # Its public key, uncompressed.
    auth: bytes
    is_standard: bool = True


class Envelope(Record):
    """What is sent to the push service."""

    body: bytes
    headers: Mapping[str, str]


def read_point(text: str) -> bytes | None:
    """Return a device's public key; None if it is none. Programs write it in either base64."""
    point = _bytes(text)
    if point is None or len(point) != POINT_BYTES:
        return None
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return None
    return point


def read_auth(text: str) -> bytes | None:
    """Return a device's secret; None if it is none."""
    auth = _bytes(text)
    return auth if auth is not None and len(auth) == AUTH_BYTES else None


def seal(
    message: bytes,
    receiver: Receiver,
    *,
    key: EllipticCurvePrivateKey,
    contact: str,
    now: datetime,
) -> Envelope:
    """Return the message in an envelope for the device, stamped with the site's key."""
    stamp, site = _stamp(receiver.endpoint, key, contact=contact, now=now), _written(key)
    common = {
        "TTL": str(KEPT_SECONDS),
        "Urgency": "normal",
        "Content-Type": "application/octet-stream",
    }
    once = generate_private_key(SECP256R1())
    given = {"private_key": once, "dh": receiver.point, "auth_secret": receiver.auth}
    if receiver.is_standard:
        body = http_ece.encrypt(message, version="aes128gcm", **given)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Authorization": f"vapid t={stamp},k={site}",
        }
        return Envelope(body, common | headers)
    salt = os.urandom(SALT_BYTES)
    body = http_ece.encrypt(message, version="aesgcm", salt=salt, **given)
    headers = {
        "Content-Encoding": "aesgcm",
        "Encryption": f"salt={_text(salt)}",
        "Crypto-Key": f"dh={_written(once)};p256ecdsa={site}",
        "Authorization": f"WebPush {stamp}",
    }
    return Envelope(body, common | headers)


def _stamp(endpoint: str, key: EllipticCurvePrivateKey, *, contact: str, now: datetime) -> str:
    """Return the signed word of who sends, to whom, until when. Source: RFC 8292 2, RFC 7515."""
    parts = urlsplit(endpoint)
    head = {"typ": "JWT", "alg": "ES256"}
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + STAMP_FOR).timestamp()),
        "sub": contact,
    }
    signed = ".".join(_text(json.dumps(part).encode()) for part in (head, claims))
    numbers = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{_text(b''.join(n.to_bytes(NUMBER_BYTES) for n in numbers))}"


def _written(key: EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return None
