"""Signed addresses under which pictures of other sites are shown from here.

Whoever has such an address got it from us: only what we sign is ever fetched, so this is no proxy
for everybody, and nobody can find out by guessing what we have seen.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from app.core.crypto import Keyring, same_secret
from app.core.net import URL_LENGTH_MAX
from app.core.records import Record
from app.media.kinds import MediaKind

PREFIX: Final = "/media_proxy/"
LABEL: Final = "media-proxy"
PROOF_LENGTH: Final = 32  # Hexadecimal: 128 bits.
ENCODED: Final = re.compile(r"[A-Za-z0-9_-]{8,2800}")


class Variant(StrEnum):
    """As what a picture is shown. "small" is the preview of "picture"."""

    PICTURE = "picture"
    SMALL = "small"
    AVATAR = "avatar"
    HEADER = "header"

    @property
    def kind(self) -> MediaKind:
        """As what it is drawn."""
        return MediaKind.PICTURE if self is Variant.SMALL else MediaKind(self.value)


class RemoteAddress(Record):
    """A picture elsewhere, and as what it is shown."""

    url: str
    variant: Variant

    @property
    def host(self) -> str:
        """Where it is."""
        return (urlsplit(self.url).hostname or "").rstrip(".").lower()


def proxied(keyring: Keyring, url: str, variant: Variant) -> str:
    """Return the path under which the picture at `url` is shown."""
    encoded = urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"{PREFIX}{variant.value}/{_proof(keyring, url, variant)}/{encoded}"


def read_proxied(keyring: Keyring, variant: str, proof: str, encoded: str) -> RemoteAddress | None:
    """Return what an address of ours stands for; None if we never gave it out."""
    if not ENCODED.fullmatch(encoded):
        return None
    try:
        shown = Variant(variant)
        url = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return None
    if len(url) > URL_LENGTH_MAX or not same_secret(_proof(keyring, url, shown), proof):
        return None
    return RemoteAddress(url, shown)


def _proof(keyring: Keyring, url: str, variant: Variant) -> str:
    return keyring.sign(LABEL, f"{variant.value}\n{url}".encode())[:PROOF_LENGTH]
