"""What somebody types into the search box, understood: words, phrases and operators. Pure.

Source: mastodon-api.md 4.7, search operators.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from app.core.records import Record, replace
from app.search.tokens import tokens

QUERY_MAX: Final = 500
TERMS_MAX: Final = 20

_PART: Final = re.compile(
    r"""(?P<minus>-)?(?:(?P<name>[a-z]+):(?P<value>"[^"]*"|\S*)|"(?P<phrase>[^"]*)"|(?P<word>\S+))""",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Where(StrEnum):
    """In which posts one looks."""

    ALL = "all"
    LIBRARY = "library"  # One's own, and those that one liked, kept, or is named in.
    PUBLIC = "public"


class Trait(StrEnum):
    """What a post has or is."""

    MEDIA = "media"
    IMAGE = "image"
    POLL = "poll"
    LINK = "link"
    REPLY = "reply"
    SENSITIVE = "sensitive"


TRAITS: Final = {
    "has": frozenset({Trait.MEDIA, Trait.IMAGE, Trait.POLL, Trait.LINK}),
    "is": frozenset({Trait.REPLY, Trait.SENSITIVE}),
}
OPERATORS: Final = frozenset({"from", "in", "has", "is", "language", "before", "after", "during"})
T = TypeVar("T")


class Asked(Record):
    """A search for posts. Each term is a run of words that stand side by side."""

    terms: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[tuple[str, ...], ...] = ()
    sender: str | None = None  # An address, or "me".
    where: Where = Where.ALL
    has: frozenset[Trait] = frozenset()
    has_not: frozenset[Trait] = frozenset()
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # Exclusive.

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked that a post could answer."""
        return not (self.terms or self.sender or self.has or self.since or self.until)


def understood(text: str) -> Asked:
    """Return what is asked; an operator that makes no sense is looked for as words."""
    asked = Asked()
    for n, part in enumerate(_PART.finditer(text[:QUERY_MAX])):
        if n == TERMS_MAX:
            break
        asked = _with(asked, part)
    return asked


def _with(asked: Asked, part: re.Match[str]) -> Asked:
    is_wanted = part["minus"] is None
    if part["name"] is not None and part["name"].lower() in OPERATORS:
        value = part["value"].strip('"')
        changed = _operator(asked, part["name"].lower(), value, is_wanted=is_wanted)
        if changed is not None:
            return changed
    words = part["phrase"] or part["word"] or f"{part['name'] or ''} {part['value'] or ''}"
    run = tuple(tokens(words))
    if not run:
        return asked
    if is_wanted:
        return replace(asked, terms=(*asked.terms, run))
    return replace(asked, unwanted=(*asked.unwanted, run))


def _operator(asked: Asked, name: str, value: str, *, is_wanted: bool) -> Asked | None:
    if name in TRAITS:
        return _trait(asked, name, value, is_wanted=is_wanted)
    if not is_wanted or not value:
        return None
    match name:
        case "from":
            return replace(asked, sender=value.removeprefix("@").lower())
        case "in":
            where = next((w for w in Where if w == value.lower()), None)
            return None if where is None else replace(asked, where=where)
        case "language":
            return replace(asked, language=value.lower())
        case _:
            return _time(asked, name, value)


def _trait(asked: Asked, name: str, value: str, *, is_wanted: bool) -> Asked | None:
    trait = next((t for t in TRAITS[name] if t == value.lower()), None)
    if trait is None:
        return None
    if is_wanted:
        return replace(asked, has=asked.has | {trait})
    return replace(asked, has_not=asked.has_not | {trait})


def _time(asked: Asked, name: str, value: str) -> Asked | None:
    if _DAY.fullmatch(value) is None:
        return None
    try:
        begins = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        ends = begins + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    since, until = {
        "before": (asked.since, _first(asked.until, begins)),
        "after": (_last(asked.since, ends), asked.until),
        "during": (_last(asked.since, begins), _first(asked.until, ends)),
    }[name]
    return replace(asked, since=since, until=until)


def _first(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _last(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def fts5(terms: Sequence[tuple[str, ...]], *, any_of: bool = False) -> str:
    """Return terms in the language of SQLite's index. Tokens hold letters and digits alone."""
    joint = " OR " if any_of else " AND "
    return joint.join(f'"{" ".join(run)}"' for run in terms)


def tsquery(terms: Sequence[tuple[str, ...]], *, any_of: bool = False) -> str:
    """Return terms in the language of PostgreSQL's index. Tokens hold letters and digits alone."""
    joint = " | " if any_of else " & "
    runs = (" <-> ".join(f"'{token}'" for token in run) for run in terms)
    return joint.join(f"({run})" for run in runs)
