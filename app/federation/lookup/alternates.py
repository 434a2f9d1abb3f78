"""From the page of a person or a post to its document. For what a person looks up, only."""

import re
from html import unescape
from typing import Final
from urllib.parse import urljoin

from app.federation.mediatypes import is_activity
from app.text.hosts import origin_of

HTML_MAX: Final = 1 << 19  # Letters.
LINKS_MAX: Final = 200
HEADER_MAX: Final = 8_192

_LINK_TAG: Final = re.compile(r"<link\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""([a-z]{1,20})\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+)""", re.IGNORECASE
)
_LINK_VALUE: Final = re.compile(r"<([^<>]{1,2048})>((?:[^<\",]|\"[^\"]*\")*)")
_PARAMETER: Final = re.compile(r';\s*([a-z*]{1,20})\s*=\s*("[^"]*"|[^\s";,]+)', re.IGNORECASE)


def alternate_in_header(link: str, *, page: str) -> str | None:
    """Return the document that a `Link` header of `page` names; None if none. Source: RFC 8288."""
    for target, rest in _LINK_VALUE.findall(link[:HEADER_MAX]):
        given = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(rest)}
        if found := _alternate(target, given, page):
            return found
    return None


def alternate_in_page(html: str, *, page: str) -> str | None:
    """Return the document that the `link` elements of `page` name; None if none."""
    for attributes in _LINK_TAG.findall(html[:HTML_MAX])[:LINKS_MAX]:
        pairs = _ATTRIBUTE.findall(attributes)
        given = {name.lower(): unescape(value.strip("\"'")) for name, value in pairs}
        if found := _alternate(given.get("href", ""), given, page):
            return found
    return None


def _alternate(target: str, given: dict[str, str], page: str) -> str | None:
    if "alternate" not in given.get("rel", "").lower().split():
        return None
    if not target or not is_activity(given.get("type", "")):
        return None
    try:
        found = urljoin(page, target.strip())
    except ValueError:
        return None
    return found if origin_of(found) is not None else None
