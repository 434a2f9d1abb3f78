"""Our signatures read by independent libraries, and theirs by us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pytest
from apsig.draft.sign import Signer as OtherOldSigner
from apsig.draft.verify import Verifier as OtherOldVerifier
from apsig.exceptions import VerificationFailedError
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256, HTTPSignatureAlgorithm

from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Signer, public_pem, read_public_key
from app.federation.signatures.messages import Message
from app.federation.signatures.reading import read_claim
from app.federation.signatures.rfc9421 import Wanted
from app.federation.signatures.signing import sign
from tests.federation.signatures.other import BODY, HERE, KEY_ID, TYPE, came, rsa_key
from tests.federation.signatures.vectors import ED25519_PUBLIC, RSA_PUBLIC, ed25519_key

RSA: Final = Signer(KEY_ID, rsa_key())
EDWARDS: Final = Signer(KEY_ID, ed25519_key())
PUBLIC: Final = {RSA: RSA_PUBLIC, EDWARDS: ED25519_PUBLIC}
ALGORITHMS: Final[dict[Signer, type[HTTPSignatureAlgorithm]]] = {
    RSA: RSA_V1_5_SHA256,
    EDWARDS: ED25519,
}
URL: Final = f"{HERE}/inbox"
REQUESTS = [
    pytest.param("POST", URL, BODY, id="POST"),
    pytest.param("GET", f"{HERE}/@ada", b"", id="GET"),
    pytest.param("GET", f"{HERE}/?p=12&x=%C3%BC", b"", id="GET with a query"),
]


@dataclass
class Asked:
    """A request as `http-message-signatures` wants it."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, signer: Signer) -> None:
        self.signer = signer

    def resolve_public_key(self, key_id: str) -> bytes:
        assert key_id == KEY_ID
        return PUBLIC[self.signer].encode()

    def resolve_private_key(self, key_id: str) -> object:
        assert key_id == KEY_ID
        return self.signer.key


def now() -> datetime:
    """The libraries ask the clock themselves."""
    return datetime.now(UTC)


def ours(method: str, url: str, body: bytes, form: Form, signer: Signer) -> dict[str, str]:
    headers = {"Host": "here.example", "Content-Type": TYPE}
    message = Message.sent(method, url, headers, body=body)
    return {**headers, **sign(message, signer, form, now=now())}


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("signer", [RSA])
def test_we_read_what_we_sign(
    method: str, url: str, body: bytes, form: Form, signer: Signer
) -> None:
    headers = ours(method, url, body, form, signer)
    target = url.removeprefix(HERE)
    claim = read_claim(came(headers, method=method, target=target, body=body), now=now())
    assert claim.key_id == KEY_ID
    assert claim.is_by(read_public_key(RSA_PUBLIC))
    assert not claim.is_by(read_public_key(ED25519_PUBLIC))


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
def test_apsig_reads_our_older_form(method: str, url: str, body: bytes) -> None:
    # It signs the path alone, as older sites do.
    headers = ours(method, url, body, Form.CAVAGE_BARE, RSA)
    pem = public_pem(rsa_key())
    verifier = OtherOldVerifier(pem, method, url, headers, body=body)
    assert verifier.verify(raise_on_fail=True) == KEY_ID
    elsewhere = OtherOldVerifier(pem, method, f"{HERE}/elsewhere", headers, body=body)
    with pytest.raises(VerificationFailedError):
        elsewhere.verify(raise_on_fail=True)


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
def test_we_read_the_older_form_of_apsig(method: str, url: str, body: bytes) -> None:
    signer = OtherOldSigner(
        headers={"Content-Type": TYPE},
        private_key=rsa_key(),
        method=method,
        url=url,
        key_id=KEY_ID,
        body=body,
    )
    headers = {name.lower(): value for name, value in signer.sign().items()}
    message = came(headers, method=method, target=url.removeprefix(HERE), body=body)
    assert read_claim(message, now=now()).is_by(read_public_key(RSA_PUBLIC))


def reading_by_others(
    method: str, url: str, headers: Mapping[str, str], body: bytes, signer: Signer
) -> set[str]:
    """Return what an independent library finds covered. Raises: InvalidSignature."""
    verifier = HTTPMessageVerifier(
        signature_algorithm=ALGORITHMS[signer], key_resolver=Keys(signer)
    )
    asked = Asked(method, url, dict(headers))
    [result] = verifier.verify(asked, body=body or None)
    return {str(name) for name in result.covered_components}


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
@pytest.mark.parametrize("signer", [RSA, EDWARDS], ids=["rsa", "ed25519"])
def test_others_read_our_newer_form(method: str, url: str, body: bytes, signer: Signer) -> None:
    headers = ours(method, url, body, Form.RFC9421, signer)
    covered = reading_by_others(method, url, headers, body, signer)
    assert {'"@method"', '"@target-uri"'} <= covered
    assert ('"content-digest"' in covered) is bool(body)
    with pytest.raises(InvalidSignature):
        reading_by_others(method, f"{url}x", headers, body, signer)


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
@pytest.mark.parametrize("signer", [RSA, EDWARDS], ids=["rsa", "ed25519"])
def test_we_read_the_newer_form_of_others(
    method: str, url: str, body: bytes, signer: Signer
) -> None:
    asked = Asked(method, url, {"Host": "here.example", "Content-Type": TYPE})
    other = HTTPMessageSigner(signature_algorithm=ALGORITHMS[signer], key_resolver=Keys(signer))
    other.sign(
        asked,
        key_id=KEY_ID,
        created=now(),
        nonce="n0",
        covered_component_ids=("@method", "@target-uri", "@authority", "content-type"),
        body=body or None,
    )
    message = came(asked.headers, method=method, target=url.removeprefix(HERE), body=body)
    claim = read_claim(message, now=now())
    assert claim.is_by(read_public_key(PUBLIC[signer]))
    tampered = message.with_headers({"Content-Type": "text/html"})
    assert not read_claim(tampered, now=now()).is_by(read_public_key(PUBLIC[signer]))


def test_what_a_site_asked_for_is_signed_too() -> None:
    wanted = Wanted("fedi", ("@method", "@authority", "content-digest"), {"nonce": "n0"})
    headers = {"Host": "here.example", "Content-Type": TYPE}
    message = Message.sent("POST", URL, headers, body=BODY)
    signed = headers | sign(message, RSA, Form.RFC9421, now=now(), wanted=wanted)
    assert signed["Signature"].startswith("fedi=:")
    assert ';nonce="n0"' in signed["Signature-Input"]
    assert '"@authority"' in reading_by_others("POST", URL, signed, BODY, RSA)
