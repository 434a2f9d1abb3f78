"""How long a post is, as people and Mastodon's apps count it."""

import regex

from app.text.entities import Link, Mention, find_entities

URL_LENGTH = 23

_GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """Return the number of characters that a reader sees: an emoji with its modifiers is one."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def count_characters(text: str, *, warning: str = "") -> int:
    """Return the length of a post with its content warning.

    Every link counts 23, and a mention counts without the domain.

    Source: Mastodon, "Posting to your profile", text limits.
    """
    return graphemes(warning) + graphemes(_as_counted(text))


def _as_counted(text: str) -> str:
    parts, done = [], 0
    for entity in find_entities(text):
        if isinstance(entity, Link):
            parts += [text[done : entity.start], "x" * URL_LENGTH]
            done = entity.end
        elif isinstance(entity, Mention):
            parts += [text[done : entity.start], f"@{entity.handle.username}"]
            done = entity.end
    return "".join(parts) + text[done:]
