"""Timelines, strictly by time: each is one statement, and one more for the pictures.

Pages end: `older` says from where the next one would go on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, Text, bindparam, exists, or_

from app.core.orm import BigInt
from app.media.queries import has_pictures
from app.statuses.models import Bookmark, Favourite, StatusTag, Tag
from app.statuses.views import ME, NOW, POST, ROW, PostView, read, shown, wanted
from app.statuses.visibility import Visibility
from app.statuses.visible import Value, unmuted
from app.timelines.models import HomeFeed, ListFeed, PeopleList

PAGE_SIZE = 30
PAGE_SIZE_MAX = 40
NEWEST = 2**63 - 1
MEMBERS_ONLY = "a timeline for members only"

BEFORE = bindparam("before", type_=BigInt)
LIMIT = bindparam("limit", type_=BigInt)
WHO = bindparam("who", type_=BigInt)
TAG = bindparam("tag", type_=Text)

LIST_ID = bindparam("list_id", type_=BigInt)

feed = cast(Table, HomeFeed.__table__)
list_feed = cast(Table, ListFeed.__table__)
lists = cast(Table, PeopleList.__table__)
tags = cast(Table, Tag.__table__)
status_tags = cast(Table, StatusTag.__table__)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts, newest first; `older` is the key of the next page, None at the end."""

    posts: tuple[PostView, ...]
    older: int | None


@dataclass(frozen=True)
class Timeline:
    """A list of posts: `build` makes its statement for a member, or for visitors (None).

    Each is built once, when it is first asked for: together they were a twentieth of a start.
    """

    build: Callable[[Value | None], Select[Any]]

    @cached_property
    def member(self) -> Select[Any]:
        """The statement for members."""
        return self.build(ME)

    @cached_property
    def visitor(self) -> Select[Any]:
        """The statement for visitors without an account."""
        return self.build(None)

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


def _paged(statement: Select[Any], key: Value) -> Select[Any]:
    return statement.where(key < BEFORE).order_by(key.desc()).limit(LIMIT)


def _home(me: Value | None) -> Select[Any]:
    assert me is not None, MEMBERS_ONLY
    source = feed.join(ROW, ROW.c.id == feed.c.status_id)
    # Blocks are part of visibility; mutes are judged by the authors that ride along.
    wants = unmuted(me, NOW, feed.c.author_id, feed.c.reblog_author_id)
    statement = shown(me, source, key=feed.c.status_id).where(feed.c.owner_id == me, wants)
    return _paged(statement, feed.c.status_id)


def _of_list(me: Value | None) -> Select[Any]:
    assert me is not None, MEMBERS_ONLY
    key = list_feed.c.status_id
    source = list_feed.join(ROW, ROW.c.id == key)
    wants = unmuted(me, NOW, list_feed.c.author_id, list_feed.c.reblog_author_id)
    is_mine = exists().where(lists.c.id == LIST_ID, lists.c.owner_id == me)
    mine = (list_feed.c.list_id == LIST_ID, is_mine)
    statement = shown(me, source, key=key).where(*mine, wants)
    return _paged(statement, key)


def _on_boards(me: Value | None) -> ColumnElement[bool]:
    boards = [Visibility.PUBLIC] if me is None else [Visibility.PUBLIC, Visibility.LOCAL]
    return ROW.c.visibility.in_(boards) & ROW.c.reblog_of_id.is_(None)


def _no_answer_to_others() -> ColumnElement[bool]:
    answered = POST.c.in_reply_to_account_id
    return or_(answered.is_(None), answered == POST.c.account_id)


def _local(me: Value | None) -> Select[Any]:
    statement = shown(me).where(_on_boards(me), _no_answer_to_others(), wanted(me))
    return _paged(statement, ROW.c.id)


def _tagged(me: Value | None) -> Select[Any]:
    source = tags.join(status_tags, status_tags.c.tag_id == tags.c.id).join(
        ROW, ROW.c.id == status_tags.c.status_id
    )
    key = status_tags.c.status_id
    statement = shown(me, source, key=key).where(tags.c.name == TAG, _on_boards(me), wanted(me))
    return _paged(statement, key)


def _of_account(me: Value | None, *conditions: ColumnElement[bool]) -> Select[Any]:
    # A letter stands on nobody's page; its author alone finds it on their own.
    open_letter = POST.c.visibility != Visibility.DIRECT
    shows = open_letter if me is None else or_(open_letter, POST.c.account_id == me)
    statement = shown(me).where(ROW.c.account_id == WHO, shows, *conditions)
    if me is not None:
        statement = statement.where(or_(POST.c.account_id == WHO, wanted(me)))
    return _paged(statement, ROW.c.id)


def _marked(kind: type[Bookmark] | type[Favourite], me: Value | None) -> Select[Any]:
    assert me is not None, MEMBERS_ONLY
    marks = cast(Table, kind.__table__)
    source = marks.join(ROW, ROW.c.id == marks.c.status_id)
    statement = shown(me, source, key=marks.c.id).where(marks.c.account_id == me)
    return _paged(statement, marks.c.id)


def _pinned(me: Value | None) -> Select[Any]:
    posts = _of_account(me, ROW.c.pinned_at.is_not(None))
    return posts.order_by(None).order_by(ROW.c.pinned_at.desc(), ROW.c.id.desc())


HOME = Timeline(_home)
LIST = Timeline(_of_list)
LOCAL = Timeline(_local)
TAGGED = Timeline(_tagged)
POSTS = Timeline(lambda me: _of_account(me, _no_answer_to_others()))
ANSWERS = Timeline(
    lambda me: _of_account(me, ~_no_answer_to_others(), ROW.c.reblog_of_id.is_(None))
)
PICTURES = Timeline(
    lambda me: _of_account(me, has_pictures(POST.c.id), ROW.c.reblog_of_id.is_(None))
)
PINNED = Timeline(_pinned)
FAVOURITES = Timeline(partial(_marked, Favourite))
BOOKMARKS = Timeline(partial(_marked, Bookmark))
