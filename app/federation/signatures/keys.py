"""Keys: those of other sites, read with care; our own, read fast. RSA and Ed25519.

The objects are kept, because their first use costs more than the later ones.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.core.records import Record
from app.federation.signatures.faults import BadSignature, Fault

PublicKey: TypeAlias = RSAPublicKey | Ed25519PublicKey
PrivateKey: TypeAlias = RSAPrivateKey | Ed25519PrivateKey

RSA_BITS_MIN: Final = 2_048
RSA_BITS_MAX: Final = 8_192  # A larger one costs us more than it costs who sends it.
PEM_MAX: Final = 8_192  # Letters.
KEYS_KEPT: Final = 8_192
_EXPONENT_MAX: Final = 1 << 32
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_MULTIKEY: Final = b"\xed\x01"
_MULTIKEY_MAX: Final = 64  # Letters; that of Ed25519 has 48.


class Algorithm(StrEnum):
    """How a text was signed. `ANY`: as the key does it, which for RSA is SHA-256."""

    ANY = "any"
    RSA_SHA256 = "rsa-sha256"
    RSA_SHA512 = "rsa-sha512"
    ED25519 = "ed25519"


class Signer(Record):
    """Who signs: the id under which others find the public half, and the private half."""

    key_id: str
    key: PrivateKey


@lru_cache(maxsize=KEYS_KEPT)
def read_public_key(pem: str) -> PublicKey:
    """Return the key in a `publicKeyPem`.

    Raises: BadSignature unless it is Ed25519, or RSA of 2,048 to 8,192 bits with a plain exponent.
    """
    if len(pem) > PEM_MAX:
        raise BadSignature(Fault.KEY)
    try:
        key = load_pem_public_key(pem.strip().encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        raise BadSignature(Fault.KEY) from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey) or not RSA_BITS_MIN <= key.key_size <= RSA_BITS_MAX:
        raise BadSignature(Fault.KEY)
    exponent = key.public_numbers().e
    if exponent < 3 or exponent % 2 == 0 or exponent > _EXPONENT_MAX:
        raise BadSignature(Fault.KEY)
    return key


@lru_cache(maxsize=KEYS_KEPT)
def read_multikey(text: str) -> PublicKey:
    """Return the Ed25519 key in a `publicKeyMultibase`. Raises: BadSignature.

    Source: W3C Controlled Identifiers 2.2.2; FEP-521a.
    """
    if not text.startswith("z") or len(text) > _MULTIKEY_MAX:
        raise BadSignature(Fault.KEY)
    number = 0
    for letter in text[1:]:
        digit = _BASE58.find(letter)
        if digit < 0:
            raise BadSignature(Fault.KEY)
        number = number * 58 + digit
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != 34 or not raw.startswith(_ED25519_MULTIKEY):
        raise BadSignature(Fault.KEY)
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def is_signed(key: PublicKey, algorithm: Algorithm, signature: bytes, text: bytes) -> bool:
    """Return whether `signature` is that of `text` by `key`, in an algorithm of its kind."""
    try:
        if isinstance(key, Ed25519PublicKey):
            if algorithm not in (Algorithm.ANY, Algorithm.ED25519):
                return False
            key.verify(signature, text)
        elif algorithm is Algorithm.ED25519:
            return False
        else:
            is_long = algorithm is Algorithm.RSA_SHA512
            key.verify(signature, text, PKCS1v15(), SHA512() if is_long else SHA256())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=KEYS_KEPT)
def own_key(pem: bytes) -> RSAPrivateKey:
    """Return a private key that we made ourselves, from its PEM.

    Its parts are not checked against each other: that takes a hundred times as long as signing
    does, and nobody but us writes these texts.
    """
    key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey), "our keys are RSA"
    return key


def sign_text(key: PrivateKey, text: bytes) -> bytes:
    """Return the signature of `text`: RSA as PKCS #1 1.5 with SHA-256, or Ed25519."""
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(text)
    return key.sign(text, PKCS1v15(), SHA256())


def public_pem(private: PrivateKey) -> str:
    """Return the public half, as it stands in an actor's document."""
    return pem_of(private.public_key())


def pem_of(public: PublicKey) -> str:
    """Return a public key as PEM."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
