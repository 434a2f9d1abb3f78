"""Handles: user@domain, parsed strictly and written in one way only."""

import re
from urllib.parse import urlsplit

import idna

from app.core.records import Record
from app.text.names import poses_as_latin

LOCAL_USERNAME_MAX = 30
USERNAME_MAX = 64
DOMAIN_MAX = 253

_LOCAL_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9_]*[a-z0-9])?")
_USERNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")

# What a reader would take for an office, for the site itself, or for a mail duty of RFC 2142.
_RESERVED = (
    "abuse account accounts admin administrator admins anonymous api board bot bots bylaws clerk "
    "commonhold coop co_op council everyone facilitator facilitators founder help helpdesk here "
    "home hostmaster info inbox legal mail me media members moderation moderator moderators "
    "money mod mods news nobody noreply no_reply null office officer official officials "
    "operator owner payments postmaster privacy proposals report root safety secretary security "
    "service site staff support system team terms treasurer treasury trust undefined verified "
    "webmaster welcome"
)
RESERVED = frozenset(_RESERVED.split())


class Handle(Record):
    """Who is meant: a name, and the domain of their site (None: this one)."""

    username: str
    domain: str | None = None

    def __str__(self) -> str:
        return self.username if self.domain is None else f"{self.username}@{self.domain}"

    @property
    def key(self) -> tuple[str, str | None]:
        """The pair by which two spellings of one handle are equal."""
        return self.username.lower(), self.domain


def parse_handle(text: str, *, here: str | None = None) -> Handle | None:
    """Return the handle written as @user, user@domain, @user@domain or acct:user@domain.

    `here` is our own domain: a handle that names it is the same as one without a domain.
    None if the text is not exactly one handle.
    """
    rest = text.strip().removeprefix("acct:").removeprefix("@")
    username, at, domain = rest.partition("@")
    if not is_username(username):
        return None
    if not at:
        return Handle(username)
    normal = normal_domain(domain)
    if normal is None:
        return None
    return Handle(username, None if normal == here else normal)


def is_username(text: str) -> bool:
    """Return whether `text` can be the name part of a handle, here or elsewhere."""
    return len(text) <= USERNAME_MAX and _USERNAME.fullmatch(text) is not None


def is_local_username(text: str) -> bool:
    """Return whether a member may have this name: small letters, digits and inner underscores."""
    return len(text) <= LOCAL_USERNAME_MAX and _LOCAL_USERNAME.fullmatch(text) is not None


def is_reserved(username: str) -> bool:
    """Return whether the name would pass for an office or the site, whatever its underscores."""
    plain = username.lower().strip("_")
    return plain in RESERVED or plain.replace("_", "") in RESERVED


def normal_domain(text: str) -> str | None:
    """Return the domain in small letters and punycode, with its port if any; else None.

    Slashes, spaces, user names and every other sign are refused, never dropped: a name that is
    cleaned into another one would pass for that other site.

    Source: RFC 5891; UTS 46 mapping, non-transitional.
    """
    host, colon, port = text.partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < len(port) <= 5):
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    return f"{ascii_host}:{int(port)}" if colon else ascii_host


def _ascii_host(host: str) -> str | None:
    if not host or len(host) > DOMAIN_MAX:
        return None
    try:
        encoded = idna.encode(host, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None
    return encoded if is_ascii_host(encoded) else None


def is_ascii_host(host: str) -> bool:
    """Return whether `host` is a plain DNS name: labels of 1 to 63 letters, digits, hyphens."""
    labels = host.split(".")
    return len(host) <= DOMAIN_MAX and all(
        len(label) <= 63 and _LABEL.fullmatch(label) is not None for label in labels
    )


def shown_domain(domain: str) -> str:
    """Return the domain as people of its script read it, or in punycode if that would mislead."""
    return ".".join(_shown_label(label) for label in domain.split("."))


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        text = idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
    return label if poses_as_latin(text) else text


def host_of(url: str) -> str | None:
    """Return the normal host (and port) of an http or https URL without user name; else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.hostname is None or "@" in parts.netloc:
        return None
    return normal_domain(parts.hostname if port is None else f"{parts.hostname}:{port}")
