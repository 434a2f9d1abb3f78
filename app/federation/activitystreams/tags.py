"""What stands in `tag`: people, hashtags, emoji, and links to other things."""

import re
from datetime import datetime
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document
from app.federation.activitystreams.links import media_type_of, read_picture
from app.federation.mediatypes import ACTIVITY, LINKED_DATA

TAGS_MAX: Final = 1_000  # Looked at; what follows is passed over.
MENTIONS_MAX: Final = 200
HASHTAGS_MAX: Final = 100
EMOJIS_MAX: Final = 200
NAME_MAX: Final = 500  # Letters.

_SHORTCODE: Final = re.compile(r"[A-Za-z0-9_+-]{1,100}")
_SPACE: Final = re.compile(r"\s")


class Mention(Record):
    """Somebody who is mentioned: by URI, or only by a name such as @ada@site.example."""

    href: str | None
    name: str


class Emoji(Record):
    """A picture that stands for `:shortcode:` in the texts beside it."""

    shortcode: str
    url: str
    id: str | None = None
    media_type: str = ""
    updated_at: datetime | None = None


class ObjectLink(Record):
    """A link to another thing of the fediverse. Source: FEP-e232."""

    href: str
    rel: tuple[str, ...]
    name: str


class Tags(Record):
    """All of `tag`, by kind. Hashtags are without their sign, as they were written."""

    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[str, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    links: tuple[ObjectLink, ...] = ()


NO_TAGS: Final = Tags()


def read_tags(document: Document) -> Tags:
    """Return what a document is tagged with; unknown kinds are passed over."""
    mentions: dict[Mention, None] = {}
    hashtags: dict[str, None] = {}
    emojis: dict[str, Emoji] = {}
    links: list[ObjectLink] = []
    for tag in document.inners("tag", limit=TAGS_MAX):
        name = tag.text("name", limit=NAME_MAX).strip()
        match tag.type:
            case "Mention":
                mention = Mention(tag.uri("href"), name)
                if mention.href or name:
                    mentions[mention] = None
            case "Hashtag":
                word = name.removeprefix("#")
                if word and not _SPACE.search(word):
                    hashtags[word] = None
            case "Emoji":
                if emoji := _emoji(tag, name):
                    emojis.setdefault(emoji.shortcode, emoji)
            case "Link":
                href = tag.uri("href")
                if href and media_type_of(tag) in (ACTIVITY, LINKED_DATA):
                    rel = tag.texts("rel", limit=8, letters=200)
                    links.append(ObjectLink(href, rel, name))
    return Tags(
        tuple(mentions)[:MENTIONS_MAX],
        tuple(hashtags)[:HASHTAGS_MAX],
        tuple(emojis.values())[:EMOJIS_MAX],
        tuple(links[:8]),
    )


def _emoji(tag: Document, name: str) -> Emoji | None:
    """Return an emoji; Akkoma gives no id and no colons, others a picture of unknown type."""
    shortcode = name.strip(":")
    picture = read_picture(tag, "icon")
    if picture is None or not _SHORTCODE.fullmatch(shortcode):
        return None
    return Emoji(shortcode, picture.url, tag.id, picture.media_type, tag.time("updated"))
