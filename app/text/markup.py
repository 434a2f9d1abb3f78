"""What members write, as safe HTML: posts in plain text or Markdown, and documents in Markdown."""

from functools import cache
from typing import TYPE_CHECKING

from app.core.cache import TextCache
from app.core.late import Late
from app.core.records import Record
from app.text.handles import Handle
from app.text.safe import SafeHtml, readable
from app.text.sanitize import clean_document, clean_post
from app.text.scribe import NO_LINKING, Linking, Scribe

if TYPE_CHECKING:
    from app.text import markdown as marked
else:
    marked = Late("app.text.markdown")

DOCUMENTS_KEPT = 8_000_000  # Characters.


class Post(Record):
    """A post as a page and other sites show it, and what it speaks of, each once, in order."""

    html: SafeHtml
    handles: tuple[Handle, ...]
    tags: tuple[str, ...]
    urls: tuple[str, ...]


def render_post(text: str, *, markdown: bool = False, linking: Linking = NO_LINKING) -> Post:
    """Return the HTML of a post, a comment or a profile's note.

    To resolve all mentions in one query, render once without linking and read `handles`.
    """
    scribe = Scribe(linking)
    written = _unix(text)
    html = marked.post_markdown(written, scribe) if markdown else scribe.paragraphs(written)
    return Post(
        clean_post(html),
        tuple(scribe.handles.values()),
        tuple(scribe.tags),
        tuple(scribe.urls),
    )


def render_line(text: str, *, linking: Linking = NO_LINKING) -> SafeHtml:
    """Return the HTML of one line, such as the value of a profile field."""
    line = " ".join(readable(text).split())
    return clean_post(Scribe(linking).text(line))


def render_document(text: str) -> SafeHtml:
    """Return the HTML of a document or a proposal: headings, lists, tables; no pictures.

    A document too deep or too wide to be honest is shown letter by letter: nothing of it is
    ever hidden from those who vote on it. The same text is rendered once while it is in use.
    """
    return _rendered().get_or_make(text, lambda: _document(_unix(text)))


@cache
def _rendered() -> TextCache[SafeHtml]:
    return TextCache(room=DOCUMENTS_KEPT)


def _document(written: str) -> SafeHtml:
    scribe = Scribe(NO_LINKING)
    html = marked.document_markdown(written, scribe)
    return clean_document(scribe.paragraphs(written) if html is None else html)


def _unix(text: str) -> str:
    return readable(text).replace("\r\n", "\n").replace("\r", "\n")
