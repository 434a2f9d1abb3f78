"""Whether two sites agree about who follows whom. Source: FEP-8fcf. Pure.

Each side computes one number over the followers of the other's member that are on one site; if
they differ, the list is fetched and compared. The header goes out with posts for followers only.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.actors import Actor
from app.federation.activitystreams.documents import is_uri
from app.text.hosts import is_same_origin

HEADER: Final = "Collection-Synchronization"
HEADER_MAX: Final = 8_192
FOLLOWERS_MAX: Final = 25_000  # Of an account; for larger ones nothing is compared.
PAGES_MAX: Final = 10

_PARAMETER: Final = re.compile(r'\s*([A-Za-z]{1,32})="([^"\\]{0,2048})"\s*(?:,(?!\s*\Z)|\Z)')
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Comparison(Record):
    """What a site says of the followers that one of its members has on the other site."""

    collection: str
    url: str
    digest: str


def digest_of(followers: Iterable[str]) -> str:
    """Return the number over the ids of some followers, in hexadecimal; their order is no matter.

    It is the exclusive or of their SHA-256, so that one who comes or goes changes it at no cost.
    """
    number = 0
    for uri in followers:
        number ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{number:064x}"


def of_site(followers: Iterable[str], site: str) -> list[str]:
    """Return those of the followers who are of the same origin as `site`."""
    return [uri for uri in followers if is_same_origin(uri, site)]


def write_comparison(comparison: Comparison) -> str:
    """Return the value of the header."""
    return (
        f'collectionId="{comparison.collection}", url="{comparison.url}", '
        f'digest="{comparison.digest}"'
    )


def read_comparison(header: str, *, actor: Actor) -> Comparison | None:
    """Return what the header of an activity by `actor` says; None if it is not theirs to say.

    The collection must be their followers, and the list must be on their site.
    """
    given = _parameters(header)
    collection, url = given.get("collectionId", ""), given.get("url", "")
    digest = given.get("digest", "").lower()
    if collection != actor.followers or not _DIGEST.fullmatch(digest):
        return None
    if not is_uri(url) or not is_same_origin(url, actor.id):
        return None
    return Comparison(collection, url, digest)


def _parameters(header: str) -> dict[str, str]:
    """Return the parameters; none if one of them cannot be read, or stands twice."""
    if len(header) > HEADER_MAX:
        return {}
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None or match[1] in found:
            return {}
        found[match[1]] = match[2]
        at = match.end()
    return found
