"""The feeds of lists: written when a post is published, as home feeds are.

One statement says what stands in a list; it serves a new post, a new member and a list that is
built anew, so that the three cannot differ.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from app.core.orm import BigInt
from app.core.upsert import insert_selected
from app.relationships.models import FollowState
from app.statuses.visibility import Visibility
from app.statuses.visible import follows, statuses
from app.timelines.models import Listed, ListFeed, PeopleList, RepliesPolicy, SleepingFeed

LIST_LENGTH = 800
FEED_OF_ONE = 100  # How many posts of somebody come along when they are put on a list.

COLUMNS = ("list_id", "status_id", "author_id", "reblog_of_id", "reblog_author_id")

feed = cast(Table, ListFeed.__table__)
lists = cast(Table, PeopleList.__table__)
listed = cast(Table, Listed.__table__)
sleeping = cast(Table, SleepingFeed.__table__)


def deliver(session: Session, status_id: int, author_id: int) -> None:
    """Write a new post, or boost, into the lists that its author stands on."""
    given = {"new_status_id": status_id, "new_author_id": author_id}
    insert_selected(session, ListFeed, COLUMNS, _new_entries(), given)


def add_posts_of(session: Session, account_id: int, *, list_ids: Collection[int]) -> None:
    """Bring the latest posts of an account into some of the lists that it stands on."""
    for list_id in sorted(list_ids):
        theirs = (listed.c.list_id == list_id, listed.c.account_id == account_id)
        insert_selected(session, ListFeed, COLUMNS, _entries(*theirs).limit(FEED_OF_ONE))


def drop_posts_of(
    session: Session, account_ids: Collection[int], *, list_ids: Collection[int]
) -> None:
    """Take the posts and boosts of some accounts out of some lists."""
    key = (feed.c.list_id.in_(list_ids), feed.c.author_id.in_(account_ids))
    session.execute(delete(feed).where(*key))


def rebuild(session: Session, list_id: int) -> None:
    """Write a list anew from the posts of those who stand on it."""
    empty(session, [list_id])
    theirs = _entries(listed.c.list_id == list_id)
    insert_selected(session, ListFeed, COLUMNS, theirs.limit(LIST_LENGTH))


def rebuild_of(session: Session, owner_id: int) -> None:
    """Write all lists of somebody who returns anew."""
    for list_id in _ids_of(session, [owner_id]):
        rebuild(session, list_id)


def empty_of(session: Session, owner_id: int) -> None:
    """Empty the lists of somebody who does not read."""
    empty(session, _ids_of(session, [owner_id]))


def empty(session: Session, list_ids: Collection[int]) -> None:
    """Take everything out of some lists."""
    session.execute(delete(feed).where(feed.c.list_id.in_(list_ids)))


def trim_of(session: Session, owner_ids: Collection[int]) -> None:
    """Cut the lists of some owners to LIST_LENGTH."""
    mine = feed.c.list_id.in_(select(lists.c.id).where(lists.c.owner_id.in_(owner_ids)))
    sizes = select(feed.c.list_id).where(mine).group_by(feed.c.list_id)
    for list_id in session.scalars(sizes.having(func.count() > LIST_LENGTH)).all():
        kept = select(feed.c.status_id).where(feed.c.list_id == list_id)
        oldest = kept.order_by(feed.c.status_id.desc()).offset(LIST_LENGTH - 1).limit(1)
        key = (feed.c.list_id == list_id, feed.c.status_id < oldest.scalar_subquery())
        session.execute(delete(feed).where(*key))


def _ids_of(session: Session, owner_ids: Collection[int]) -> list[int]:
    mine = select(lists.c.id).where(lists.c.owner_id.in_(owner_ids)).order_by(lists.c.id)
    return list(session.scalars(mine))


def _entries(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement of what lists hold, newest first."""
    post, original = statuses, statuses.alias()
    source = (
        listed.join(lists, lists.c.id == listed.c.list_id)
        .join(
            follows,
            (follows.c.follower_id == lists.c.owner_id)
            & (follows.c.followee_id == listed.c.account_id)
            & (follows.c.state == FollowState.ACCEPTED),
        )
        .join(post, post.c.account_id == listed.c.account_id)
        .outerjoin(original, original.c.id == post.c.reblog_of_id)
    )
    entry = (post.c.id, post.c.account_id, post.c.reblog_of_id, original.c.account_id)
    return (
        select(lists.c.id, *entry)
        .select_from(source)
        .where(
            *conditions,
            post.c.deleted_at.is_(None),
            post.c.visibility != Visibility.DIRECT,
            or_(post.c.reblog_of_id.is_(None), follows.c.shows_boosts),
            _wants_answer(post.c.in_reply_to_account_id, post.c.account_id),
        )
        .order_by(post.c.id.desc())
    )


@cache
def _new_entries() -> Select[Any]:
    """Return the statement of the lists that a new post comes to. It is built once."""
    return _entries(
        listed.c.account_id == bindparam("new_author_id", type_=BigInt),
        statuses.c.id == bindparam("new_status_id", type_=BigInt),
        lists.c.owner_id.not_in(select(sleeping.c.owner_id)),
    )


def _wants_answer(answered: ColumnElement[Any], author: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the list shows an answer to `answered`, or that it is none."""
    known, others = follows.alias(), listed.alias()
    owner = lists.c.owner_id
    follows_them = select(known.c.followee_id).where(
        known.c.follower_id == owner, known.c.state == FollowState.ACCEPTED
    )
    on_the_list = select(others.c.account_id).where(others.c.list_id == lists.c.id)
    policy = lists.c.replies_policy
    return or_(
        answered.is_(None),
        answered == author,
        answered == owner,
        (policy == RepliesPolicy.FOLLOWED) & answered.in_(follows_them),
        (policy == RepliesPolicy.LIST) & answered.in_(on_the_list),
    )
