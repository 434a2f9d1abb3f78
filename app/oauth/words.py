"""What an application may do, in words that its member understands."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.core.words import Words, say

WORDS: Final[Mapping[str, Words]] = {
    "read": say("read what you can read"),
    "write": say("post, and change your things, in your name"),
    "follow": say("follow, mute and block in your name"),
    "push": say("send notices to your device"),
    "profile": say("see who you are"),
    "admin:read": say("read what officers read"),
    "admin:write": say("act as an officer"),
    "coop:read": say("read proposals and decisions"),
    "coop:vote": say("propose and vote in your name"),
    "coop:ledger:read": say("read the books"),
    "coop:officer": say("carry out acts of your office"),
}


def words_of(scopes: Iterable[str]) -> list[Words]:
    """Return the permissions in words, each once, the common ones first; a part says which."""
    return [_words(scope) for scope in sorted(set(scopes), key=_place)]


def _place(scope: str) -> tuple[int, str]:
    parent = scope if scope in WORDS else scope.rpartition(":")[0]
    return list(WORDS).index(parent), scope


def _words(scope: str) -> Words:
    if scope in WORDS:
        return WORDS[scope]
    parent, _, part = scope.rpartition(":")
    return say("{what} (only {part})", what=WORDS[parent], part=part.replace("_", " "))
