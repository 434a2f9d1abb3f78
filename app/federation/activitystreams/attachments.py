"""Pictures, films and sounds of a post, and the links that hang on it."""

import re
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document
from app.federation.activitystreams.links import (
    DESCRIPTION_MAX,
    Picture,
    best_link,
    media_type_of,
    pixels,
    read_links,
    read_picture,
)

ATTACHMENTS_MAX: Final = 16
SECONDS_MAX: Final = 7 * 86_400
_BLURHASH: Final = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,100}")
_DURATION: Final = re.compile(
    r"P(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{0,9})?S)?)?",
    re.ASCII,
)


class Medium(StrEnum):
    """What an attachment is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    UNKNOWN = "unknown"


class Attachment(Record, kw_only=True):
    """A file of another site. The focus is from -1 to 1, from the left and from the bottom."""

    url: str
    medium: Medium
    media_type: str = ""
    description: str = ""
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
    thumbnail: Picture | None = None


class Attached(Record):
    """All that is attached: files, and addresses to show a card for."""

    files: tuple[Attachment, ...] = ()
    links: tuple[str, ...] = ()


def read_attached(document: Document) -> Attached:
    """Return what is attached to a post, 16 things at most; profile fields are no such thing."""
    files: list[Attachment] = []
    links: list[str] = []
    for each in document.inners("attachment", limit=ATTACHMENTS_MAX):
        if each.type == "Link" or (each.has("href") and not each.has("url")):
            links += [href for href in [each.uri("href")] if href]
        elif each.type != "PropertyValue" and (file := _file(each)):
            files.append(file)
    return Attached(tuple(files), tuple(links))


def read_media(document: Document) -> tuple[Attachment, ...]:
    """Return the file that a Video, Audio or Image is, if its `url` leads to one directly."""
    for link in read_links(document, "url"):
        medium = _medium(link.media_type, "")
        if medium is not Medium.UNKNOWN:
            return (_attachment(document, link.href, medium, link.media_type),)
    return ()


def seconds_in(duration: str) -> int | None:
    """Return the seconds of a duration such as PT1M30.5S. Source: ISO 8601."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return min(((days * 24 + hours) * 60 + minutes) * 60 + seconds, SECONDS_MAX)


def _file(each: Document) -> Attachment | None:
    links = read_links(each, "url", "href")
    media_type = media_type_of(each) or (links[0].media_type if links else "")
    url = best_link(links, media_type) or (links[0].href if links else None)
    if url is None:
        return None
    return _attachment(each, url, _medium(media_type, each.type), media_type)


def _attachment(each: Document, url: str, medium: Medium, media_type: str) -> Attachment:
    is_titled = medium is not Medium.UNKNOWN and each.type in ("Video", "Audio", "Image")
    names = ("summary", "name") if is_titled else ("name", "summary")
    blurhash = each.text("blurhash", limit=101)
    return Attachment(
        url=url,
        medium=medium,
        media_type=media_type,
        description=each.text(*names, limit=DESCRIPTION_MAX),
        blurhash=blurhash if _BLURHASH.fullmatch(blurhash) else None,
        focus=_focus(each),
        width=pixels(each, "width"),
        height=pixels(each, "height"),
        seconds=seconds_in(each.text("duration", limit=40)),
        thumbnail=read_picture(each, "icon"),
    )


def _medium(media_type: str, type_name: str) -> Medium:
    family = media_type.partition("/")[0]
    for medium in (Medium.IMAGE, Medium.VIDEO, Medium.AUDIO):
        if family == medium or (not family and type_name.lower() == medium):
            return medium
    return Medium.UNKNOWN


def _focus(each: Document) -> tuple[float, float] | None:
    found = each.numbers("focalPoint", limit=2)
    if len(found) != 2:
        return None
    x, y = (max(-1.0, min(1.0, n)) for n in found)
    return x, y
