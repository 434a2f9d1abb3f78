"""Where filters apply, and what they do there. Pure."""

from collections.abc import Iterable
from enum import StrEnum


class Context(StrEnum):
    """A place where one meets posts."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    THREAD = "thread"
    ACCOUNT = "account"


class FilterAction(StrEnum):
    """What is done with a post that matches: covered by a note, left out, or its media covered."""

    WARN = "warn"
    HIDE = "hide"
    BLUR = "blur"


def joined(contexts: Iterable[Context]) -> str:
    """Return contexts as one text, each once and in one order."""
    wanted = frozenset(contexts)
    return " ".join(context for context in Context if context in wanted)


def split(contexts: str) -> tuple[Context, ...]:
    """Return the contexts that `joined` was given."""
    return tuple(Context(word) for word in contexts.split())
