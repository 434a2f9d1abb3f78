"""What the standards publish: our texts are theirs, letter by letter."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.federation.signatures.cavage import signed_text
from app.federation.signatures.digests import check_content_digest, check_old_digest
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.keys import Algorithm, is_signed, read_public_key, sign_text
from app.federation.signatures.messages import Message
from app.federation.signatures.reading import read_claim
from app.federation.signatures.rfc9421 import signature_base
from tests.federation.signatures.vectors import (
    BY_ED25519,
    CREATED,
    ED25519_PUBLIC,
    FULL,
    MINIMAL,
    OLD_BASIC,
    OLD_PUBLIC,
    POSTED,
    PSS_PUBLIC,
    TRANSFORMED,
    ed25519_key,
)

FULL_NAMES = [
    "date",
    "@method",
    "@path",
    "@query",
    "@authority",
    "content-type",
    "content-digest",
    "content-length",
]
SOME_NAMES = ["date", "@method", "@path", "@authority", "content-type", "content-length"]
SOME_LIST = "(" + " ".join(f'"{name}"' for name in SOME_NAMES) + ")"
PSS_ID = {"created": CREATED, "keyid": "test-key-rsa-pss"}
ED25519_ID = {"created": CREATED, "keyid": "test-key-ed25519"}


def verify_pss(text: bytes, signature: str) -> None:
    key = load_pem_public_key(PSS_PUBLIC.encode())
    assert isinstance(key, RSAPublicKey)
    padding = PSS(mgf=MGF1(SHA512()), salt_length=64)
    key.verify(b64decode(signature), text, padding, SHA512())


def test_b_2_1_the_text_of_nothing_but_parameters() -> None:
    nonce = {"nonce": "b3k2pp5k7z-50gnwp.yemd"}
    verify_pss(signature_base(POSTED, [], PSS_ID | nonce), MINIMAL)


def test_b_2_3_the_text_of_a_whole_request() -> None:
    verify_pss(signature_base(POSTED, FULL_NAMES, PSS_ID), FULL)


def test_b_2_3_with_one_letter_changed_is_another_text() -> None:
    changed = POSTED.with_headers({"Content-Type": "application/jsom"})
    with pytest.raises(InvalidSignature):
        verify_pss(signature_base(changed, FULL_NAMES, PSS_ID), FULL)


def test_b_2_6_ed25519_reads_and_writes_the_same_signature() -> None:
    text = signature_base(POSTED, SOME_NAMES, ED25519_ID)
    key = read_public_key(ED25519_PUBLIC)
    assert is_signed(key, Algorithm.ED25519, b64decode(BY_ED25519), text)
    assert b64encode(sign_text(ed25519_key(), text)).decode() == BY_ED25519


@pytest.mark.parametrize(
    ("target", "accept"),
    [
        pytest.param("/demo?name1=Value1&Name2=value2", ["application/json", "*/*"], id="as sent"),
        pytest.param("/demo?x=1", ["application/json, */*"], id="query changed, values joined"),
    ],
)
def test_b_4_what_a_proxy_may_change(target: str, accept: list[str]) -> None:
    message = Message(
        method="GET", origin="https://example.org", target=target, headers={"accept": accept}
    )
    text = signature_base(message, ["@method", "@path", "@authority", "accept"], ED25519_ID)
    key = read_public_key(ED25519_PUBLIC)
    assert is_signed(key, Algorithm.ANY, b64decode(TRANSFORMED), text)


@pytest.mark.parametrize(
    ("input_", "fault"),
    [
        pytest.param('("@query-param";name="Pet")', Fault.COMPONENT, id="B.2.2"),
        pytest.param("()", Fault.COVERAGE, id="B.2.1"),
        pytest.param(SOME_LIST, Fault.COVERAGE, id="B.2.6"),
    ],
)
def test_what_is_right_by_the_standard_and_covers_too_little(input_: str, fault: Fault) -> None:
    parameters = f';created={CREATED};keyid="test-key-ed25519"'
    signed = POSTED.with_headers(
        {"Signature-Input": f"b={input_}{parameters}", "Signature": f"b=:{BY_ED25519}:"}
    )
    with pytest.raises(BadSignature) as caught:
        read_claim(signed, now=datetime.fromtimestamp(CREATED, UTC))
    assert caught.value.fault is fault


def test_the_digest_of_b_2_is_that_of_its_body() -> None:
    check_content_digest(POSTED.headers["content-digest"][0], POSTED.body)


def test_cavage_c_2_the_basic_test() -> None:
    headers = {
        "Host": "example.com",
        "Date": "Sun, 05 Jan 2014 21:31:40 GMT",
        "Content-Type": "application/json",
        "Digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "Content-Length": "18",
    }
    message = Message.sent(
        "POST",
        "https://example.com/foo?param=value&pet=dog",
        headers,
        body=b'{"hello": "world"}',
    )
    names = ["(request-target)", "host", "date"]
    text = signed_text(message, names, {}, target=message.target)
    key = load_pem_public_key(OLD_PUBLIC.encode())
    assert isinstance(key, RSAPublicKey)
    key.verify(b64decode(OLD_BASIC), text, PKCS1v15(), SHA256())
    check_old_digest(headers["Digest"], message.body)
    with pytest.raises(BadSignature, match="too weak"):
        read_public_key(OLD_PUBLIC)
