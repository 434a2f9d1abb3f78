"""The one way in: who claims to have signed a request that came."""

from datetime import datetime

from app.federation.signatures import cavage, rfc9421
from app.federation.signatures.claims import Claim
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.messages import Message


def read_claim(message: Message, *, now: datetime) -> Claim:
    """Return who claims to have signed `message`, everything checked that needs no key.

    Form, algorithm, coverage, host, time and the digest of the body are right when it returns.
    A request with `Signature-Input` is signed by RFC 9421, whatever else it carries.

    Raises: BadSignature. `Fault.UNSIGNED` if nobody claims anything.
    """
    if "signature-input" in message.headers:
        return rfc9421.read(message, now=now)
    if "signature" in message.headers:
        return cavage.read(message, now=now)
    raise BadSignature(Fault.UNSIGNED)
