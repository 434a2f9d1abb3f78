"""Home feeds: written when a post is published, so that reading one is a walk along a key."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, literal, or_, select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.orm import BigInt
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
    author_id = status.account_id
    entry = dict(zip(COLUMNS, (author_id, *_entry(session, status)), strict=True))
    insert_missing(session, HomeFeed, **entry)
    readers = _readers(status)
    if _count(session, readers.limit(FAN_OUT_AT_ONCE + 1)) > FAN_OUT_AT_ONCE:
        schedule(session, "feed.fan_out", FanOut(status_id=status_id), due_at=now)
    else:
        _deliver(session, status, readers)
    if status.reblog_of_id is None and status.visibility in ON_BOARDS and not _answers(status):
        _deliver(session, status, _readers_of_tags(status))


def deliver_some(
    session: Session, status: Status, *, after: int, limit: int = FAN_OUT_AT_ONCE
) -> int | None:
    """Write a post into the feeds of up to `limit` followers past the account `after`.

    Return the last account served if there are more, else None.
    """
    reader = follows.c.follower_id
    readers = _readers(status).where(reader > after).order_by(reader).limit(limit)
    served = readers.subquery()
    last: int | None = session.scalar(select(func.max(served.c.follower_id)))
    is_full = _count(session, readers) == limit
    _deliver(session, status, readers)
    return last if is_full else None


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


def _entry(session: Session, status: Status) -> tuple[int, int, int | None, int | None]:
    if status.reblog_of_id is None:
        return status.id, status.account_id, None, None
    original = session.get_one(Status, status.reblog_of_id)
    return status.id, status.account_id, original.id, original.account_id


def _readers(status: Status) -> Select[Any]:
    """Return the statement of the followers who get `status` into their feeds."""
    reader = follows.c.follower_id
    readers = (
        select(reader)
        .join(accounts, accounts.c.id == reader)
        .where(
            follows.c.followee_id == status.account_id,
            follows.c.state == FollowState.ACCEPTED,
            accounts.c.domain.is_(None),
            reader.not_in(select(sleeping.c.owner_id)),
            reader.not_in(_kept_apart_by(status.account_id)),
        )
    )
    if status.reblog_of_id is not None:
        readers = readers.where(follows.c.shows_boosts)
    answered = status.in_reply_to_account_id
    if answered is not None and _answers(status):
        readers = readers.where(_follows_the_talk(reader, status.id, answered))
    return readers


def _readers_of_tags(status: Status) -> Select[Any]:
    """Return the statement of who follows a tag of `status` and does not keep its author apart."""
    reader = followed_tags.c.account_id
    return (
        select(reader.label("follower_id"))
        .join(status_tags, status_tags.c.tag_id == followed_tags.c.tag_id)
        .where(
            status_tags.c.status_id == status.id,
            reader.not_in(select(sleeping.c.owner_id)),
            reader.not_in(_kept_apart_by(status.account_id)),
        )
    )


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


def _follows_the_talk(reader: Value, status_id: int, answered: int) -> ColumnElement[bool]:
    """Return the condition that `reader` knows the other side of an answer, or is named in it."""
    other = follows.alias()
    knows = select(other.c.follower_id).where(
        other.c.followee_id == answered, other.c.state == FollowState.ACCEPTED
    )
    named = select(mentions.c.account_id).where(mentions.c.status_id == status_id)
    return or_(reader == answered, reader.in_(knows), reader.in_(named))


def _deliver(session: Session, status: Status, readers: Select[Any]) -> None:
    served = readers.subquery()
    entry = (literal(value, BigInt) for value in _entry(session, status))
    rows = select(served.c.follower_id, *entry).where(served.c.follower_id.is_not(None))
    insert_selected(session, HomeFeed, COLUMNS, rows)


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


def _kept_apart_by(author_id: int) -> Select[Any]:
    """Return the sub-query of who reads the author on an exclusive list, hence not at home."""
    apart = (listed.c.account_id == author_id, lists.c.exclusive)
    return select(lists.c.owner_id).join(listed, listed.c.list_id == lists.c.id).where(*apart)


def _kept_apart(me: Value) -> Select[Any]:
    """Return the sub-query of whom `me` reads on an exclusive list."""
    apart = (lists.c.owner_id == me, lists.c.exclusive)
    return select(listed.c.account_id).join(lists, listed.c.list_id == lists.c.id).where(*apart)


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalars(select(func.count()).select_from(rows.subquery())).one()
