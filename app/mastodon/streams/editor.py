"""Turns news into deliveries: looks each thing up once, and finds out who may hear of it.

Whoever reads a timeline hears of a post if, and only if, that timeline shows it to them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.news import NewsItem, NewsKind
from app.filters.kinds import Context
from app.instance.announcements import (
    Reaction,
    Told,
    count_reaction,
    standing_announcement,
)
from app.mastodon.conversations import talk_values
from app.mastodon.entities.announcement import announcement_values, reaction_values
from app.mastodon.notifications import shown
from app.mastodon.render import Renderer
from app.mastodon.streams.channels import DIRECT, USER, USER_NOTICES, Subscription
from app.mastodon.streams.hub import Audience, Delivery
from app.mastodon.streams.messages import Event
from app.notifications.push.names import NAMES
from app.notifications.rows import Wanted, notice_rows
from app.statuses.lean import LeanPost
from app.statuses.letters.queries import talk_of, talks_of
from app.timelines import queries
from app.timelines.audience import lists_with, missed_by, seen_by, tags_of
from app.timelines.queries import Timeline

# The timelines that streams follow, by the names of their channels.
TIMELINES: Final[Mapping[str, Timeline]] = {
    "user": queries.HOME,
    "public": queries.PUBLIC,
    "public:media": queries.PUBLIC_PICTURES,
    "public:local": queries.LOCAL,
    "public:local:media": queries.LOCAL_PICTURES,
    "public:remote": queries.REMOTE,
    "public:remote:media": queries.REMOTE_PICTURES,
    "hashtag": queries.TAGGED,
    "hashtag:local": queries.TAGGED_HERE,
    "list": queries.LIST,
}
# A deleted post has lost its tags and pictures: whoever could see it otherwise hears that it went.
AFTERWARDS: Final[Mapping[str, Timeline]] = {
    "user": queries.HOME,
    "public": queries.PUBLIC,
    "public:media": queries.PUBLIC,
    "public:local": queries.LOCAL,
    "public:local:media": queries.LOCAL,
    "public:remote": queries.REMOTE,
    "public:remote:media": queries.REMOTE,
    "hashtag": queries.BOARDS,
    "hashtag:local": queries.BOARDS,
    "list": queries.LIST,
}
HASHTAGS: Final = ("hashtag", "hashtag:local")
UPDATES: Final = {NewsKind.POST: "update", NewsKind.EDIT: "status.update"}
MERGED: Final = b"1"


class Place(NamedTuple):
    """A timeline that some of the accounts follow, and what its statement needs to know."""

    subscription: Subscription
    timeline: Timeline
    parameters: Mapping[str, Any]
    account_ids: Collection[int]


Telling: TypeAlias = Callable[[Connection, NewsItem, Audience], Iterator[Delivery]]


@dataclass(frozen=True, slots=True)
class Editor:
    """Finds out who hears what in one process."""

    renderer: Renderer
    clock: Clock
    _by_kind: Mapping[str, Telling] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, Telling] = {
            NewsKind.POST: self._of_post,
            NewsKind.EDIT: self._of_post,
            NewsKind.GONE: self._of_end,
            NewsKind.NOTICE: self._of_notice,
            NewsKind.LETTER: self._of_letter,
            NewsKind.FILTERS: self._of_filters,
            NewsKind.LET_THROUGH: self._of_notices_let_through,
            NewsKind.ANNOUNCEMENT: self._of_announcement,
            NewsKind.UNANNOUNCED: self._of_announcement_ended,
            NewsKind.REACTION: self._of_reaction,
        }
        object.__setattr__(self, "_by_kind", by_kind)

    def deliveries(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> list[Delivery]:
        """Return what is to be told to whom."""
        telling = self._by_kind.get(item.kind)
        return [] if telling is None or not audience else list(telling(connection, item, audience))

    def _of_post(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.about_id is not None
        event = UPDATES[NewsKind(item.kind)]
        events = _Shared(event)
        rendered: dict[int, Event] = {}
        for place in _places(connection, item.about_id, audience):
            for viewer_id, row in self._seen(connection, place, item.about_id):
                if viewer_id not in rendered:
                    rendered[viewer_id] = events.of(self._post(connection, row, viewer_id))
                yield Delivery(place.subscription, viewer_id, rendered[viewer_id])

    def _seen(
        self, connection: Connection, place: Place, status_id: int
    ) -> Iterator[tuple[int, LeanPost]]:
        now = self.clock.now()
        whom = place.account_ids
        found = seen_by(connection, place.timeline, whom, status_id, now=now, **place.parameters)
        for viewer_id, row in list(found):
            if place.subscription != USER or not self.renderer.hides(
                connection, row, Context.HOME, viewer_id=viewer_id, now=now
            ):
                yield viewer_id, row

    def _post(self, connection: Connection, row: LeanPost, viewer_id: int) -> bytes:
        now = self.clock.now()
        return self.renderer.posts(connection, [row], viewer_id=viewer_id, now=now)[0]

    def _of_end(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.about_id is not None
        now, event = self.clock.now(), Event("delete", str(item.about_id).encode())
        for place in _former_places(connection, item.about_id, audience):
            whom = place.account_ids
            for viewer_id in missed_by(
                connection, place.timeline, whom, item.about_id, now=now, **place.parameters
            ):
                yield Delivery(place.subscription, viewer_id, event)

    def _of_notice(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.account_id is not None
        assert item.about_id is not None
        places = _listening(audience, item.account_id, USER, USER_NOTICES)
        if not places:
            return
        wanted = Wanted(item.account_id, self.clock.now(), frozenset(NAMES))
        key = item.about_id
        rows = notice_rows(connection, wanted, before=key + 1, after=key - 1, limit=1)
        for values in shown(connection, self.renderer, wanted, rows):
            event = Event("notification", orjson.dumps(values), is_notice=True)
            yield from (Delivery(place, item.account_id, event) for place in places)

    def _of_notices_let_through(
        self, _connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.account_id is not None
        event = Event("notifications_merged", MERGED, is_notice=True)
        for place in _listening(audience, item.account_id, USER, USER_NOTICES):
            yield Delivery(place, item.account_id, event)

    def _of_filters(
        self, _connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.account_id is not None
        for place in _listening(audience, item.account_id, USER):
            yield Delivery(place, item.account_id, Event("filters_changed"))

    def _of_letter(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.account_id is not None
        assert item.about_id is not None
        me, now = item.account_id, self.clock.now()
        places = _listening(audience, me, DIRECT)
        talk = talk_of(connection, me, item.about_id) if places else None
        if talk is None:
            return
        # The list of talks knows whose letters are not wanted.
        latest = talk.last_status_id
        listed = talks_of(connection, me, now=now, before=latest + 1, after=latest - 1, limit=1)
        for values in talk_values(connection, self.renderer, listed, viewer_id=me, now=now):
            yield Delivery(DIRECT, me, Event("conversation", orjson.dumps(values)))

    def _of_announcement(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.about_id is not None
        session, now = Session(connection), self.clock.now()
        row = standing_announcement(session, item.about_id, now=now)
        if row is not None:  # Nobody has seen it yet.
            book = self.renderer.book(connection)
            values = announcement_values(Told(row, False, ()), self.renderer.urls, book)
            yield from _to_all(audience, Event("announcement", orjson.dumps(values)))

    def _of_announcement_ended(
        self, _connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        yield from _to_all(audience, Event("announcement.delete", str(item.about_id).encode()))

    def _of_reaction(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Iterator[Delivery]:
        assert item.about_id is not None
        assert item.word is not None
        session, now = Session(connection), self.clock.now()
        if standing_announcement(session, item.about_id, now=now) is None:
            return
        count = count_reaction(session, item.about_id, item.word)
        one, book = Reaction(item.word, count, False), self.renderer.book(connection)
        values = reaction_values(one, self.renderer.urls, book)
        values["announcement_id"] = str(item.about_id)
        yield from _to_all(audience, Event("announcement.reaction", orjson.dumps(values)))


class _Shared:
    """Events of one name, one for each payload: most of those who listen get the same."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events: dict[bytes, Event] = {}

    def of(self, payload: bytes) -> Event:
        event = self._events.get(payload)
        if event is None:
            event = self._events[payload] = Event(self._name, payload)
        return event


def _places(connection: Connection, status_id: int, audience: Audience) -> Iterator[Place]:
    """Yield the timelines in which the post may stand."""
    tags = tags_of(connection, status_id) if _has(audience, HASHTAGS) else frozenset()
    lists = lists_with(connection, status_id, _lists(audience))
    for heard, account_ids in audience.items():
        timeline = TIMELINES.get(heard.channel)
        if timeline is None:
            continue
        parameters: dict[str, Any] = {}
        if heard.channel in HASHTAGS:
            if heard.about not in tags:
                continue
            parameters = {"tag": heard.about}
        elif timeline is queries.LIST:
            if int(heard.about) not in lists:
                continue
            parameters = {"list_id": int(heard.about)}
        yield Place(heard, timeline, parameters, account_ids)


def _former_places(connection: Connection, status_id: int, audience: Audience) -> Iterator[Place]:
    """Yield the timelines in which the post may have stood."""
    lists = lists_with(connection, status_id, _lists(audience))
    for heard, account_ids in audience.items():
        timeline = AFTERWARDS.get(heard.channel)
        if timeline is None:
            continue
        parameters: dict[str, Any] = {}
        if timeline is queries.LIST:
            if int(heard.about) not in lists:
                continue
            parameters = {"list_id": int(heard.about)}
        yield Place(heard, timeline, parameters, account_ids)


def _has(audience: Audience, channels: Collection[str]) -> bool:
    return any(heard.channel in channels for heard in audience)


def _lists(audience: Audience) -> frozenset[int]:
    return frozenset(int(heard.about) for heard in audience if heard.channel == "list")


def _listening(audience: Audience, account_id: int, *places: Subscription) -> list[Subscription]:
    return [place for place in places if account_id in audience.get(place, ())]


def _to_all(audience: Audience, event: Event) -> Iterator[Delivery]:
    for account_id in audience.get(USER, ()):
        yield Delivery(USER, account_id, event)
