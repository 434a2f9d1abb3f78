"""The key by which push services know this site. Source: RFC 8292 (VAPID), section 3.2.

It is made from the root key, so that every node has the same and a backup holds it.
"""

from base64 import urlsafe_b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.crypto import Keyring

LABEL: Final = "push/vapid"
# The order of the curve. Source: SEC 2, section 2.4.2.
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def push_key(keyring: Keyring) -> EllipticCurvePrivateKey:
    """Return the private key with which messages to push services are signed."""
    number = int.from_bytes(keyring.derive(LABEL))
    return derive_private_key(number % (ORDER - 1) + 1, SECP256R1())


def public_push_key(keyring: Keyring) -> str:
    """Return the public key as browsers take it: the point, in base64 without padding."""
    point = push_key(keyring).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
