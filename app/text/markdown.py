"""Markdown as safe HTML, in two dialects: for posts, and for documents.

`app.text.markup` imports it when the first such text is shown: the parser is 62 modules.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.text.handles import host_of, shown_domain
from app.text.sanitize import REL, shows_other_host
from app.text.scribe import NO_LINKING, Scribe

DEPTH_MAX = 24  # Of nested quotes and lists. Two for each list: itself and its item.
CELLS_MAX = 5_000

_TABLE_ROW = re.compile(r"^[^\n]*\|", re.MULTILINE)


def post_markdown(text: str, scribe: Scribe) -> str:
    """Return a post that is written in Markdown; letter by letter if it is nested too deep."""
    parser = _post_parser()
    tokens = parser.parse(text, {"scribe": scribe})
    if _reaches_depth(tokens):
        return scribe.paragraphs(text)
    return str(parser.renderer.render(tokens, parser.options, {}))


def document_markdown(text: str, scribe: Scribe) -> str | None:
    """Return a document, its headings one lower; None if it is too deep or wide to be honest."""
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
    parser.render("*a* `b`\n\n- c\n\n|d|\n|-|\n", {"scribe": Scribe(NO_LINKING)})
    return parser


def _lower_headings(state: StateCore) -> None:
    """Make a document's headings one lower: the page around it has the first."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"


def _find_entities(state: StateCore) -> None:
    """Write the text of every line, outside code and links, with what it mentions and tags."""
    scribe: Scribe = state.env["scribe"]
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_entities(token.children, scribe))


def _with_entities(tokens: Sequence[Token], scribe: Scribe) -> Iterator[Token]:
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


def _dress_link(link: Token, scribe: Scribe) -> None:
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
