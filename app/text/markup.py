"""What members write, as safe HTML: posts in plain text or Markdown, and documents in Markdown."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.core.cache import TextCache
from app.text.entities import Hashtag, Link, Mention, find_entities
from app.text.handles import Handle, host_of, shown_domain
from app.text.safe import SafeHtml, readable
from app.text.sanitize import REL, clean_document, clean_post, shows_other_host

DEPTH_MAX = 24  # Of nested quotes and lists. Two for each list: itself and its item.
LINK_SHOWN_MAX = 30
CELLS_MAX = 5_000
DOCUMENTS_KEPT = 8_000_000  # Characters.

_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
_TABLE_ROW = re.compile(r"^[^\n]*\|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Linking:
    """Where a mention leads (None: it stays text), and where a hashtag does."""

    mention_url: Callable[[Handle], str | None] = lambda _handle: None
    tag_url: Callable[[str], str] = lambda key: f"/tags/{key}"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a page and other sites show it, and what it speaks of, each once, in order."""

    html: SafeHtml
    handles: tuple[Handle, ...]
    tags: tuple[str, ...]
    urls: tuple[str, ...]


NO_LINKING = Linking()


def render_post(text: str, *, markdown: bool = False, linking: Linking = NO_LINKING) -> Post:
    """Return the HTML of a post, a comment or a profile's note.

    To resolve all mentions in one query, render once without linking and read `handles`.
    """
    scribe = _Scribe(linking)
    written = _unix(text)
    html = _post_markdown(written, scribe) if markdown else _plain(written, scribe)
    return Post(
        clean_post(html),
        tuple(scribe.handles.values()),
        tuple(scribe.tags),
        tuple(scribe.urls),
    )


def render_line(text: str, *, linking: Linking = NO_LINKING) -> SafeHtml:
    """Return the HTML of one line, such as the value of a profile field."""
    line = " ".join(readable(text).split())
    return clean_post(_Scribe(linking).text(line))


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
    scribe = _Scribe(NO_LINKING)
    html = _document_markdown(written, scribe)
    return clean_document(_plain(written, scribe) if html is None else html)


def _unix(text: str) -> str:
    return readable(text).replace("\r\n", "\n").replace("\r", "\n")


class _Scribe:
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


def _plain(text: str, scribe: _Scribe) -> str:
    """Return paragraphs: a blank line begins one, a line end breaks the line."""
    paragraphs = (p for p in _PARAGRAPHS.split(text.strip()) if p)
    return "".join(f"<p>{scribe.text(p).replace(chr(10), '<br>')}</p>" for p in paragraphs)


def _post_markdown(text: str, scribe: _Scribe) -> str:
    parser = _post_parser()
    tokens = parser.parse(text, {"scribe": scribe})
    if _reaches_depth(tokens):
        return _plain(text, scribe)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _document_markdown(text: str, scribe: _Scribe) -> str | None:
    if sum(row.count("|") for row in _TABLE_ROW.findall(text)) > CELLS_MAX:
        return None
    parser = _document_parser()
    tokens = parser.parse(text, {"scribe": scribe})
    cells = sum(token.type in ("td_open", "th_open") for token in tokens)
    if cells > CELLS_MAX or _reaches_depth(tokens):
        return None
    return str(parser.renderer.render(tokens, parser.options, {}))


def _reaches_depth(tokens: Sequence[Token]) -> bool:
    """Return whether the parser gave up on depth, and left out what lies deeper."""
    return any(token.level >= DEPTH_MAX - 2 for token in tokens)


class _Renderer(RendererHTML):
    """The parser's own renderer, and our token. Its methods are rules, by their names."""

    def entities(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        """Return what the scribe has written."""
        return tokens[idx].content


class _PostRenderer(_Renderer):
    """Headings in a post are bold paragraphs, as they are on the other sites."""

    def heading_open(self, _tokens: Any, _idx: int, _options: Any, _env: Any) -> str:
        """Begin a heading."""
        return "<p><strong>"

    def heading_close(self, _tokens: Any, _idx: int, _options: Any, _env: Any) -> str:
        """End a heading."""
        return "</strong></p>\n"


class _PostParser(MarkdownIt):
    """Links lead to web sites."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the parser's own name)
        """Return whether a link may lead to `url`; otherwise it stays text."""
        return host_of(url) is not None


class _DocumentParser(MarkdownIt):
    """Links lead to web sites, to pages of this site, and to mail addresses."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the parser's own name)
        """Return whether a link may lead to `url`; otherwise it stays text."""
        is_page_of_ours = url.startswith("/") and not url.startswith(("//", "/\\"))
        return is_page_of_ours or url.startswith("mailto:") or host_of(url) is not None


_OPTIONS = {"html": False, "breaks": True, "maxNesting": DEPTH_MAX}


@cache
def _post_parser() -> MarkdownIt:
    parser = _PostParser("commonmark", _OPTIONS, renderer_cls=_PostRenderer)
    return _prepared(parser.disable(["reference", "hr"]))


@cache
def _document_parser() -> MarkdownIt:
    parser = _DocumentParser("commonmark", _OPTIONS, renderer_cls=_Renderer)
    parser.core.ruler.push("lower_headings", _lower_headings)
    return _prepared(parser.enable("table"))


def _prepared(parser: MarkdownIt) -> MarkdownIt:
    parser.enable("strikethrough").disable(["image", "html_block", "html_inline"])
    # Before escaped signs are joined with the text around them: "\\@ada" is no mention.
    parser.core.ruler.before("text_join", "entities", _find_entities)
    # The parser arranges its rules at first use, and not in a way that two threads may share.
    parser.render("*a* `b`\n\n- c\n\n|d|\n|-|\n", {"scribe": _Scribe(NO_LINKING)})
    return parser


def _lower_headings(state: StateCore) -> None:
    """Make a document's headings one lower: the page around it has the first."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"


def _find_entities(state: StateCore) -> None:
    """Write the text of every line, outside code and links, with what it mentions and tags."""
    scribe: _Scribe = state.env["scribe"]
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_entities(token.children, scribe))


def _with_entities(tokens: Sequence[Token], scribe: _Scribe) -> Iterator[Token]:
    link: Token | None = None
    label = ""
    for token in tokens:
        if token.type == "link_open":
            link, label = token, ""
            _dress_link(link, scribe)
        elif token.type == "link_close" and link is not None:
            yield from _real_host(str(link.attrs["href"]), label)
            link = None
        elif link is not None:
            label += token.content
        elif token.type == "text":
            token = Token("entities", "", 0, content=scribe.text(token.content))
        yield token


def _dress_link(link: Token, scribe: _Scribe) -> None:
    url = str(link.attrs["href"])
    if host_of(url) is not None:
        link.attrs |= {"target": "_blank", "rel": REL}
        scribe.urls.setdefault(url)


def _real_host(url: str, label: str) -> Iterator[Token]:
    """Yield the host that a labelled link leads to, unless its label says just that."""
    host = host_of(url)
    if host is not None and (shows_other_host(label, host) or not _says_host(label, host)):
        yield Token("text", "", 0, content=f" ({shown_domain(host)})")


def _says_host(label: str, host: str) -> bool:
    plain = label.strip().removeprefix("https://").removeprefix("http://")
    return plain.startswith(host) and plain[len(host) :][:1] in ("", "/", "?", "#")
