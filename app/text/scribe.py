"""What stands in a line that members write: its mentions, hashtags and links, as safe HTML."""

import re
from collections.abc import Callable
from html import escape

from app.core.records import Record
from app.text.entities import Hashtag, Link, Mention, find_entities
from app.text.handles import Handle
from app.text.sanitize import REL

LINK_SHOWN_MAX = 30

_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


class Linking(Record):
    """Where a mention leads (None: it stays text), and where a hashtag does."""

    mention_url: Callable[[Handle], str | None] = lambda _handle: None
    tag_url: Callable[[str], str] = lambda key: f"/tags/{key}"


NO_LINKING = Linking()


class Scribe:
    """Writes the text of one post, and remembers what it met."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self.handles: dict[tuple[str, str | None], Handle] = {}
        self.tags: dict[str, None] = {}
        self.urls: dict[str, None] = {}

    def text(self, text: str) -> str:
        """Return plain text as HTML, with its mentions, hashtags and links."""
        parts, done = [], 0
        for entity in find_entities(text):
            parts.append(escape(text[done : entity.start]))
            written = text[entity.start : entity.end]
            if isinstance(entity, Mention):
                parts.append(self._mention(entity.handle, written))
            elif isinstance(entity, Hashtag):
                parts.append(self._hashtag(entity))
            else:
                parts.append(self.link(entity))
            done = entity.end
        return "".join(parts) + escape(text[done:])

    def paragraphs(self, text: str) -> str:
        """Return plain text as paragraphs: a blank line begins one, a line end breaks the line."""
        parts = (part for part in _PARAGRAPHS.split(text.strip()) if part)
        return "".join(f"<p>{self.text(part).replace(chr(10), '<br>')}</p>" for part in parts)

    def link(self, link: Link) -> str:
        """Return a bare address as a link: the scheme and the tail are there, but not shown."""
        self.urls.setdefault(link.url)
        scheme, rest = _split_scheme(link.url)
        shown, hidden = rest[:LINK_SHOWN_MAX], rest[LINK_SHOWN_MAX:]
        cut = ' class="ellipsis"' if hidden else ""
        return (
            f'<a href="{escape(link.url)}" target="_blank" rel="{REL}">'
            f'<span class="invisible">{escape(scheme)}</span><span{cut}>{escape(shown)}</span>'
            f'<span class="invisible">{escape(hidden)}</span></a>'
        )

    def _mention(self, handle: Handle, written: str) -> str:
        self.handles.setdefault(handle.key, handle)
        url = self._linking.mention_url(handle)
        if url is None:
            return escape(written)
        return (
            f'<span class="h-card" translate="no"><a href="{escape(url)}" class="u-url mention">'
            f"@<span>{escape(handle.username)}</span></a></span>"
        )

    def _hashtag(self, tag: Hashtag) -> str:
        self.tags.setdefault(tag.key)
        url = self._linking.tag_url(tag.key)
        return (
            f'<a href="{escape(url)}" class="mention hashtag" rel="tag">'
            f"#<span>{escape(tag.name)}</span></a>"
        )


def _split_scheme(url: str) -> tuple[str, str]:
    """Return the part of an address that is hidden, and the part that begins with its host."""
    scheme, separator, rest = url.partition("://")
    www = "www." if rest.startswith("www.") else ""
    return scheme + separator + www, rest.removeprefix(www)
