"""Addresses of programs, to which a browser carries the answer. Pure.

Source: RFC 6749 3.1.2; RFC 8252 for schemes of one's own; Mastodon for the address that shows the
code to be copied.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from app.core.errors import Invalid
from app.core.words import say

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
LENGTH_MAX: Final = 2000
URIS_MAX: Final = 20
# What a browser runs or opens by itself instead of handing it to a program.
FORBIDDEN: Final = frozenset(
    {
        *("about", "blob", "data", "file", "filesystem", "javascript", "mailto", "urn"),
        *("vbscript", "view-source", "ws", "wss"),
    }
)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?", re.IGNORECASE)


class Mode(StrEnum):
    """How the answer travels. Source: OAuth 2.0 Multiple Response Types; Form Post."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


def read_redirect_uris(given: str | Sequence[str]) -> list[str]:
    """Return the addresses that a program registers, one or several, parted by line ends.

    Raises: Invalid, on the field `redirect_uris`.
    """
    found = given.split() if isinstance(given, str) else list(given)
    if not found or len(found) > URIS_MAX or not all(is_redirect_uri(uri) for uri in found):
        fault = say("Redirect URI must be an absolute address that a program can receive")
        raise Invalid(fault, redirect_uris=fault)
    return list(dict.fromkeys(found))


def is_redirect_uri(uri: str) -> bool:
    """Return whether a browser may be led to `uri`, and everybody reads it alike."""
    if uri == OUT_OF_BAND:
        return True
    is_plain = uri.isascii() and uri.isprintable() and not set(uri) & set(" \\#\"'<>`;")
    scheme = _SCHEME.match(uri)
    if not is_plain or len(uri) > LENGTH_MAX or scheme is None:
        return False
    name = scheme[1].lower()
    return name not in FORBIDDEN and (name not in ("http", "https") or _has_host(uri))


def _has_host(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def form_actions(uri: str) -> list[str]:
    """Return what a page's policy must allow, so that its form may lead to `uri` and no further.

    Source: Content Security Policy 3, form-action and host-source.
    """
    if uri == OUT_OF_BAND:
        return []
    scheme, _, rest = uri.partition(":")
    host = rest.removeprefix("//").partition("/")[0].partition("?")[0]
    is_web = scheme.lower() in ("http", "https")
    return [f"{scheme}://{host}" if is_web and _HOST.fullmatch(host) else f"{scheme}:"]


def place_of(uri: str) -> str:
    """Return where `uri` leads, for the eyes of whoever is asked: its host, or its scheme."""
    scheme, _, rest = uri.partition(":")
    host = rest.removeprefix("//").partition("/")[0].partition("?")[0]
    return host if scheme.lower() in ("http", "https") else f"{scheme}:"


def with_answer(uri: str, answer: Mapping[str, str], *, mode: Mode = Mode.QUERY) -> str:
    """Return `uri` with the answer added to its query, or as its fragment.

    By hand, since the standard library writes "scheme://" as "scheme:".
    """
    written = urlencode(answer, quote_via=quote)
    if mode is Mode.FRAGMENT:
        return f"{uri}#{written}"
    if uri.endswith(("?", "&")):
        return f"{uri}{written}"
    return f"{uri}{'&' if '?' in uri else '?'}{written}"
