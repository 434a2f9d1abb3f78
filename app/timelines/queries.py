"""Timelines, strictly by time: each is one statement, and one more for the pictures.

Pages end: `older` says from where the next one would go on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from app.core.orm import BigInt
from app.core.prepared import Among, Prepared
from app.core.records import Record
from app.media.queries import has_pictures
from app.statuses.lean import LeanPost, lean, read_lean
from app.statuses.models import Bookmark, Favourite, StatusTag, Tag
from app.statuses.quotes.queries import quotes
from app.statuses.quotes.rules import QuoteState
from app.statuses.views import AUTHOR, ME, NOW, PEOPLE, POST, ROW, PostView, read, shown, wanted
from app.statuses.visibility import Visibility
from app.statuses.visible import Value, mentions, statuses, unmuted
from app.timelines.models import HomeFeed, ListFeed, PeopleList

PAGE_SIZE = 30
PAGE_SIZE_MAX = 40
NEWEST = 2**63 - 1
LOOKED_AT = 5  # Letters for each one that a page has room for.
MEMBERS_ONLY = "a timeline for members only"

BEFORE = bindparam("before", type_=BigInt)
AFTER = bindparam("after", type_=BigInt)
LIMIT = bindparam("limit", type_=BigInt)
WHO = bindparam("who", type_=BigInt)
TAG = bindparam("tag", type_=Text)
EVERY_COUNT = bindparam("every_count", type_=BigInt)

LIST_ID = bindparam("list_id", type_=BigInt)

feed = cast(Table, HomeFeed.__table__)
list_feed = cast(Table, ListFeed.__table__)
lists = cast(Table, PeopleList.__table__)
tags = cast(Table, Tag.__table__)
status_tags = cast(Table, StatusTag.__table__)


class Page(Record):
    """One page of posts, newest first; `older` is the key of the next page, None at the end."""

    posts: tuple[PostView, ...]
    older: int | None


# Makes the statement of a list of posts: `app.statuses.views.shown`, or `lean`, its twin.
Sight: TypeAlias = Callable[..., Select[Any]]
# Makes the statement of a timeline by a sight, for a member or for visitors, and its key.
Build: TypeAlias = Callable[[Sight, Value | None], tuple[Select[Any], Value]]


@dataclass(frozen=True)
class Timeline:
    """A list of posts: `build` makes its statement for a member, or for visitors (None).

    Each is built once, when it is first asked for: together they were a twentieth of a start.
    """

    build: Build

    @cached_property
    def member(self) -> Select[Any]:
        """The statement for members."""
        return _newest_below(*self.build(shown, ME))

    @cached_property
    def visitor(self) -> Select[Any]:
        """The statement for visitors without an account."""
        return _newest_below(*self.build(shown, None))

    @cached_property
    def _lean(self) -> dict[tuple[bool, bool], Prepared]:
        return {}

    def lean(self, *, is_visitor: bool, from_below: bool) -> Prepared:
        """Return the statement for programs, of the newest posts or of those right above a key."""
        wanted_one = is_visitor, from_below
        if wanted_one not in self._lean:
            cut = _oldest_above if from_below else _newest_between
            statement = cut(*self.build(lean, None if is_visitor else ME))
            self._lean[wanted_one] = Prepared(statement, converts=False)
        return self._lean[wanted_one]

    def rows(
        self,
        connection: Connection,
        viewer_id: int | None,
        *,
        now: datetime,
        before: int = NEWEST,
        after: int = 0,
        limit: int = PAGE_SIZE,
        from_below: bool = False,
        **parameters: Any,
    ) -> list[LeanPost]:
        """Return up to `limit` posts whose keys lie between the two, the newest first.

        `from_below`: those right above `after`, and not the newest below `before`.
        """
        prepared = self.lean(is_visitor=viewer_id is None, from_below=from_below)
        viewer = {} if viewer_id is None else {"me": viewer_id, "now": now}
        keys = {"before": before, "after": after, "limit": limit}
        found = read_lean(connection, prepared, **keys, **viewer, **parameters)
        return found[::-1] if from_below else found

    def page(
        self,
        connection: Connection,
        viewer_id: int | None,
        *,
        now: datetime,
        before: int | None = None,
        limit: int = PAGE_SIZE,
        **parameters: Any,
    ) -> Page:
        """Return the page of up to `limit` posts that come before the key `before`."""
        statement = self.visitor if viewer_id is None else self.member
        assert 0 < limit <= PAGE_SIZE_MAX
        keys = {"before": NEWEST if before is None else before, "limit": limit + 1}
        viewer = {} if viewer_id is None else {"me": viewer_id, "now": now}
        posts = read(connection, statement, **keys, **viewer, **parameters)
        return Page(posts[:limit], posts[limit - 1].row_id if len(posts) > limit else None)


def _newest_below(statement: Select[Any], key: Value) -> Select[Any]:
    return statement.where(key < BEFORE).order_by(key.desc()).limit(LIMIT)


def _newest_between(statement: Select[Any], key: Value) -> Select[Any]:
    return _newest_below(statement.where(key > AFTER), key)


def _oldest_above(statement: Select[Any], key: Value) -> Select[Any]:
    return statement.where(key > AFTER, key < BEFORE).order_by(key).limit(LIMIT)


def _home(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    assert me is not None, MEMBERS_ONLY
    source = feed.join(ROW, ROW.c.id == feed.c.status_id)
    # Blocks are part of visibility; mutes are judged by the authors that ride along.
    wants = unmuted(me, NOW, feed.c.author_id, feed.c.reblog_author_id, people=PEOPLE)
    statement = sight(me, source, key=feed.c.status_id).where(feed.c.owner_id == me, wants)
    return statement, feed.c.status_id


def _of_list(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    assert me is not None, MEMBERS_ONLY
    key = list_feed.c.status_id
    source = list_feed.join(ROW, ROW.c.id == key)
    wants = unmuted(me, NOW, list_feed.c.author_id, list_feed.c.reblog_author_id, people=PEOPLE)
    is_mine = exists().where(lists.c.id == LIST_ID, lists.c.owner_id == me)
    mine = (list_feed.c.list_id == LIST_ID, is_mine)
    return sight(me, source, key=key).where(*mine, wants), key


def _on_boards(me: Value | None) -> ColumnElement[bool]:
    boards = [Visibility.PUBLIC] if me is None else [Visibility.PUBLIC, Visibility.LOCAL]
    return ROW.c.visibility.in_(boards) & ROW.c.reblog_of_id.is_(None)


def _no_answer_to_others() -> ColumnElement[bool]:
    answered = POST.c.in_reply_to_account_id
    return or_(answered.is_(None), answered == POST.c.account_id)


def _boards(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    return sight(me).where(_on_boards(me), wanted(me)), ROW.c.id


def _public(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    return sight(me).where(_on_boards(me), _no_answer_to_others(), wanted(me)), ROW.c.id


def _narrowed(condition: ColumnElement[bool], build: Build) -> Build:
    def narrowed(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
        statement, key = build(sight, me)
        return statement.where(condition), key

    return narrowed


_of_here = partial(_narrowed, AUTHOR.c.domain.is_(None))
_of_elsewhere = partial(_narrowed, AUTHOR.c.domain.is_not(None))
_with_pictures = partial(_narrowed, has_pictures(POST.c.id))


def _tagged(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    source = tags.join(status_tags, status_tags.c.tag_id == tags.c.id).join(
        ROW, ROW.c.id == status_tags.c.status_id
    )
    key = status_tags.c.status_id
    return sight(me, source, key=key).where(tags.c.name == TAG, _on_boards(me), wanted(me)), key


def _with_tags(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    """Posts with one of some tags, with all of some others, and with none of a third kind."""

    def having(name: str) -> Select[Any]:
        pairs = status_tags.join(tags, tags.c.id == status_tags.c.tag_id)
        listed = Among(tags.c.name, name, of=Text)
        return select(status_tags.c.status_id).select_from(pairs).where(listed)

    how_many = having("every").where(status_tags.c.status_id == ROW.c.id)
    has_every = how_many.with_only_columns(func.count()).correlate(ROW).scalar_subquery()
    statement = sight(me).where(
        ROW.c.id.in_(having("any_of")),
        has_every == EVERY_COUNT,
        ROW.c.id.not_in(having("none_of")),
        _on_boards(me),
        wanted(me),
    )
    return statement, ROW.c.id


def _of_account(
    *conditions: ColumnElement[bool], sight: Sight, me: Value | None
) -> tuple[Select[Any], Value]:
    # A letter stands on nobody's page; its author alone finds it on their own.
    open_letter = POST.c.visibility != Visibility.DIRECT
    shows = open_letter if me is None else or_(open_letter, POST.c.account_id == me)
    statement = sight(me).where(ROW.c.account_id == WHO, shows, *conditions)
    if me is not None:
        statement = statement.where(or_(POST.c.account_id == WHO, wanted(me)))
    return statement, ROW.c.id


def _marked(
    kind: type[Bookmark] | type[Favourite], sight: Sight, me: Value | None
) -> tuple[Select[Any], Value]:
    assert me is not None, MEMBERS_ONLY
    marks = cast(Table, kind.__table__)
    source = marks.join(ROW, ROW.c.id == marks.c.status_id)
    return sight(me, source, key=marks.c.id).where(marks.c.account_id == me), marks.c.id


@cache
def of_account(
    *, only_media: bool, exclude_replies: bool, exclude_reblogs: bool, tagged: bool
) -> Timeline:
    """Return the timeline of an account as programs ask for it; each kind is made once."""

    def build(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
        statement, key = _of_account(sight=sight, me=me)
        if only_media:
            statement = statement.where(has_pictures(POST.c.id))
        if exclude_replies:
            statement = statement.where(_no_answer_to_others())
        if exclude_reblogs or only_media:
            statement = statement.where(ROW.c.reblog_of_id.is_(None))
        if tagged:
            carrying = select(status_tags.c.status_id).join(
                tags, tags.c.id == status_tags.c.tag_id
            )
            statement = statement.where(POST.c.id.in_(carrying.where(tags.c.name == TAG)))
        return statement, key

    return Timeline(build)


def _pinned(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    statement, key = _of_account(ROW.c.pinned_at.is_not(None), sight=sight, me=me)
    return statement.order_by(ROW.c.pinned_at.desc()), key


def _direct(sight: Sight, me: Value | None, *, from_below: bool) -> tuple[Select[Any], Value]:
    """Look along two indexes, each in order and no further than a page needs.

    Of what is looked at, some may be of people who are muted or blocked: hence a bit more.
    """
    assert me is not None, MEMBERS_ONLY
    letters = statuses.alias()
    # Said in the text itself: PostgreSQL takes an index of letters alone only if it knows.
    is_letter = letters.c.visibility == literal_column(f"'{Visibility.DIRECT.value}'")
    sent = select(letters.c.id).where(letters.c.account_id == me, is_letter)
    got = select(mentions.c.status_id).join(letters, letters.c.id == mentions.c.status_id)
    got = got.where(mentions.c.account_id == me, is_letter)
    found = [
        _nearest(sent, letters.c.id, from_below=from_below),
        _nearest(got, mentions.c.status_id, from_below=from_below),
    ]
    ids = union_all(*(select(part.subquery()) for part in found))
    return sight(me).where(ROW.c.id.in_(ids), wanted(me)), ROW.c.id


def _nearest(statement: Select[Any], key: Value, *, from_below: bool) -> Select[Any]:
    statement = statement.where(key > AFTER, key < BEFORE)
    return statement.order_by(key if from_below else key.desc()).limit(LIMIT * LOOKED_AT)


def _quoting(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    key = quotes.c.status_id
    source = quotes.join(ROW, ROW.c.id == key)
    accepted = (quotes.c.quoted_id == WHO, quotes.c.state == QuoteState.ACCEPTED)
    return sight(me, source, key=key).where(*accepted, wanted(me)), key


def _for_feed_readers(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Return what a feed holds: public posts of people who want to be found by visitors."""
    is_public = ROW.c.visibility == Visibility.PUBLIC
    return (is_public, ROW.c.reblog_of_id.is_(None), AUTHOR.c.discoverable, *conditions)


def _feed(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    return _of_account(*_for_feed_readers(_no_answer_to_others()), sight=sight, me=me)


def _tag_feed(sight: Sight, me: Value | None) -> tuple[Select[Any], Value]:
    statement, key = _tagged(sight, me)
    return statement.where(*_for_feed_readers()), key


FEED = Timeline(_feed)
TAG_FEED = Timeline(_tag_feed)
HOME = Timeline(_home)
DIRECT = {
    from_below: Timeline(partial(_direct, from_below=from_below)) for from_below in (False, True)
}  # For programs alone: by the direction of the page.
LIST = Timeline(_of_list)
QUOTING = Timeline(_quoting)
BOARDS = Timeline(_boards)
PUBLIC = Timeline(_public)  # Of here and of other sites, as far as they are known here.
PUBLIC_PICTURES = Timeline(_with_pictures(_public))
LOCAL = Timeline(_of_here(_public))
LOCAL_PICTURES = Timeline(_with_pictures(_of_here(_public)))
REMOTE = Timeline(_of_elsewhere(_public))
REMOTE_PICTURES = Timeline(_with_pictures(_of_elsewhere(_public)))
TAGGED = Timeline(_tagged)
TAGGED_PICTURES = Timeline(_with_pictures(_tagged))
TAGGED_HERE = Timeline(_of_here(_tagged))
TAGGED_HERE_PICTURES = Timeline(_with_pictures(_of_here(_tagged)))
TAGGED_ELSEWHERE = Timeline(_of_elsewhere(_tagged))
TAGGED_ELSEWHERE_PICTURES = Timeline(_with_pictures(_of_elsewhere(_tagged)))
SEVERAL_TAGS = Timeline(_with_tags)
SEVERAL_TAGS_PICTURES = Timeline(_with_pictures(_with_tags))
SEVERAL_TAGS_HERE = Timeline(_of_here(_with_tags))
SEVERAL_TAGS_HERE_PICTURES = Timeline(_with_pictures(_of_here(_with_tags)))
SEVERAL_TAGS_ELSEWHERE = Timeline(_of_elsewhere(_with_tags))
SEVERAL_TAGS_ELSEWHERE_PICTURES = Timeline(_with_pictures(_of_elsewhere(_with_tags)))
POSTS = Timeline(lambda sight, me: _of_account(_no_answer_to_others(), sight=sight, me=me))
ANSWERS = Timeline(
    lambda sight, me: _of_account(
        ~_no_answer_to_others(), ROW.c.reblog_of_id.is_(None), sight=sight, me=me
    )
)
PICTURES = Timeline(
    lambda sight, me: _of_account(
        has_pictures(POST.c.id), ROW.c.reblog_of_id.is_(None), sight=sight, me=me
    )
)
PINNED = Timeline(_pinned)
FAVOURITES = Timeline(partial(_marked, Favourite))
BOOKMARKS = Timeline(partial(_marked, Bookmark))
