"""A device of a test: it has keys, and opens what reaches it by hand."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from mastodon import Mastodon

AUTH = bytes(range(16))


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Phone:
    """A device with a key of its own."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def point(self) -> str:
        return text_of(point_of(self.key))

    def open(self, body: bytes) -> Any:
        """Open an envelope of today's standard, step by step. Source: RFC 8188, RFC 8291."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender)
        shared = self.key.exchange(ECDH(), public)
        info = b"WebPush: info\0" + point_of(self.key) + sender
        secret = _derived(shared, salt=AUTH, info=info, length=32)
        key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
        nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        assert opened.endswith(b"\2"), "the last record"
        return orjson.loads(opened[:-1])

    def open_old(self, body: bytes, headers: Any) -> Any:
        """Open an envelope of the draft, as Mastodon.py does."""
        keys = {"privkey": self.key.private_numbers().private_value, "auth": AUTH}
        api = Mastodon(access_token="x", api_base_url="https://riverside.example")
        crypto = headers["Crypto-Key"]
        return api.push_subscription_decrypt_push(body, keys, headers["Encryption"], crypto)


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
