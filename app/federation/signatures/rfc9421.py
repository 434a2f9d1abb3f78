"""Signatures as the standard has them. Source: RFC 9421, and the profile of Mastodon 4.5.

Only whole components are known: one with parameters
(`;sf`, `;bs`, `;key`, `;req`, `;tr`, `;name`) makes a signature unreadable here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.records import Record, field
from app.federation.signatures.claims import (
    COMPONENTS_MAX,
    HEADER_MAX,
    SIGNATURE_MAX,
    Claim,
    check_key_id,
    needs_digest,
    signed_host,
)
from app.federation.signatures.digests import check_content_digest, content_digest
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.fields import read_dictionary, write_bytes, write_list
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Algorithm, Signer, sign_text
from app.federation.signatures.messages import Message
from app.federation.signatures.windows import check_fresh, read_date, read_seconds

METHOD: Final = "@method"
TARGET_URI: Final = "@target-uri"
DIGEST: Final = "content-digest"
LABEL: Final = "sig1"

_ALGORITHMS: Final = {
    None: Algorithm.ANY,
    "rsa-v1_5-sha256": Algorithm.RSA_SHA256,
    "ed25519": Algorithm.ED25519,
}
# What we can name when a site asks us to sign more than we do by ourselves.
_OURS_TO_SIGN: Final = frozenset(
    {METHOD, TARGET_URI, "@authority", "@scheme", "@path", "@query", "@request-target", DIGEST}
)
_ECHOED: Final = ("nonce", "tag")


class Wanted(Record):
    """What a site asks to be signed, in its `Accept-Signature`."""

    label: str = LABEL
    components: tuple[str, ...] = ()
    echoed: Mapping[str, str] = field(default_factory=dict)


def read(message: Message, *, now: datetime) -> Claim:
    """Return who claims to have signed `message`. Raises: BadSignature."""
    inputs = read_dictionary(message.one("signature-input"), letters_max=HEADER_MAX)
    signatures = read_dictionary(message.one("signature"), letters_max=HEADER_MAX)
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise BadSignature(Fault.MALFORMED)
    [(items, parameters)], [(signature, _)] = inputs.values(), signatures.values()
    if not isinstance(signature, bytes) or not 0 < len(signature) <= SIGNATURE_MAX:
        raise BadSignature(Fault.MALFORMED)
    names = _names(items)
    algorithm = _algorithm(parameters)
    _check_coverage(message, names)
    _check_time(message, names, parameters, now=now)
    if DIGEST in names:
        check_content_digest(message.one(DIGEST) or "", message.body)
    return Claim(
        key_id=check_key_id(_text(parameters, "keyid")),
        form=Form.RFC9421,
        algorithm=algorithm,
        signature=signature,
        texts=(signature_base(message, names, parameters),),
    )


def sign(
    message: Message, signer: Signer, *, now: datetime, wanted: Wanted | None = None
) -> dict[str, str]:
    """Return the headers to add: Signature-Input, Signature, Content-Digest if there is a body."""
    wanted = wanted or Wanted()
    names = [METHOD, TARGET_URI]
    added: dict[str, str] = {}
    if needs_digest(message):
        added["Content-Digest"] = content_digest(message.body)
        names.append(DIGEST)
    names += [n for n in wanted.components if n not in names and n != DIGEST]
    is_ed25519 = isinstance(signer.key, Ed25519PrivateKey)
    parameters = {
        "created": int(now.timestamp()),
        "keyid": signer.key_id,
        "alg": "ed25519" if is_ed25519 else "rsa-v1_5-sha256",
        **wanted.echoed,
    }
    text = signature_base(message.with_headers(added), names, parameters)
    added["Signature-Input"] = f"{wanted.label}={write_list(names, parameters)}"
    added["Signature"] = write_bytes(wanted.label, sign_text(signer.key, text))
    return added


def read_wanted(header: str) -> Wanted | None:
    """Return what an `Accept-Signature` asks for; None if we cannot sign like that.

    Source: RFC 9421, section 5.
    """
    try:
        [(label, (items, parameters))] = read_dictionary(header, letters_max=HEADER_MAX).items()
        names, _ = _names(items), _algorithm(parameters)
    except (BadSignature, ValueError):
        return None
    if not set(names) <= _OURS_TO_SIGN:
        return None
    echoed = {name: parameters[name] for name in _ECHOED if name in parameters}
    if not all(isinstance(value, str) for value in echoed.values()):
        return None
    return Wanted(label, tuple(names), echoed)


def signature_base(message: Message, names: Sequence[str], parameters: Mapping[str, Any]) -> bytes:
    """Return the text that is signed. Source: RFC 9421, section 2.5.

    Raises: BadSignature if the message has no such component.
    """
    lines = [f'"{name}": {_component(message, name)}' for name in names]
    lines.append(f'"@signature-params": {write_list(names, parameters)}')
    return "\n".join(lines).encode("latin-1")


def _component(message: Message, name: str) -> str:
    match name:
        case "@method":
            return message.method
        case "@target-uri":
            return f"{message.origin}{message.target}"
        case "@authority":
            return message.authority
        case "@scheme":
            return message.origin.partition(":")[0]
        case "@path":
            return message.path
        case "@query":
            return message.query
        case "@request-target":
            return message.target
        case "host":
            return signed_host(message)
    value = None if name.startswith("@") else message.joined(name)
    if value is None:
        raise BadSignature(Fault.COMPONENT)
    return value


def _names(items: object) -> list[str]:
    if not isinstance(items, list) or len(items) > COMPONENTS_MAX:
        raise BadSignature(Fault.MALFORMED)
    names = [value for value, parameters in items if type(value) is str and not parameters]
    if len(names) != len(items):
        raise BadSignature(Fault.COMPONENT)
    if len(set(names)) != len(names) or any(name != name.lower() for name in names):
        raise BadSignature(Fault.MALFORMED)
    return names


def _algorithm(parameters: Mapping[str, Any]) -> Algorithm:
    name = parameters.get("alg")
    found = _ALGORITHMS.get(name) if name is None or type(name) is str else None
    if found is None:
        raise BadSignature(Fault.ALGORITHM)
    return found


def _check_coverage(message: Message, names: Sequence[str]) -> None:
    needed = {METHOD, TARGET_URI} | ({DIGEST} if needs_digest(message) else set())
    if not needed <= set(names):
        raise BadSignature(Fault.COVERAGE)


def _check_time(
    message: Message, names: Sequence[str], parameters: Mapping[str, Any], *, now: datetime
) -> None:
    expires_at = _seconds(parameters, "expires") if "expires" in parameters else None
    check_fresh(_seconds(parameters, "created"), expires_at, now=now)
    if "date" in names:
        check_fresh(read_date(message.one("date")), expires_at, now=now)


def _seconds(parameters: Mapping[str, Any], name: str) -> datetime:
    value = parameters.get(name)
    if type(value) is not int:
        raise BadSignature(Fault.TIME)
    return read_seconds(value)


def _text(parameters: Mapping[str, Any], name: str) -> str:
    value = parameters.get(name)
    if type(value) is not str:
        raise BadSignature(Fault.MALFORMED)
    return value
