"""A list of posts as a file that feed readers subscribe to. Pure.

Source: RSS 2.0; Media RSS for pictures.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

import regex

from app.core.records import Record

CONTENT_TYPE: Final = "application/rss+xml; charset=utf-8"
_MEDIA: Final = "http://search.yahoo.com/mrss/"
# What XML 1.0 cannot hold at all, not even escaped.
_NO_XML: Final = regex.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("media", _MEDIA)


class FeedPicture(Record):
    """A picture of an entry."""

    url: str
    content_type: str
    description: str


class FeedEntry(Record):
    """A post in a feed: its page names it for ever."""

    url: str
    at: datetime
    html: str
    pictures: Sequence[FeedPicture] = ()


class FeedHead(Record):
    """What a feed is called, and the page whose posts it carries."""

    title: str
    about: str
    url: str
    picture_url: str | None = None


def feed_file(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Return the file; all addresses in it are whole."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _text(channel, "title", head.title)
    _text(channel, "description", head.about)
    _text(channel, "link", head.url)
    if head.picture_url is not None:
        image = SubElement(channel, "image")
        for name, value in (("url", head.picture_url), ("title", head.title), ("link", head.url)):
            _text(image, name, value)
    if entries:
        _text(channel, "lastBuildDate", format_datetime(entries[0].at))
    for entry in entries:
        _entry(channel, entry)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(channel: Element, entry: FeedEntry) -> None:
    item = SubElement(channel, "item")
    _text(item, "guid", entry.url).set("isPermaLink", "true")
    _text(item, "link", entry.url)
    _text(item, "pubDate", format_datetime(entry.at))
    _text(item, "description", entry.html)
    for picture in entry.pictures:
        content = SubElement(item, f"{{{_MEDIA}}}content")
        content.set("url", picture.url)
        content.set("type", picture.content_type)
        content.set("medium", picture.content_type.partition("/")[0])
        if picture.description:
            _text(content, f"{{{_MEDIA}}}description", picture.description).set("type", "plain")


def _text(parent: Element, name: str, value: str) -> Element:
    element = SubElement(parent, name)
    element.text = _NO_XML.sub("\ufffd", value)
    return element
