"""A reader of HTML that knows the allow-list by itself, as an oracle for the cleaner."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = {"br", "hr"}
_POST = "p br span a del s pre code em strong b i u ul ol li blockquote ruby rt rp"
POST = set(_POST.split())
DOCUMENT = POST | {"h2", "h3", "h4", "h5", "h6", "hr"}
DOCUMENT |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"href", "class", "rel", "target", "translate", "start", "reversed", "value"}
_SCHEMES = "http https dat dweb ipfs ipns ssb gopher xmpp magnet gemini mailto"
SCHEMES = set(_SCHEMES.split())
CLASS = re.compile(r"mention|hashtag|ellipsis|invisible|quote-inline|(u|h|p|e|dt)-[\w-]+")


class _Reader(HTMLParser):
    def __init__(self, allowed: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = allowed
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed, tag
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            _check_value(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def _check_value(name: str, value: str) -> None:
    if name == "href":
        parts = urlsplit(value)
        assert parts.scheme in SCHEMES or (not parts.scheme and value.startswith("/")), value
        assert not value.startswith("//"), value
        assert "@" not in parts.netloc, value
    if name == "class":
        assert all(CLASS.fullmatch(word) for word in value.split()), value
    if name == "rel":
        assert value in ("tag", "nofollow noopener noreferrer"), value
    if name == "target":
        assert value == "_blank"


def words_of(html: str, *, allowed: set[str] = POST) -> str:
    """Return the words of `html`, having asserted that all of it is allowed and well formed."""
    reader = _Reader(allowed)
    reader.feed(html)
    reader.close()
    assert not reader.open, reader.open
    return reader.words
