"""Signatures as all of the fediverse has them. Source: draft-cavage-http-signatures-12.

Asked more strictly than others do: target, host and time are always covered, and the digest
with any body, so that no signature serves for another request.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.federation.signatures.claims import (
    COMPONENTS_MAX,
    HEADER_MAX,
    SIGNATURE_MAX,
    Claim,
    check_key_id,
    needs_digest,
    signed_host,
)
from app.federation.signatures.digests import check_old_digest, old_digest
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Algorithm, Signer, sign_text
from app.federation.signatures.messages import Message
from app.federation.signatures.windows import check_fresh, read_date, read_seconds, write_date

TARGET: Final = "(request-target)"
CREATED: Final = "(created)"
EXPIRES: Final = "(expires)"

# Whoever says hs2019 or nothing means what the key is for; for RSA, SHA-256.
_ALGORITHMS: Final = {
    "": Algorithm.ANY,
    "hs2019": Algorithm.ANY,
    "rsa-sha256": Algorithm.RSA_SHA256,
    "rsa-sha512": Algorithm.RSA_SHA512,
    "ed25519": Algorithm.ED25519,
}
_PARAMETERS_MAX: Final = 16
_PARAMETER: Final = re.compile(
    r'[ \t]*([A-Za-z]{1,32})=(?:"([^"\\]*)"|([0-9]{1,16}))[ \t]*(?:,(?!\Z)|\Z)'
)


def read(message: Message, *, now: datetime) -> Claim:
    """Return who claims to have signed `message`. Raises: BadSignature."""
    given = _parameters(message.one("signature") or "")
    algorithm = _ALGORITHMS.get(given.get("algorithm", ""))
    if algorithm is None:
        raise BadSignature(Fault.ALGORITHM)
    names = given.get("headers", "date").lower().split()
    if len(names) > COMPONENTS_MAX or len(set(names)) != len(names):
        raise BadSignature(Fault.MALFORMED)
    _check_coverage(message, names, given)
    _check_time(message, names, given, now=now)
    if "digest" in names:
        check_old_digest(message.one("digest") or "", message.body)
    targets = dict.fromkeys((message.target, message.path))
    return Claim(
        key_id=check_key_id(given.get("keyId", "")),
        form=Form.CAVAGE,
        algorithm=algorithm,
        signature=_signature(given.get("signature", "")),
        texts=tuple(signed_text(message, names, given, target=target) for target in targets),
    )


def sign(
    message: Message, signer: Signer, *, now: datetime, with_query: bool = True
) -> dict[str, str]:
    """Return the headers to add to `message`: Date, Signature, and Digest if it has a body."""
    added = {"Date": write_date(now)}
    names = [TARGET, "host", "date"]
    if needs_digest(message):
        added["Digest"] = old_digest(message.body)
        names += ["digest", *(["content-type"] if "content-type" in message.headers else [])]
    dressed = message.with_headers(added)
    target = message.target if with_query else message.path
    text = signed_text(dressed, names, {}, target=target)
    signature = b64encode(sign_text(signer.key, text)).decode()
    added["Signature"] = (
        f'keyId="{signer.key_id}",algorithm="rsa-sha256",'
        f'headers="{" ".join(names)}",signature="{signature}"'
    )
    return added


def signed_text(
    message: Message, names: Sequence[str], parameters: Mapping[str, str], *, target: str
) -> bytes:
    """Return the text that a signature over `names` signs, one line for each.

    Raises: BadSignature if the message has no such header.
    """
    lines: list[str] = []
    for name in names:
        if name == TARGET:
            value: str | None = f"{message.method.lower()} {target}"
        elif name in (CREATED, EXPIRES):
            value = parameters.get(name[1:-1])
        elif name == "host":
            value = signed_host(message)
        else:
            value = message.joined(name)
        if value is None:
            raise BadSignature(Fault.COMPONENT)
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode("latin-1")


def _parameters(header: str) -> dict[str, str]:
    if len(header) > HEADER_MAX:
        raise BadSignature(Fault.MALFORMED)
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None or match[1] in found or len(found) == _PARAMETERS_MAX:
            raise BadSignature(Fault.MALFORMED)
        found[match[1]] = match[3] if match[2] is None else match[2]
        at = match.end()
    return found


def _check_coverage(message: Message, names: Sequence[str], given: Mapping[str, str]) -> None:
    needed = {TARGET, "host"} | ({"digest"} if needs_digest(message) else set())
    if not needed <= set(names) or not {"date", CREATED} & set(names):
        raise BadSignature(Fault.COVERAGE)
    is_old = given.get("algorithm", "").startswith("rsa")
    if is_old and {CREATED, EXPIRES} & set(names):
        # Section 2.3: these algorithms know no such thing.
        raise BadSignature(Fault.ALGORITHM)


def _check_time(
    message: Message, names: Sequence[str], given: Mapping[str, str], *, now: datetime
) -> None:
    """Check each time that was signed; what stands beside the signature unsigned says nothing."""
    expires_at = _seconds(given, "expires") if EXPIRES in names else None
    if CREATED in names:
        check_fresh(_seconds(given, "created"), expires_at, now=now)
    if "date" in names:
        check_fresh(read_date(message.one("date")), expires_at, now=now)


def _seconds(given: Mapping[str, str], name: str) -> datetime:
    text = given.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise BadSignature(Fault.TIME)
    return read_seconds(int(text))


def _signature(text: str) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except ValueError:
        raise BadSignature(Fault.MALFORMED) from None
    if not 0 < len(found) <= SIGNATURE_MAX:
        raise BadSignature(Fault.MALFORMED)
    return found
