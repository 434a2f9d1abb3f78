"""Keys: which we read, and what signs what."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_curve_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.federation.keys import make_pair
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.keys import (
    Algorithm,
    is_signed,
    own_key,
    public_pem,
    read_multikey,
    read_public_key,
    sign_text,
)
from tests.federation.signatures.other import rsa_key
from tests.federation.signatures.vectors import ED25519_PUBLIC, RSA_PUBLIC, ed25519_key

# The key of RFC 8032 7.1, test 1, as the Controlled Identifiers write it.
MULTIKEY = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"


def pem_of(bits: int, exponent: int = 65_537) -> str:
    modulus = (1 << (bits - 1)) | (rsa_key().private_numbers().public_numbers.n >> 64) | 1
    key = RSAPublicNumbers(exponent, modulus).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_a_key_of_ours_signs_and_verifies() -> None:
    pair = make_pair()
    pem = pair.private_pem
    key = own_key(pem)
    assert key.key_size == 2_048
    assert own_key(pem) is key
    assert public_pem(key) == pair.public_pem
    public = read_public_key(pair.public_pem)
    signature = sign_text(key, b"text")
    assert is_signed(public, Algorithm.RSA_SHA256, signature, b"text")
    assert not is_signed(public, Algorithm.RSA_SHA256, signature, b"tex")
    assert not is_signed(public, Algorithm.RSA_SHA512, signature, b"text")
    assert not is_signed(public, Algorithm.ED25519, signature, b"text")


@pytest.mark.parametrize("algorithm", [Algorithm.RSA_SHA256, Algorithm.RSA_SHA512])
def test_ed25519_is_not_taken_for_rsa(algorithm: Algorithm) -> None:
    key, signature = read_public_key(ED25519_PUBLIC), sign_text(ed25519_key(), b"text")
    assert is_signed(key, Algorithm.ED25519, signature, b"text")
    assert not is_signed(key, algorithm, signature, b"text")
    assert not is_signed(key, Algorithm.ED25519, signature[:-1], b"text")


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param(f"\n\n{RSA_PUBLIC}\n ", id="in white space"),
        pytest.param(RSA_PUBLIC.replace("\n", "\r\n"), id="with the line ends of Windows"),
        pytest.param(RSA_PUBLIC, id="PKCS #1"),
        pytest.param(public_pem(rsa_key()), id="SubjectPublicKeyInfo"),
        pytest.param(pem_of(8_192), id="8192 bits"),
    ],
)
def test_keys_that_are_read(pem: str) -> None:
    assert read_public_key(pem) is read_public_key(pem)


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param("", id="nothing"),
        pytest.param("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----", id="no base64"),
        pytest.param(RSA_PUBLIC.replace("M", "m", 1), id="a wrong letter"),
        pytest.param(RSA_PUBLIC.replace("E", "\u0395"), id="Greek letters"),
        pytest.param(RSA_PUBLIC * 100, id="a hundred keys"),
        pytest.param(pem_of(512), id="512 bits"),
        pytest.param(pem_of(1_024), id="1024 bits"),
        pytest.param(pem_of(16_384), id="16384 bits"),
        pytest.param(pem_of(2_048, (1 << 64) + 1), id="an exponent that takes long"),
        pytest.param(
            new_curve_key(SECP256R1())
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode(),
            id="another curve",
        ),
    ],
)
def test_keys_that_are_not(pem: str) -> None:
    with pytest.raises(BadSignature) as caught:
        read_public_key(pem)
    assert caught.value.fault is Fault.KEY


def test_an_exponent_of_one_is_no_key() -> None:
    """The libraries make none, so the number is changed in the written key."""
    pem = public_pem(rsa_key())
    assert "IDAQAB" in pem
    with pytest.raises(BadSignature):
        read_public_key(pem.replace("IDAQAB", "IDAAAB"))


def test_a_multikey_is_read() -> None:
    key = read_multikey(MULTIKEY)
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@pytest.mark.parametrize(
    "text",
    ["", "z", "z1", MULTIKEY[1:], MULTIKEY[:-1], MULTIKEY + "1", "z0" + MULTIKEY[2:], "z" * 9_999],
)
def test_a_multikey_that_is_none(text: str) -> None:
    with pytest.raises(BadSignature):
        read_multikey(text)
