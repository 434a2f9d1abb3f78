"""Mentions, hashtags and links in plain text, found in one pass and linear time."""

import unicodedata
from collections.abc import Iterator
from typing import TypeAlias

import regex

from app.core.records import Record
from app.text.handles import Handle, host_of, is_username, normal_domain

URL_MAX = 2_048
HASHTAG_MAX = 100

# Every repetition is bounded or possessive and every alternative starts with a letter of its own:
# no text makes the scan look at a character more than a bounded number of times.
_ENTITY = regex.compile(
    r"""
      (?P<link> (?<![\p{L}\p{N}_]) https?:// [^\s<>"\p{Cc}\u2066-\u2069\u202a-\u202e]++ )
    | (?<![\p{L}\p{M}\p{N}_/=.+@-]) @ (?P<user> [A-Za-z0-9_] [A-Za-z0-9_.-]{0,63}+ )
      (?: @ (?P<domain> [\p{L}\p{M}\p{N}_.-]{1,253}+ (?: : [0-9]{1,5}+ )? ) )?
    | (?<![\p{L}\p{M}\p{N}_/&=\#]) [#\uff03]
      (?P<tag> [\p{L}\p{M}\p{N}_\u00b7\u30fb\u200c]{1,101}+ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_HAS_LETTER = regex.compile(r"\p{L}")
_CLOSING = {")": "(", "]": "[", "}": "{", "\u300d": "\u300c", "\uff09": "\uff08"}
_TRAILING = frozenset(".,:;!?'*_~\u2026\u3002\u3001\u2019\u201d\u00bb`")


class Mention(Record):
    """A handle written with an @. `start` and `end` delimit it in the text."""

    start: int
    end: int
    handle: Handle


class Hashtag(Record):
    """A tag as it was written, without its sign."""

    start: int
    end: int
    name: str

    @property
    def key(self) -> str:
        """The tag's name by which its spellings are one tag."""
        return tag_key(self.name)


class Link(Record):
    """A web address with its scheme, without the punctuation of the sentence around it."""

    start: int
    end: int
    url: str


Entity: TypeAlias = Mention | Hashtag | Link


def find_entities(text: str) -> Iterator[Entity]:
    """Yield what `text` mentions, tags and links to, in order and without overlap."""
    for match in _ENTITY.finditer(text):
        if match["link"]:
            found: Entity | None = _link(match.start(), match["link"])
        elif match["user"]:
            found = _mention(match.start(), match["user"], match["domain"])
        else:
            found = _hashtag(match.start(), match["tag"])
        if found is not None:
            yield found


def tag_key(name: str) -> str:
    """Return the one spelling under which a hashtag is kept and found."""
    return unicodedata.normalize("NFKC", name.removeprefix("#")).lower()


def _mention(start: int, user: str, domain: str | None) -> Mention | None:
    username = user.rstrip(".-")  # "Ask @ada." ends a sentence.
    if not is_username(username):
        return None
    end = start + 1 + len(username)
    if domain is None or username != user:
        return Mention(start, end, Handle(username))
    written = domain.rstrip(".-_")
    normal = normal_domain(written)
    if normal is None:
        return None
    return Mention(start, end + 1 + len(written), Handle(username, normal))


def _hashtag(start: int, name: str) -> Hashtag | None:
    name = name.rstrip("\u00b7\u30fb\u200c")
    if len(name) > HASHTAG_MAX or not _HAS_LETTER.search(name):
        return None
    return Hashtag(start, start + 1 + len(name), name)


def _link(start: int, written: str) -> Link | None:
    url = _without_sentence(written[: URL_MAX + 1])
    if len(url) > URL_MAX or host_of(_lower_scheme(url)) is None:
        return None
    return Link(start, start + len(url), _lower_scheme(url))


def _lower_scheme(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    return scheme.lower() + colon + rest


def _without_sentence(url: str) -> str:
    """Take off what belongs to the sentence: its full stop, its closing bracket."""
    surplus = {
        closing: url.count(closing) - url.count(opening) for closing, opening in _CLOSING.items()
    }
    end = len(url)
    while end:
        last = url[end - 1]
        if last in _TRAILING:
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            break
    return url[:end]
