"""A foreign JSON object, and careful ways to ask it. Nobody else looks into foreign dictionaries.

A question has one of the answers that its name says, or nothing; never a value of another type.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from app.core.records import Record
from app.text.hosts import origin_of
from app.text.safe import readable

BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 64
NUMBER_MAX: Final = (1 << 53) - 1  # What every reader of JSON reads alike.
ITEMS_MAX: Final = 1_000  # Of any list, unless a question says less.
TYPE_MAX: Final = 200  # Letters.

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)

# With these a reader of JSON-LD finds another document in the same bytes.
_TWO_FACED: Final = frozenset({"@graph", "@included", "@reverse"})
_PREFIXES: Final = (
    "as:",
    "toot:",
    "misskey:",
    "litepub:",
    "gts:",
    "schema:",
    "sec:",
    "https://www.w3.org/ns/activitystreams#",
)
_KEYWORDS: Final = {"@id": "id", "@type": "type"}
_NUMBER_LETTERS_MAX: Final = 64


class Unreadable(Exception):
    """The document is no readable ActivityStreams; the text says why, and is for the log."""


class Document(Record):
    """A JSON object of another site. Build it with `read_document`."""

    raw: Mapping[str, Any]

    def value(self, *names: str) -> Any:
        """Return the first of the named values that is there and not null."""
        for name in names:
            found = self.raw.get(name)
            if found is not None:
                return found
        return None

    def has(self, name: str) -> bool:
        """Return whether the name is there, even as null."""
        return name in self.raw

    @property
    def types(self) -> tuple[str, ...]:
        """The types, bare of prefixes; mostly one."""
        names = (each for each in _listed(self.value("type")) if isinstance(each, str))
        return tuple(readable(_bare(name)[:TYPE_MAX]) for name in names)

    @property
    def type(self) -> str:
        """The first type; empty if there is none."""
        types = self.types
        return types[0] if types else ""

    @property
    def id(self) -> str | None:
        """The id, if it is an http or https URI."""
        found = self.value("id")
        return found if isinstance(found, str) and is_uri(found) else None

    def text(self, *names: str, limit: int) -> str:
        """Return a text of at most `limit` letters; the first if there are several; or ""."""
        for each in _listed(self.value(*names)):
            if isinstance(each, str):
                return readable(each[:limit])
        return ""

    def texts(self, *names: str, limit: int, letters: int) -> tuple[str, ...]:
        """Return at most `limit` texts of at most `letters` letters."""
        found = _listed(self.value(*names))
        return tuple(readable(t[:letters]) for t in found if isinstance(t, str))[:limit]

    def by_language(self, name: str, *, limit: int) -> Mapping[str, str]:
        """Return a map of languages to texts, such as `contentMap`; empty if it is none."""
        found = self.value(name)
        if not isinstance(found, dict):
            return {}
        pairs = ((k, v) for k, v in found.items() if isinstance(v, str))
        return {key: readable(value[:limit]) for key, value in pairs}

    def uri(self, *names: str) -> str | None:
        """Return the URI of what is named: given as text, as an object with an id, or listed."""
        return next(iter(self.uris(*names, limit=1)), None)

    def uris(self, *names: str, limit: int = ITEMS_MAX) -> tuple[str, ...]:
        """Return at most `limit` URIs of what is named, each once, in order."""
        found = dict.fromkeys(uri for each in _listed(self.value(*names)) if (uri := uri_in(each)))
        return tuple(found)[:limit]

    def inner(self, *names: str) -> "Document | None":
        """Return the first object that is given there whole."""
        return next(iter(self.inners(*names, limit=1)), None)

    def inners(self, *names: str, limit: int = ITEMS_MAX) -> tuple["Document", ...]:
        """Return at most `limit` objects that are given there whole."""
        found = (Document(each) for each in _listed(self.value(*names)) if isinstance(each, dict))
        return tuple(found)[:limit]

    def given(self, *names: str, limit: int = ITEMS_MAX) -> tuple["str | Document", ...]:
        """Return at most `limit` things in order: texts as they are, objects whole."""
        things: list[str | Document] = []
        for each in _listed(self.value(*names)):
            if isinstance(each, str):
                things.append(each)
            elif isinstance(each, dict):
                things.append(Document(each))
        return tuple(things[:limit])

    def flag(self, *names: str) -> bool | None:
        """Return a yes or no; None if nothing of the kind is said."""
        found = self.value(*names)
        return found if isinstance(found, bool) else None

    def count(self, *names: str) -> int | None:
        """Return a number from 0 to NUMBER_MAX, without its fraction; None if it is none."""
        found = self.value(*names)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        return int(max(0, min(found, NUMBER_MAX)))

    def numbers(self, *names: str, limit: int) -> tuple[float, ...]:
        """Return at most `limit` numbers of a list."""
        found = _listed(self.value(*names))
        is_number = (n for n in found if isinstance(n, int | float) and not isinstance(n, bool))
        return tuple(max(-NUMBER_MAX, min(n, NUMBER_MAX)) for n in is_number)[:limit]

    def time(self, *names: str, latest: datetime = LATEST) -> datetime | None:
        """Return a time in UTC, `latest` if it is later; None if it is none, or before 1970."""
        found = self.value(*names)
        return read_time(found, latest=latest) if isinstance(found, str) else None


def read_document(body: bytes) -> Document:
    """Return the JSON object in `body`.

    Raises: Unreadable if it is larger than BYTES_MAX or deeper than DEPTH_MAX, no UTF-8, no JSON
    object, has a name twice or a number without end, or means another thing as JSON-LD.
    """
    if len(body) > BYTES_MAX:
        raise Unreadable("too large")
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError:
        raise Unreadable("too deep") from None
    except ValueError as error:
        raise Unreadable(f"no JSON: {error}"[:200]) from None
    if not isinstance(found, dict):
        raise Unreadable("no object")
    # Fewer brackets than that cannot be deeper, whatever stands in the texts.
    if body.count(b"{") + body.count(b"[") > DEPTH_MAX and _depth(found) > DEPTH_MAX:
        raise Unreadable("too deep")
    return Document(found)


def uri_in(value: Any) -> str | None:
    """Return the URI that a value is, or that an object has as its id or, a link, as its href."""
    if isinstance(value, dict):
        document = Document(value)
        value = document.value("id", "href")
    return value if isinstance(value, str) and is_uri(value) else None


def is_uri(text: str) -> bool:
    """Return whether `text` is an http or https URI that every reader reads alike."""
    return origin_of(text) is not None


def read_time(text: str, *, latest: datetime) -> datetime | None:
    """Return the time of an ISO 8601 text in UTC: `latest` if it is later, None before 1970."""
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if found < EARLIEST else min(found, latest)


def _listed(value: Any) -> Sequence[Any]:
    """Return a list of what is a list, one thing, or nothing. Only so much is looked at."""
    if value is None:
        return ()
    return value[:ITEMS_MAX] if isinstance(value, list) else (value,)


def _bare(name: str) -> str:
    """Return a name or type as we know it, whatever prefix it was given."""
    if ":" not in name:
        return _KEYWORDS.get(name, name)
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object with its names as we know them; a plain name counts before others."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    if not _TWO_FACED.isdisjoint(found):
        raise ValueError("two documents in one")
    for name in [name for name in found if ":" in name or name[:1] == "@"]:
        found.setdefault(_bare(name), found[name])
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _int(text: str) -> int:
    if len(text) > _NUMBER_LETTERS_MAX:
        raise ValueError("a number without end")
    return int(text)


def _float(text: str) -> float:
    found = float(text) if len(text) <= _NUMBER_LETTERS_MAX else float("inf")  # tidy: allow
    if found in (float("inf"), float("-inf")):  # tidy: allow
        raise ValueError("a number without end")
    return found


def _depth(value: Any) -> int:
    """Return how deep lists and objects are nested, without recursion."""
    level: Sequence[Any] = [value]
    depth = 0
    while level:
        depth += 1
        level = [child for each in level for child in _children(each)]
    return depth


def _children(value: Any) -> Iterator[Any]:
    inside = value.values() if isinstance(value, dict) else value
    return (each for each in inside if isinstance(each, dict | list))
