"""The one type of text that may reach a page unescaped."""

import re
from html import escape
from typing import Self

_UNREADABLE = re.compile("[\ud800-\udfff\0]")


class SafeHtml(str):
    """HTML that this package made or cleaned; templates insert it as it is.

    Everything that concatenates or cuts it returns a plain `str`, which templates escape again.
    """

    __slots__ = ()

    def __html__(self) -> Self:
        """Return the HTML itself: the protocol by which templates know safe text."""
        return self


EMPTY = SafeHtml("")


def stored(html: str) -> SafeHtml:
    """Return HTML that was made here before and kept in a table of ours since."""
    return SafeHtml(html)


def with_whole_addresses(html: str, base: str) -> SafeHtml:
    """Return stored HTML with its links to people and tags as whole addresses, below `base`.

    It was made by our sanitizer, in which this text can only begin an address of ours.
    """
    return SafeHtml(html.replace('href="/', f'href="{escape(base)}/'))


def readable(text: str) -> str:
    """Return text without what no page can hold: halves of letters, and NUL.

    JSON can smuggle in the half of a surrogate pair, and every encoder raises on it.
    """
    return _UNREADABLE.sub("\ufffd", text)


def escaped(text: str) -> SafeHtml:
    """Return plain text as HTML that shows it letter by letter."""
    return SafeHtml(escape(readable(text)))
