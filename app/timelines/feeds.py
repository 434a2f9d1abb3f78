"""Home feeds: written when a post is published, so that reading one is a walk along a key."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.shapes import Shape
from app.core.upsert import insert_missing, insert_selected
from app.members.models import Member
from app.relationships.models import FollowState
from app.statuses.models import Status, StatusTag
from app.statuses.visibility import Visibility
from app.statuses.visible import Value, accounts, followed_by, follows, mentions, statuses
from app.timelines import listfeeds
from app.timelines.models import FollowedTag, HomeFeed, SleepingFeed

FAN_OUT_AT_ONCE = 10_000
FEED_LENGTH = 800
FEED_OF_ONE = 100  # How many posts of somebody come along when one begins to follow them.
ASLEEP_AFTER = timedelta(days=30)
ON_BOARDS = (Visibility.PUBLIC, Visibility.LOCAL)

COLUMNS = ("owner_id", "status_id", "author_id", "reblog_of_id", "reblog_author_id")

feed = cast(Table, HomeFeed.__table__)
sleeping = listfeeds.sleeping
lists, listed = listfeeds.lists, listfeeds.listed
followed_tags = cast(Table, FollowedTag.__table__)
status_tags = cast(Table, StatusTag.__table__)


class FanOut(Shape):
    """The payload of "feed.fan_out": the followers past `after` are still to be served."""

    status_id: int
    after: int = 0


def fan_out(session: Session, status_id: int, *, now: datetime) -> None:
    """Write a new post, or boost, into the feeds of its author and of whoever follows them.

    Beyond FAN_OUT_AT_ONCE followers, a duty does it in pieces. A post for everyone also comes to
    whoever follows one of its tags.
    """
    status = session.get_one(Status, status_id)
    if status.visibility is Visibility.DIRECT:
        return
    given = _given(session, status)
    insert_missing(session, HomeFeed, owner_id=status.account_id, **_entry_of(given))
    followers = _followers_of(status)
    everyone = given | {"after": 0, "at_most": FAN_OUT_AT_ONCE + 1}
    ((_, count),) = followers.ends.within(session, everyone)
    if count > FAN_OUT_AT_ONCE:
        schedule(session, "feed.fan_out", FanOut(status_id=status_id), due_at=now)
    else:
        insert_selected(session, HomeFeed, COLUMNS, followers.rows, everyone)
    if status.reblog_of_id is None and status.visibility in ON_BOARDS and not _answers(status):
        insert_selected(session, HomeFeed, COLUMNS, _for_readers_of_tags(), given)


def deliver_some(
    session: Session, status: Status, *, after: int, limit: int = FAN_OUT_AT_ONCE
) -> int | None:
    """Write a post into the feeds of up to `limit` followers past the account `after`.

    Return the last account served if there are more, else None.
    """
    followers = _followers_of(status)
    some = _given(session, status) | {"after": after, "at_most": limit}
    ((last, count),) = followers.ends.within(session, some)
    insert_selected(session, HomeFeed, COLUMNS, followers.rows, some)
    return last if count == limit else None


def begin_to_read(session: Session, owner_id: int, author_id: int) -> None:
    """Bring the latest posts of somebody whom the owner follows from now on into their feed."""
    theirs = _entries(owner_id, statuses.c.account_id == author_id)
    insert_selected(session, HomeFeed, COLUMNS, theirs.limit(FEED_OF_ONE))


def begin_to_read_tag(session: Session, owner_id: int, tag_id: int) -> None:
    """Bring the latest posts with a tag that the owner follows from now on into their feed."""
    with_it = select(status_tags.c.status_id).where(status_tags.c.tag_id == tag_id)
    theirs = _entries(owner_id, _on_boards() & statuses.c.id.in_(with_it))
    insert_selected(session, HomeFeed, COLUMNS, theirs.limit(FEED_OF_ONE))


def with_followed_tags(me: Value) -> Select[Any]:
    """Return the sub-query of the posts that carry a tag which `me` follows."""
    mine = followed_tags.c.account_id == me
    by_tag = status_tags.c.tag_id == followed_tags.c.tag_id
    return select(status_tags.c.status_id).join(followed_tags, by_tag).where(mine)


def cease_to_read(session: Session, owner_id: int, author_id: int) -> None:
    """Take the posts and boosts of somebody whom the owner does not follow any more out."""
    key = (feed.c.owner_id == owner_id, feed.c.author_id == author_id)
    session.execute(delete(feed).where(*key))


def is_asleep(connection: Connection, owner_id: int) -> bool:
    """Return whether the owner's feed is not kept at present, and `wake` must come first."""
    mine = select(sleeping.c.owner_id).where(sleeping.c.owner_id == owner_id)
    return connection.execute(mine).first() is not None


def put_to_sleep(session: Session, owner_id: int, *, now: datetime) -> None:
    """Stop keeping the feed of somebody who does not read."""
    insert_missing(session, SleepingFeed, owner_id=owner_id, since=now)
    session.execute(delete(feed).where(feed.c.owner_id == owner_id))
    listfeeds.empty_of(session, owner_id)


def put_idle_to_sleep(session: Session, *, now: datetime, limit: int) -> None:
    """Stop keeping the feeds of up to `limit` members who were not seen for ASLEEP_AFTER."""
    seen = func.coalesce(Member.last_seen_at, Member.joined_at, Member.created_at)
    awake = Member.account_id.not_in(select(sleeping.c.owner_id))
    idle = select(Member.account_id).where(seen < now - ASLEEP_AFTER, awake).limit(limit)
    for account_id in session.scalars(idle).all():
        put_to_sleep(session, account_id, now=now)


def wake(session: Session, owner_id: int) -> None:
    """Build the feed, and the lists, of somebody who returns from what the followed posted."""
    session.execute(delete(sleeping).where(sleeping.c.owner_id == owner_id))
    me = literal(owner_id, BigInt)
    mine = or_(
        statuses.c.account_id == me,
        statuses.c.account_id.in_(followed_by(me)),
        _on_boards() & statuses.c.id.in_(with_followed_tags(me)),
    )
    insert_selected(session, HomeFeed, COLUMNS, _entries(owner_id, mine).limit(FEED_LENGTH))
    listfeeds.rebuild_of(session, owner_id)


def trim(session: Session, *, after: int, limit: int) -> int | None:
    """Cut the feeds of up to `limit` owners past the account `after` to FEED_LENGTH.

    Return the last owner looked at if there are more, else None.
    """
    sizes = (
        select(feed.c.owner_id, func.count())
        .where(feed.c.owner_id > after)
        .group_by(feed.c.owner_id)
        .order_by(feed.c.owner_id)
        .limit(limit)
    )
    found = session.execute(sizes).all()
    for owner_id, size in found:
        if size > FEED_LENGTH:
            _cut(session, owner_id)
    listfeeds.trim_of(session, [owner_id for owner_id, _ in found])
    return found[-1][0] if len(found) == limit else None


def _cut(session: Session, owner_id: int) -> None:
    mine = feed.c.owner_id == owner_id
    kept = select(feed.c.status_id).where(mine).order_by(feed.c.status_id.desc())
    oldest = kept.offset(FEED_LENGTH - 1).limit(1).scalar_subquery()
    session.execute(delete(feed).where(mine, feed.c.status_id < oldest))


# A new post, as the statements take it that say who gets it. Those are built once: it was the
# larger part of what a post cost.
_NEW: Final = {
    name: bindparam(f"new_{name}", type_=BigInt)
    for name in ("status_id", "author_id", "reblog_of_id", "reblog_author_id", "answered_id")
}


class _Followers(NamedTuple):
    """Who gets a post into their feeds, from `after` on and `at_most` so many."""

    ends: Prepared  # The last of them, and how many they are.
    rows: Select[Any]  # What is written.


def _given(session: Session, status: Status) -> dict[str, int | None]:
    """Return the values of `_NEW`."""
    original = status.reblog_of_id and session.get_one(Status, status.reblog_of_id)
    values = {
        "status_id": status.id,
        "author_id": status.account_id,
        "reblog_of_id": original.id if original else None,
        "reblog_author_id": original.account_id if original else None,
        "answered_id": status.in_reply_to_account_id,
    }
    return {f"new_{name}": value for name, value in values.items()}


def _entry_of(given: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return what a feed holds of the post, beside its owner."""
    return {name: given[f"new_{name}"] for name in COLUMNS[1:]}


def _followers_of(status: Status) -> _Followers:
    return _followers(is_boost=status.reblog_of_id is not None, is_answer=_answers(status))


@cache
def _followers(*, is_boost: bool, is_answer: bool) -> _Followers:
    """Return the statements of the followers who get a post of this kind."""
    reader, author = follows.c.follower_id, _NEW["author_id"]
    readers = (
        select(reader)
        .join(accounts, accounts.c.id == reader)
        .where(
            follows.c.followee_id == author,
            follows.c.state == FollowState.ACCEPTED,
            accounts.c.domain.is_(None),
            reader.not_in(select(sleeping.c.owner_id)),
            reader.not_in(_kept_apart_by(author)),
            reader > bindparam("after", type_=BigInt),
        )
        .order_by(reader)
        .limit(bindparam("at_most", type_=BigInt))
    )
    if is_boost:
        readers = readers.where(follows.c.shows_boosts)
    if is_answer:
        readers = readers.where(_follows_the_talk(reader))
    served = readers.subquery()
    ends = select(func.max(served.c.follower_id), func.count())
    return _Followers(Prepared(ends), _rows(readers))


@cache
def _for_readers_of_tags() -> Select[Any]:
    """Return the rows for who follows a tag of a post and does not keep its author apart."""
    reader = followed_tags.c.account_id
    readers = (
        select(reader.label("follower_id"))
        .join(status_tags, status_tags.c.tag_id == followed_tags.c.tag_id)
        .where(
            status_tags.c.status_id == _NEW["status_id"],
            reader.not_in(select(sleeping.c.owner_id)),
            reader.not_in(_kept_apart_by(_NEW["author_id"])),
        )
    )
    return _rows(readers)


def _rows(readers: Select[Any]) -> Select[Any]:
    served = readers.subquery()
    entry = (_NEW[name] for name in COLUMNS[1:])
    return select(served.c.follower_id, *entry).where(served.c.follower_id.is_not(None))


def _answers(status: Status) -> bool:
    """Return whether the post answers somebody else."""
    return status.in_reply_to_account_id not in (None, status.account_id)


def _on_boards() -> ColumnElement[bool]:
    """Return the condition that a post is for everyone, here or anywhere, and answers nobody."""
    answered = statuses.c.in_reply_to_account_id
    return (
        statuses.c.visibility.in_(ON_BOARDS)
        & statuses.c.reblog_of_id.is_(None)
        & or_(answered.is_(None), answered == statuses.c.account_id)
    )


def _follows_the_talk(reader: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that `reader` knows the other side of an answer, or is named in it."""
    other, answered = follows.alias(), _NEW["answered_id"]
    knows = select(other.c.follower_id).where(
        other.c.followee_id == answered, other.c.state == FollowState.ACCEPTED
    )
    named = select(mentions.c.account_id).where(mentions.c.status_id == _NEW["status_id"])
    return or_(reader == answered, reader.in_(knows), reader.in_(named))


def _entries(owner_id: int, authors: ColumnElement[bool]) -> Select[Any]:
    """Return the statement of what the owner's feed holds of some authors, newest first."""
    me, post, original = literal(owner_id, BigInt), statuses, statuses.alias()
    boosters = followed_by(me).where(follows.c.shows_boosts)
    named = select(mentions.c.status_id).where(mentions.c.account_id == me)
    answered = post.c.in_reply_to_account_id
    return (
        select(me, post.c.id, post.c.account_id, post.c.reblog_of_id, original.c.account_id)
        .outerjoin_from(post, original, original.c.id == post.c.reblog_of_id)
        .where(
            authors,
            post.c.account_id.not_in(_kept_apart(me)),
            post.c.deleted_at.is_(None),
            post.c.visibility != Visibility.DIRECT,
            or_(
                post.c.reblog_of_id.is_(None),
                post.c.account_id == me,
                post.c.account_id.in_(boosters),
            ),
            or_(
                answered.is_(None),
                answered == post.c.account_id,
                post.c.account_id == me,
                answered == me,
                answered.in_(followed_by(me)),
                post.c.id.in_(named),
            ),
        )
        .order_by(post.c.id.desc())
    )


def _kept_apart_by(author_id: ColumnElement[Any]) -> Select[Any]:
    """Return the sub-query of who reads the author on an exclusive list, hence not at home."""
    apart = (listed.c.account_id == author_id, lists.c.exclusive)
    return select(lists.c.owner_id).join(listed, listed.c.list_id == lists.c.id).where(*apart)


def _kept_apart(me: Value) -> Select[Any]:
    """Return the sub-query of whom `me` reads on an exclusive list."""
    apart = (lists.c.owner_id == me, lists.c.exclusive)
    return select(listed.c.account_id).join(lists, listed.c.list_id == lists.c.id).where(*apart)
