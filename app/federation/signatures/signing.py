"""The one way out: the headers that sign a request of ours."""

from datetime import datetime

from app.federation.signatures import cavage, rfc9421
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Signer
from app.federation.signatures.messages import Message
from app.federation.signatures.rfc9421 import Wanted


def sign(
    message: Message,
    signer: Signer,
    form: Form,
    *,
    now: datetime,
    wanted: Wanted | None = None,
) -> dict[str, str]:
    """Return the headers to add to `message`; `wanted` counts for RFC 9421 only."""
    if form is Form.RFC9421:
        return rfc9421.sign(message, signer, now=now, wanted=wanted)
    return cavage.sign(message, signer, now=now, with_query=form is Form.CAVAGE)
