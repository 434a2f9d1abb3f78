"""Hosts of other sites: every spelling of one name is the same name. Pure.

`app.text.handles.normal_domain` reads the domain of a handle, with its port. Here are the hosts
and origins of URIs, and which of listed domains covers a host.
"""

import ipaddress
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from app.text.handles import normal_domain

URI_MAX: Final = 2_048  # Letters.
HOSTS_KEPT: Final = 8_192
LABELS_MAX: Final = 127  # RFC 1035: what fits into 253 letters.

_PORTS: Final = {"https": 443, "http": 80}
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


@lru_cache(maxsize=HOSTS_KEPT)
def normal_host(text: str) -> str | None:
    """Return a host in the one spelling that we compare and keep; None if it is none.

    Small letters, punycode, no dot at the end, no port; IPv6 in brackets and compressed.
    """
    name = text.removesuffix(".")
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    if ":" in bare or bare != name:
        try:
            address = ipaddress.IPv6Address(bare)
        except ValueError:
            return None
        return None if address.scope_id else f"[{address.compressed}]"
    return normal_domain(name)


@lru_cache(maxsize=HOSTS_KEPT)
def origin_of(uri: str) -> str | None:
    """Return the origin of an http or https URI, such as "https://site.example:8443".

    None for anything else, and for a URI that two readers could read in two ways: with a user
    name, a backslash, white space or control characters, or longer than URI_MAX.
    """
    if len(uri) > URI_MAX or _UNFIT.search(uri):
        return None
    try:
        parts = urlsplit(uri)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    usual = _PORTS.get(parts.scheme)
    if usual is None or name is None or "@" in parts.netloc:
        return None
    host = normal_host(name)
    if host is None:
        return None
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def host_of_uri(uri: str) -> str | None:
    """Return the host of an http or https URI, without port; None if it is none."""
    origin = origin_of(uri)
    if origin is None:
        return None
    authority = origin.partition("://")[2]
    return authority if authority.endswith("]") else re.sub(r":\d+\Z", "", authority)


def is_same_origin(one: str, *others: str) -> bool:
    """Return whether all URIs are of one origin; what is no URI has none in common with any."""
    origin = origin_of(one)
    return origin is not None and all(origin_of(other) == origin for other in others)


def names_above(host: str) -> Sequence[str]:
    """Return a normal host with the domains that it lies in, the longest first.

    Look these up among listed domains: the first that is there is the most specific. An address
    lies in nothing.
    """
    if host.startswith("[") or host.replace(".", "").isdigit():
        return (host,)
    labels = host.split(".")[-LABELS_MAX:]
    return tuple(".".join(labels[start:]) for start in range(len(labels)))


def covering(host: str, listed: Collection[str]) -> str | None:
    """Return the most specific of the `listed` normal domains that covers `host`."""
    return next((name for name in names_above(host) if name in listed), None)
