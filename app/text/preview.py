"""What a web page says of itself for those who link to it. Pure.

The page is a stranger's: it is read by a tokenizer that is linear in its length, up to its body,
and what it says is plain text, cut to what a card can show. Nothing of its HTML is ever shown.
Source: the Open Graph protocol; oEmbed 1.0; the HTML standard on encodings.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final
from urllib.parse import urljoin

import orjson

from app.core.records import Record, names_of, replace
from app.text.handles import host_of
from app.text.safe import readable

TITLE_MAX: Final = 200
DESCRIPTION_MAX: Final = 500
NAME_MAX: Final = 100
IMAGE_DESCRIPTION_MAX: Final = 1_000
URL_MAX: Final = 2_048
EVENTS_MAX: Final = 20_000
META_MAX: Final = 300
# Marks that turn, hide or break what stands around them.
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_CHARSET: Final = re.compile(
    rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
# What pages are written in; other names of Python's codecs are no encodings of pages, or slow.
_ENCODINGS: Final = re.compile(
    r"utf-?8|utf-?16([lb]e)?|(windows-|cp)(125[0-8]|874|93[26]|949|950)|iso-?8859-([1-9]|1[0-6])|"
    r"koi8-[ru]|shift_?jis|euc-(jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5(-hkscs)?|macintosh"
)
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{1,8}){0,3}")
_OEMBED: Final = "application/json+oembed"


class Preview(Record):
    """A page as a card shows it; what is not said is empty or None."""

    title: str = ""
    description: str = ""
    language: str | None = None
    site_name: str = ""
    author_name: str = ""
    author_url: str = ""
    published_at: datetime | None = None
    image_url: str | None = None
    image_description: str = ""
    oembed_url: str | None = None  # Where the same is said for machines.

    def filled(self, other: "Preview") -> "Preview":
        """Return this preview, with what only the other one says."""
        missing = {
            name: getattr(other, name) for name in names_of(Preview) if not getattr(self, name)
        }
        return replace(self, **missing)


def read_page(body: bytes, *, content_type: str, url: str) -> Preview:
    """Return what the page at `url` says of itself; its header names `content_type`."""
    said = _said(_decoded(body, content_type))
    image = said.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
    author = said.first("article:author", "author", "twitter:creator")
    author_url = _web_url(author, base=url) if "://" in author else None
    return Preview(
        title=_line(said.first("og:title", "twitter:title") or said.title, most=TITLE_MAX),
        description=_line(
            said.first("og:description", "twitter:description", "description"),
            most=DESCRIPTION_MAX,
        ),
        language=_language(said.language or said.first("og:locale")),
        site_name=_line(said.first("og:site_name", "application-name"), most=NAME_MAX),
        author_name="" if author_url else _line(author, most=NAME_MAX),
        author_url=author_url or "",
        published_at=_moment(said.first("article:published_time")),
        image_url=_web_url(image, base=url),
        image_description=_line(
            said.first("og:image:alt", "twitter:image:alt"), most=IMAGE_DESCRIPTION_MAX
        ),
        oembed_url=_web_url(said.oembed, base=url),
    )


def me_links(body: bytes, *, content_type: str, url: str) -> frozenset[str]:
    """Return the addresses that a page links to as another place of the same person: rel="me"."""
    found = set()
    for kind, value in _events(_decoded(body, content_type)):
        if kind != "start" or value[0] not in ("a", "link"):
            continue
        rels = (value[1].get("rel") or "").lower().split()
        link = _web_url((value[1].get("href") or "").strip(), base=url)
        if "me" in rels and link is not None:
            found.add(link)
    return frozenset(found)


def read_oembed(body: bytes, *, url: str) -> Preview:
    """Return what an oEmbed answer says; its HTML is not looked at. Nonsense says nothing."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Preview()
    if not isinstance(said, dict):
        return Preview()
    author_url = _web_url(_text(said, "author_url"), base=url)
    return Preview(
        title=_line(_text(said, "title"), most=TITLE_MAX),
        site_name=_line(_text(said, "provider_name"), most=NAME_MAX),
        author_name=_line(_text(said, "author_name"), most=NAME_MAX),
        author_url=author_url or "",
        image_url=_web_url(_text(said, "thumbnail_url"), base=url),
    )


@dataclass(slots=True)
class _Said:
    """The head of a page."""

    meta: dict[str, str]
    title: str = ""
    language: str = ""
    oembed: str = ""

    def first(self, *names: str) -> str:
        """Return the first of the names that says something."""
        return next((value for name in names if (value := self.meta.get(name, ""))), "")


def _said(html: str) -> _Said:
    said, in_title = _Said({}), False
    for kind, value in _events(html):
        if kind == "text":
            if in_title and not said.title:
                said.title = value
        elif kind == "start":
            tag, attributes = value
            if tag == "body":
                break
            in_title = tag == "title"
            _hear(said, tag, attributes)
        else:
            in_title = False
    return said


def _events(html: str) -> Iterator[tuple[str, Any]]:
    # Loaded with the first page: reading it would be a thirtieth of each start.
    stream = import_module("justhtml").stream
    for count, event in enumerate(stream(html)):
        if count >= EVENTS_MAX:
            return
        yield event


def _hear(said: _Said, tag: str, attributes: Mapping[str, str | None]) -> None:
    if tag == "html":
        said.language = attributes.get("lang") or ""
    elif tag == "meta" and len(said.meta) < META_MAX:
        name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            said.meta.setdefault(name, content)
    elif tag == "link" and not said.oembed:
        rels = (attributes.get("rel") or "").lower().split()
        if "alternate" in rels and (attributes.get("type") or "").lower() == _OEMBED:
            said.oembed = (attributes.get("href") or "").strip()


def _decoded(body: bytes, content_type: str) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    found = _CHARSET.search(content_type.encode("ascii", "ignore")) or _CHARSET.search(body[:2048])
    name = "utf-8" if found is None else found[1].decode().lower()
    if not _ENCODINGS.fullmatch(name):
        name = "utf-8"
    if name in ("iso-8859-1", "iso8859-1"):
        name = "windows-1252"  # As every browser reads it.
    try:
        return body.decode(name, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _line(text: str, *, most: int) -> str:
    line = " ".join(_CONTROLS.sub(" ", readable(text[: most * 8])).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _web_url(text: str, *, base: str) -> str | None:
    """Return a whole web address, or None if it is none that we would link to."""
    if not text or len(text) > URL_MAX:
        return None
    try:
        whole = urljoin(base, text)
    except ValueError:
        return None
    return whole if len(whole) <= URL_MAX and host_of(whole) is not None else None


def _language(text: str) -> str | None:
    found = _LANGUAGE.fullmatch(text.strip())
    return None if found is None else found[1].lower()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip()[:40])
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(said: Mapping[Any, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
