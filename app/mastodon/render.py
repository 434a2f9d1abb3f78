"""Putting answers together from rendered parts, for whoever reads them.

Source: performance.md A4. A part is kept by its id and version, a whole post by all that its row
says, so what is kept is never stale; counts and marks come with the row that was just read.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product
from operator import attrgetter
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import orjson
from sqlalchemy import Connection, select

from app.core.records import Record
from app.emojis.book import EmojiBook, KeptEmojis, emojis_rev
from app.filters.kept import KeptFilters
from app.filters.kinds import Context
from app.filters.matching import Matcher
from app.http.urls import Urls
from app.mastodon.badges import NO_BADGES, KeptBadges
from app.mastodon.entities.account import (
    AccountPart,
    account_part,
    lean_accounts,
    load_accounts,
)
from app.mastodon.entities.credential import own_values
from app.mastodon.entities.filter import result_values
from app.mastodon.entities.poll import poll_values
from app.mastodon.entities.quote import APPROVALS, shallow_quote, whole_quote
from app.mastodon.entities.status import (
    StatusPart,
    boost_head,
    boosts_there,
    status_parts,
)
from app.mastodon.own import unpacked_own
from app.statuses.lean import LeanPost, lean_posts
from app.statuses.polls.queries import PollView, polls_of
from app.statuses.quotes.queries import QuoteView, quotes_of

# How many bytes are kept at most: of what posts say, of accounts, and of posts as they went out.
WORDS_BYTES: Final = 12 << 20
PEOPLE_BYTES: Final = 4 << 20
POSTS_BYTES: Final = 24 << 20
KEY_BYTES: Final = 200  # What keeping a part costs beside its content.
ROW_BYTES: Final = 600  # What keeping a post by its row costs beside its content.

K = TypeVar("K", bound=Hashable)
P = TypeVar("P")


class Shelf(Generic[K, P]):
    """Rendered parts by what they were made of, as many as there is room for; the unused go first.

    `size` tells how many bytes a part holds, and `key_bytes` what its key takes.
    """

    def __init__(self, room_bytes: int, size: Callable[[P], int], *, key_bytes: int) -> None:
        self._room = room_bytes
        self._size = size
        self._key_bytes = key_bytes
        self._parts: OrderedDict[K, P] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> P | None:
        """Return the part if it is kept."""
        part = self._parts.get(key)
        if part is not None:
            try:
                self._parts.move_to_end(key)
            except KeyError:  # Another thread has just thrown it out.
                return part
        return part

    def put(self, key: K, part: P) -> None:
        """Keep the part."""
        with self._lock:
            if key not in self._parts:
                self._room -= self._size(part) + self._key_bytes
            self._parts[key] = part
            while self._room < 0 and self._parts:
                _, gone = self._parts.popitem(last=False)
                self._room += self._size(gone) + self._key_bytes

    def clear(self) -> None:
        """Throw everything out."""
        with self._lock:
            self._room += sum(self._size(part) + self._key_bytes for part in self._parts.values())
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
PINNED: Final = (b',"pinned":false', b',"pinned":true')
# Numbers are hidden; that there are answers at all is told, so that apps show the way to them.
COUNTS: Final = tuple(
    b',"replies_count":%d,"reblogs_count":0,"favourites_count":0,"quotes_count":0,'
    b'"counts_hidden":true' % answers
    for answers in (0, 1)
)
# Whoever reads: all visitors, all members without filters, or one member, with how many apply.
Reader: TypeAlias = str | tuple[int, int]
# A reader with the version of all badges, and a row.
Shown: TypeAlias = tuple[tuple[Reader, int], str]
VISITOR: Final = "visitor"
OWNER: Final = "owner"
AS_FOR_ALL: Final = b"as for all members"  # Stands for a post that the reader's filters pass.
MEMBER: Final = "member"
NO_FILTERS: Final = Matcher(0)
Version: TypeAlias = tuple[int, ...]  # An id, and which versions of what it names and shows.
UNFILTERED: Final = b',"filtered":[]'
NOTHING: Final = b"null"
END: Final = b',"reblog":null}'


class Sheet(Record):
    """All parts that a page of posts is put together from, by id."""

    parts: Mapping[int, StatusPart]
    people: Mapping[int, bytes]
    polls: Mapping[int, bytes]
    filtered: Mapping[int, bytes]
    quotes: Mapping[int, bytes]  # By the quoting post.
    boosts: Mapping[int, str]  # What those of other sites are named there.
    is_member: bool


class Renderer:
    """Renders for one site, and keeps what it rendered."""

    def __init__(self, urls: Urls, emojis: KeptEmojis, badges: KeptBadges) -> None:
        self.urls = urls
        self._emojis = emojis
        self._badges = badges
        self._statuses: Shelf[Version, StatusPart] = Shelf(
            WORDS_BYTES, attrgetter("size"), key_bytes=KEY_BYTES
        )
        self._accounts: Shelf[Version, AccountPart] = Shelf(
            PEOPLE_BYTES, attrgetter("size"), key_bytes=KEY_BYTES
        )
        self._posts: Shelf[Shown, bytes] = Shelf(POSTS_BYTES, len, key_bytes=ROW_BYTES)
        self._filters = KeptFilters()

    def posts(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> list[bytes]:
        """Return posts as the viewer gets them, in order.

        A row says all that a post shows, except the badges of its people, and what it asks and
        quotes; so those that do neither are kept as they went out.
        """
        if not rows:
            return []
        matcher = self._matcher(connection, rows, viewer_id=viewer_id, now=now)
        reader, version = _reader(viewer_id, matcher), self._badges.read(connection)[0]
        found = self._kept(reader, version, rows)
        missing = [row for row, post in zip(rows, found, strict=True) if post is None]
        if not missing:
            return cast(list[bytes], found)
        made = self._made(connection, missing, matcher, viewer_id=viewer_id, now=now)
        rest = iter(made)
        whole = [next(rest) if post is None else post for post in found]
        for row, post, kept in zip(rows, whole, found, strict=True):
            if kept is None and row.poll_id is None and row.quoted_id is None:
                self._keep(((reader, version), row.text), post)
        return whole

    def _keep(self, key: Shown, post: bytes) -> None:
        """Keep a post; what the reader's filters leave alone is the same for all members."""
        (reader, version), text = key
        if isinstance(reader, tuple) and UNFILTERED in post:
            self._posts.put(key, AS_FOR_ALL)
            key = (MEMBER, version), text
        self._posts.put(key, post)

    def _kept(self, reader: Reader, version: int, rows: Sequence[LeanPost]) -> list[bytes | None]:
        """Return those of the posts that are kept."""
        who, everybody = (reader, version), (MEMBER, version)
        get = self._posts.get
        found = [get((who, row.text)) for row in rows]
        return [
            get((everybody, row.text)) if post is AS_FOR_ALL else post
            for row, post in zip(rows, found, strict=True)
        ]

    def _made(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        matcher: Matcher,
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> list[bytes]:
        """Return posts, put together anew."""
        quotes = _quotes(connection, rows, viewer_id=viewer_id, now=now)
        quoted = self._quoted(connection, quotes, matcher, viewer_id=viewer_id, now=now)
        whole = {id_: whole_quote(quote, quoted) for id_, quote in quotes.items()}
        return self._page(connection, rows, whole, matcher, viewer_id=viewer_id, now=now)

    def _quoted(
        self,
        connection: Connection,
        quotes: Mapping[int, QuoteView],
        matcher: Matcher,
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
        posts = self._page(connection, rows, named, matcher, viewer_id=viewer_id, now=now)
        return {row.id: post for row, post in zip(rows, posts, strict=True)}

    def _page(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        quotes: Mapping[int, bytes],
        matcher: Matcher,
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
            _filtered(rows, parts, polls, matcher),
            quotes,
            boosts_there(connection, [row.row_id for row in rows if row.booster_id is not None]),
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
        """Return accounts in the order of their ids, in one statement; unknown ones left out.

        Those that are not kept yet cost another statement, for all of them.
        """
        people, rev = lean_accounts(connection, ids)
        found = self._whole_people(connection, people, self._emojis.book(connection, rev))
        return [found[id_] for id_ in ids if id_ in found]

    def own(self, connection: Connection, text: str) -> bytes:
        """Return an account as its member gets it, of which the text of a row says all."""
        version, _badges = self._badges.read(connection)
        key = (OWNER, version), text
        known = self._posts.get(key)
        if known is not None:
            return known
        own = unpacked_own(text)
        book = self._emojis.book(connection, own.emojis_rev)
        public = self._whole_people(connection, [own[:4]], book)[own.id]
        whole = b"".join((public[:-1], b",", orjson.dumps(own_values(own))[1:]))
        self._posts.put(key, whole)
        return whole

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
        self._posts.clear()

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

    def _matcher(
        self,
        connection: Connection,
        rows: Sequence[LeanPost],
        *,
        viewer_id: int | None,
        now: datetime,
    ) -> Matcher:
        """Return the viewer's filters, whose version comes with each row."""
        if viewer_id is None or not rows:
            return NO_FILTERS
        return self._filters.matcher(connection, viewer_id, rev=rows[0].filters_rev, now=now)

    def _post(self, row: LeanPost, sheet: "Sheet") -> bytes:
        head, author = sheet.parts[row.id].head, sheet.people[row.author_id]
        return b"".join((b"{", head, *_rest(row, sheet), author, END))

    def _boost(self, row: LeanPost, sheet: "Sheet") -> bytes:
        assert row.booster_id is not None
        head = boost_head(
            row.row_id,
            booster_id=row.booster_id,
            there=sheet.boosts.get(row.row_id),
            urls=self.urls,
        )
        booster, original = sheet.people[row.booster_id], self._post(row, sheet)
        rest = _rest(row, sheet)
        return b"".join((b"{", head, *rest, booster, b',"reblog":', original, b"}"))

    def _people(
        self, connection: Connection, rows: Iterable[LeanPost], book: EmojiBook
    ) -> Mapping[int, bytes]:
        """Return each author and booster, rendered with their counts, by id."""
        people: dict[int, Sequence[Any]] = {}
        for row in rows:
            people[row.author_id] = cast(Sequence[Any], row[AUTHOR])
            if row.booster_id is not None:
                people[row.booster_id] = cast(Sequence[Any], row[BOOSTER])
        return self._whole_people(connection, people.values(), book)

    def _whole_people(
        self, connection: Connection, people: Iterable[Sequence[Any]], book: EmojiBook
    ) -> Mapping[int, bytes]:
        """Return accounts by id, from what changes about them, as in `LeanAccount`."""
        found: dict[int, bytes] = {}
        missing: dict[int, tuple[int, int | None]] = {}
        _, badges = self._badges.read(connection)
        for id_, rev, posts, newest_id in people:
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


def _reader(viewer_id: int | None, matcher: Matcher) -> Reader:
    """Return for whom a kept post may be used again, beside what its row says of the viewer.

    Which filters of a version apply is known by how many do: they only run out.
    """
    if viewer_id is None:
        return VISITOR
    return (viewer_id, len(matcher.ready)) if matcher else MEMBER


def _filtered(
    rows: Sequence[LeanPost],
    parts: Mapping[int, StatusPart],
    polls: Mapping[int, PollView],
    matcher: Matcher,
) -> Mapping[int, bytes]:
    """Return which of the viewer's filters posts match, for those that match any."""
    found: dict[int, bytes] = {}
    for row in rows if matcher else ():
        words = _words(row, parts, polls)
        if matches := matcher.results(words, row.id, author_id=row.author_id):
            told = [result_values(match, row.id) for match in matches]
            found[row.id] = b',"filtered":' + orjson.dumps(told)
    return found


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
