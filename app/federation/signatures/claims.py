"""Who says to have signed a request, before their key is asked."""

from typing import Final

from app.core.records import Record
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Algorithm, PublicKey, is_signed
from app.federation.signatures.messages import Message

HEADER_MAX: Final = 8_192  # Letters of a signature header.
SIGNATURE_MAX: Final = 1_024  # Bytes: those of the largest key.
COMPONENTS_MAX: Final = 32
KEY_ID_MAX: Final = 2_048
BODILESS: Final = frozenset({"GET", "HEAD"})


class Claim(Record):
    """A signature that is well made, fresh, and covers what it must; by whom is yet to be seen.

    `texts` are what may have been signed: with and without the query, where that is in doubt.
    """

    key_id: str
    form: Form
    algorithm: Algorithm
    signature: bytes
    texts: tuple[bytes, ...]

    def is_by(self, key: PublicKey) -> bool:
        """Return whether it was made with the private half of `key`."""
        return any(is_signed(key, self.algorithm, self.signature, text) for text in self.texts)


def needs_digest(message: Message) -> bool:
    """Return whether a signature of this request must cover its body."""
    return message.method not in BODILESS or bool(message.body)


def check_key_id(key_id: str) -> str:
    """Return the id of a key if it can be one. Raises: BadSignature."""
    is_plain = key_id.isascii() and key_id.isprintable() and " " not in key_id
    if not 0 < len(key_id) <= KEY_ID_MAX or not is_plain:
        raise BadSignature(Fault.MALFORMED)
    return key_id


def signed_host(message: Message) -> str:
    """Return the Host header that was signed: as it came if it names us, else our own name.

    A proxy may have put another in its place; a signature for another host then fails.
    """
    given = message.one("host")
    return given if given and message.host_names_us(given) else message.authority
