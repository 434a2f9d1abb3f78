"""Reading templates as HTML with holes: what a person would see, and what would run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
HOLE = "\u241a"  # Stands where a template puts something in.
SHOWN_ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title", "content"})
NOT_WORDS = frozenset({"charset", "viewport", "color-scheme", "htmx-config"})
SILENT = frozenset({"script", "style", "code"})


def template_files(pattern: str = "*.html") -> list[Path]:
    """Return the templates, as a list that pytest can name."""
    return sorted(TEMPLATES.rglob(pattern))


def name_of(path: Path) -> str:
    """Return the name by which a template is loaded."""
    return path.relative_to(TEMPLATES).as_posix()


def flattened(source: str, environment: Environment, *, with_words: bool) -> str:
    """Return the HTML of a template; with or without what stands in {% trans %}."""
    parts: list[str] = []
    tag: list[str] = []
    in_words = False
    for _line, kind, text in environment.lex(source):
        if kind == "block_begin":
            tag = []
        elif kind == "block_end":
            in_words = _is_in_words(tag, before=in_words)
            parts.append("" if tag[:1] != ["trans"] else HOLE)
        elif kind == "variable_end":
            parts.append(HOLE)
        elif kind == "data" and (with_words or not in_words):
            parts.append(text)
        elif kind not in ("data", "whitespace", "comment", "comment_begin", "comment_end"):
            tag.append(text)
    return "".join(parts)


def _is_in_words(tag: list[str], *, before: bool) -> bool:
    if tag[:1] == ["trans"]:
        return True
    return before and tag[:1] != ["endtrans"]


@dataclass
class Seen:
    """What an HTML parser met."""

    texts: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.seen.tags.append((tag, values))
        self.seen.attributes += [(tag, name, value) for name, value in values.items()]
        if tag in SILENT:
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent[-1:] == [tag]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.seen.texts.append(data)


def read(html: str) -> Seen:
    """Return what is in a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen


def shown(seen: Seen) -> Iterator[str]:
    """Yield every text that a person can meet: between tags and in attributes."""
    yield from seen.texts
    for tag, values in seen.tags:
        if tag == "meta" and values.get("name") in NOT_WORDS:
            continue
        for name, value in values.items():
            if name in SHOWN_ATTRIBUTES:
                yield value


def has_words(text: str) -> bool:
    """Return whether there is at least one word of two letters in `text`."""
    without_attributes = re.sub(r' ?[\w-]+="[^"]*"', " ", text)  # A macro may make only these.
    without_flags = re.sub(r"^ (checked|selected|required|open|multiple)$", "", without_attributes)
    return re.search(r"[^\W\d_]{2}", without_flags.replace(HOLE, " ")) is not None
