"""Putting answers together from rendered parts, for whoever reads them.

Source: performance.md A4. A part is kept by its id and version, so what is kept is never stale;
counts and marks come with the row that was just read.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, cast

import orjson
from sqlalchemy import Connection, select

from app.emojis.book import EmojiBook, KeptEmojis, emojis_rev
from app.filters.kept import KeptFilters
from app.filters.kinds import Context
from app.http.urls import Urls
from app.mastodon.badges import NO_BADGES, KeptBadges
from app.mastodon.entities.account import AccountPart, account_part, load_accounts
from app.mastodon.entities.filter import result_values
from app.mastodon.entities.poll import poll_values
from app.mastodon.entities.quote import APPROVALS, shallow_quote, whole_quote
from app.mastodon.entities.status import StatusPart, boost_head, status_parts
from app.statuses.lean import LeanPost, lean_posts
from app.statuses.polls.queries import PollView, polls_of
from app.statuses.quotes.queries import QuoteView, quotes_of

ROOM_BYTES: Final = 32 << 20
KEY_BYTES: Final = 200  # What keeping an entry costs beside its content.


class Part(Protocol):
    """Something rendered."""

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        ...


P = TypeVar("P", bound=Part)


class Shelf(Generic[P]):
    """Rendered parts by id and versions, as many as there is room for; the unused go first."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room = room_bytes
        self._parts: OrderedDict[tuple[int, ...], P] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[int, ...]) -> P | None:
        """Return the part if it is kept."""
        part = self._parts.get(key)
        if part is not None:
            try:
                self._parts.move_to_end(key)
            except KeyError:  # Another thread has just thrown it out.
                return part
        return part

    def put(self, key: tuple[int, ...], part: P) -> None:
        """Keep the part."""
        with self._lock:
            if key not in self._parts:
                self._room -= part.size + KEY_BYTES
            self._parts[key] = part
            while self._room < 0 and self._parts:
                _, gone = self._parts.popitem(last=False)
                self._room += gone.size + KEY_BYTES

    def clear(self) -> None:
        """Throw everything out."""
        with self._lock:
            self._room += sum(part.size + KEY_BYTES for part in self._parts.values())
            self._parts.clear()


def _marks(favourited: bool, boosted: bool, bookmarked: bool, muted: bool) -> bytes:
    words = {
        "favourited": favourited,
        "reblogged": boosted,
        "bookmarked": bookmarked,
        "muted": muted,
    }
    told = ",".join(f'"{name}":{str(is_so).lower()}' for name, is_so in words.items())
    return f",{told}".encode()


MARKS: Final = {bits: _marks(*bits) for bits in product((False, True), repeat=4)}
# Where a row holds an account's id, version, count of posts and newest post.
AUTHOR: Final = slice(4, 8)
BOOSTER: Final = slice(8, 12)
Person: TypeAlias = tuple[int | None, int, int, int | None]
PINNED: Final = (b',"pinned":false', b',"pinned":true')
# Numbers are hidden; that there are answers at all is told, so that apps show the way to them.
COUNTS: Final = tuple(
    b',"replies_count":%d,"reblogs_count":0,"favourites_count":0,"quotes_count":0,'
    b'"counts_hidden":true' % answers
    for answers in (0, 1)
)
UNFILTERED: Final = b',"filtered":[]'
NOTHING: Final = b"null"
END: Final = b',"reblog":null}'


@dataclass(frozen=True, slots=True)
class Sheet:
    """All parts that a page of posts is put together from, by id."""

    parts: Mapping[int, StatusPart]
    people: Mapping[int, bytes]
    polls: Mapping[int, bytes]
    filtered: Mapping[int, bytes]
    quotes: Mapping[int, bytes]  # By the quoting post.
    is_member: bool


class Renderer:
    """Renders for one site, and keeps what it rendered."""

    def __init__(self, urls: Urls, emojis: KeptEmojis, badges: KeptBadges) -> None:
        self.urls = urls
        self._emojis = emojis
        self._badges = badges
        self._statuses: Shelf[StatusPart] = Shelf()
        self._accounts: Shelf[AccountPart] = Shelf()
        self._filters = KeptFilters()

    def posts(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> list[bytes]:
        """Return posts as the viewer gets them, in order."""
        quotes = _quotes(connection, rows, viewer_id=viewer_id, now=now)
        quoted = self._quoted(connection, quotes, viewer_id=viewer_id, now=now)
        whole = {id_: whole_quote(quote, quoted) for id_, quote in quotes.items()}
        return self._page(connection, rows, whole, viewer_id=viewer_id, now=now)

    def _quoted(
        self,
        connection: Connection,
        quotes: Mapping[int, QuoteView],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> Mapping[int, bytes]:
        """Return the posts that are quoted, by id; what they quote themselves is only named."""
        ids = [quote.shown_id for quote in quotes.values() if quote.shown_id is not None]
        if not ids:
            return {}
        rows = lean_posts(connection, viewer_id, ids)
        quotes = _quotes(connection, rows, viewer_id=viewer_id, now=now)
        named = {id_: shallow_quote(quote) for id_, quote in quotes.items()}
        posts = self._page(connection, rows, named, viewer_id=viewer_id, now=now)
        return {row.id: post for row, post in zip(rows, posts, strict=True)}

    def _page(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        quotes: Mapping[int, bytes],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> list[bytes]:
        book = self._emojis.book(connection, rows[0].emojis_rev if rows else 0)
        parts = self._status_parts(connection, rows, book)
        polls = _polls(connection, rows, viewer_id=viewer_id)
        sheet = Sheet(
            parts,
            self._people(connection, rows, book),
            self._polls(polls, book, now=now, is_member=viewer_id is not None),
            self._filtered(connection, rows, parts, polls, viewer_id=viewer_id, now=now),
            quotes,
            is_member=viewer_id is not None,
        )
        return [
            self._post(row, sheet) if row.booster_id is None else self._boost(row, sheet)
            for row in rows
        ]

    def fresh(self) -> "Renderer":
        """Return a renderer that keeps nothing: for rows that are not committed yet.

        If the transaction failed, its versions would be given to other words later.
        """
        return Renderer(self.urls, self._emojis, self._badges)

    def accounts(self, connection: Connection, ids: Sequence[int]) -> list[bytes]:
        """Return accounts in the order of their ids, in one statement; unknown ones left out."""
        rows = load_accounts(connection, ids)
        found = [rows[id_] for id_ in ids if id_ in rows]
        book = self._emojis.book(connection, found[0].emojis_rev if found else 0)
        badges = self._badges.read(connection) if found else {}
        return [self._account(row, book, badges) for row in found]

    def book(self, connection: Connection) -> EmojiBook:
        """Return the co-op's emoji, in one statement unless they have changed."""
        return self._emojis.book(connection, connection.scalar(select(emojis_rev())) or 0)

    def hides(
        self,
        connection: Connection,
        row: LeanPost,
        context: Context,
        *,
        viewer_id: int,
        now: datetime,
    ) -> bool:
        """Return whether a filter of the viewer keeps the post out of a place altogether."""
        if not row.filters_rev:
            return False
        matcher = self._filters.matcher(connection, viewer_id, rev=row.filters_rev, now=now)
        book = self._emojis.book(connection, row.emojis_rev)
        parts, polls = self._status_parts(connection, [row], book), {}
        if row.poll_id is not None:
            polls = dict(_polls(connection, [row], viewer_id=viewer_id))
        words = _words(row, parts, polls)
        return matcher.hides(words, row.id, context, author_id=row.author_id)

    def forget(self) -> None:
        """Render everything anew from now on."""
        self._statuses.clear()
        self._accounts.clear()

    def _account(self, row: Any, book: EmojiBook, badges: Mapping[int, bytes]) -> bytes:
        key = row.id, row.rev, book.rev
        part = self._accounts.get(key)
        if part is None:
            part = account_part(row, self.urls, book)
            self._accounts.put(key, part)
        held = badges.get(row.id, NO_BADGES)
        return part.whole(row.statuses_count, row.last_status_id, held)

    def _status_parts(
        self, connection: Connection, rows: Iterable[LeanPost], book: EmojiBook
    ) -> Mapping[int, StatusPart]:
        found: dict[int, StatusPart] = {}
        missing: dict[int, int] = {}
        for row in rows:
            part = self._statuses.get((row.id, row.rev, book.rev))
            if part is None:
                missing[row.id] = row.rev
            else:
                found[row.id] = part
        if missing:
            for id_, part in status_parts(connection, missing, self.urls, book).items():
                self._statuses.put((id_, missing[id_], book.rev), part)
                found[id_] = part
        return found

    def _filtered(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        parts: Mapping[int, StatusPart],
        polls: Mapping[int, PollView],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> Mapping[int, bytes]:
        """Return which of the viewer's filters posts match, for those that match any."""
        if viewer_id is None or not rows or not (rev := rows[0].filters_rev):
            return {}
        matcher = self._filters.matcher(connection, viewer_id, rev=rev, now=now)
        found: dict[int, bytes] = {}
        for row in rows if matcher else ():
            words, author_id = _words(row, parts, polls), row.author_id
            if matches := matcher.results(words, row.id, author_id=author_id):
                told = [result_values(match, row.id) for match in matches]
                found[row.id] = b',"filtered":' + orjson.dumps(told)
        return found

    def _post(self, row: LeanPost, sheet: "Sheet") -> bytes:
        head, author = sheet.parts[row.id].head, sheet.people[row.author_id]
        return b"".join((b"{", head, *_rest(row, sheet), author, END))

    def _boost(self, row: LeanPost, sheet: "Sheet") -> bytes:
        assert row.booster_id is not None
        head = boost_head(row.row_id, booster_id=row.booster_id, urls=self.urls)
        booster, original = sheet.people[row.booster_id], self._post(row, sheet)
        rest = _rest(row, sheet)
        return b"".join((b"{", head, *rest, booster, b',"reblog":', original, b"}"))

    def _people(
        self, connection: Connection, rows: Iterable[LeanPost], book: EmojiBook
    ) -> Mapping[int, bytes]:
        """Return each author and booster, rendered with their counts, by id."""
        found: dict[int, bytes] = {}
        missing: dict[int, tuple[int, int | None]] = {}
        badges = self._badges.read(connection)
        for row in rows:
            for person in (row[AUTHOR], row[BOOSTER]):
                id_, rev, posts, newest_id = cast(Person, person)
                if id_ is None or id_ in found:
                    continue
                part = self._accounts.get((id_, rev, book.rev))
                if part is None:
                    missing[id_] = posts, newest_id
                else:
                    found[id_] = part.whole(posts, newest_id, badges.get(id_, NO_BADGES))
        for id_, account in load_accounts(connection, missing).items():
            part = account_part(account, self.urls, book)
            self._accounts.put((id_, account.rev, book.rev), part)
            found[id_] = part.whole(*missing[id_], badges.get(id_, NO_BADGES))
        return found

    def _polls(
        self, polls: Mapping[int, PollView], book: EmojiBook, *, now: datetime, is_member: bool
    ) -> Mapping[int, bytes]:
        return {
            id_: orjson.dumps(poll_values(poll, self.urls, book, now=now, is_member=is_member))
            for id_, poll in polls.items()
        }


def _rest(row: LeanPost, sheet: Sheet) -> tuple[bytes, ...]:
    """Return what a post says and how the viewer stands to it, up to its account."""
    body, counts = sheet.parts[row.id].body, COUNTS[row.replies_count > 0]
    poll = NOTHING if row.poll_id is None else sheet.polls.get(row.poll_id, NOTHING)
    quote = NOTHING if row.quoted_id is None else sheet.quotes.get(row.id, NOTHING)
    approval = APPROVALS[row.quote_policy, bool(row.may_quote)]
    marks = b""
    if sheet.is_member:
        bits = row.favourited, row.boosted, row.bookmarked, row.is_quiet
        marks = MARKS[bits] + sheet.filtered.get(row.id, UNFILTERED)
        if row.is_mine:
            marks += PINNED[bool(row.is_pinned)]
    parts = (body, counts, marks, b',"quote":', quote, approval, b',"poll":', poll)
    return (b",", *parts, b',"account":')


def _quotes(
    connection: Connection, rows: Iterable[LeanPost], *, viewer_id: int | None, now: datetime
) -> Mapping[int, QuoteView]:
    quoting = {row.id for row in rows if row.quoted_id is not None}
    return quotes_of(connection, quoting, me=viewer_id, now=now)


def _words(row: LeanPost, parts: Mapping[int, StatusPart], polls: Mapping[int, PollView]) -> str:
    """Return all that a filter looks at."""
    words = parts[row.id].words
    poll = None if row.poll_id is None else polls.get(row.poll_id)
    return words if poll is None else "\n".join((words, *(o.title for o in poll.options)))


def _polls(
    connection: Connection, rows: Iterable[LeanPost], *, viewer_id: int | None
) -> Mapping[int, PollView]:
    ids = {row.poll_id for row in rows if row.poll_id is not None}
    return polls_of(connection, ids, me=viewer_id)
