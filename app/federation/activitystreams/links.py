"""Links, pictures and media types, in every shape that others give them."""

import re
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document, is_uri

LINKS_MAX: Final = 32
DESCRIPTION_MAX: Final = 10_000  # Letters of an alternative text.
PIXELS_MAX: Final = 100_000
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")


class Link(Record, kw_only=True):
    """An address and what is there; `media_type` is empty if nobody says."""

    href: str
    media_type: str = ""
    rel: tuple[str, ...] = ()
    width: int | None = None


class Picture(Record, kw_only=True):
    """An image that belongs to somebody or something."""

    url: str
    media_type: str = ""
    description: str = ""


def read_links(document: Document, *names: str) -> tuple[Link, ...]:
    """Return the links there: texts, `Link` objects, or a list of both."""
    found = (_link(each) for each in document.given(*names, limit=LINKS_MAX))
    return tuple(link for link in found if link is not None)


def best_link(links: tuple[Link, ...], media_type: str) -> str | None:
    """Return where a thing of `media_type` is; else the first link of no stated type."""
    for wanted in (media_type, ""):
        for link in links:
            if link.media_type == wanted:
                return link.href
    return None


def page_of(document: Document) -> str | None:
    """Return the address for people: the web page, if types are told; else the first."""
    links = read_links(document, "url")
    return best_link(links, "text/html") or next((link.href for link in links), None)


def read_picture(document: Document, name: str) -> Picture | None:
    """Return a picture given as object, as text, or as a list: of those the widest."""
    given = document.given(name, limit=LINKS_MAX)
    found = [(picture, width) for picture, width in map(_picture, given) if picture is not None]
    return max(found, key=lambda pair: pair[1])[0] if found else None


def media_type_of(document: Document) -> str:
    """Return the media type in small letters without parameters; empty if it is none."""
    text = document.text("mediaType", limit=200).partition(";")[0].strip().lower()
    return text if _MEDIA_TYPE.fullmatch(text) else ""


def pixels(document: Document, name: str) -> int | None:
    """Return a width or height; None if it is unknown or absurd."""
    found = document.count(name)
    return found if found and found <= PIXELS_MAX else None


def _link(given: str | Document) -> Link | None:
    if isinstance(given, str):
        return Link(href=given) if is_uri(given) else None
    href = given.uri("href", "url")
    if href is None:
        return None
    rel = given.texts("rel", limit=8, letters=200)
    kind = media_type_of(given)
    return Link(href=href, media_type=kind, rel=rel, width=pixels(given, "width"))


def _picture(given: str | Document) -> tuple[Picture | None, int]:
    if isinstance(given, str):
        return (Picture(url=given) if is_uri(given) else None), 0
    links = read_links(given, "url", "href")
    if not links:
        return None, 0
    described = given.text("summary", "name", limit=DESCRIPTION_MAX)
    kind = media_type_of(given) or links[0].media_type
    picture = Picture(url=links[0].href, media_type=kind, description=described)
    return picture, pixels(given, "width") or links[0].width or 0
