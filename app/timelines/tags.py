"""Following tags: posts with them come into home, whoever writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.orm import BigInt, lock
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.statuses.models import StatusTag, Tag
from app.statuses.tags import find_tag, tag_for
from app.statuses.visible import followed_by
from app.timelines import feeds
from app.timelines.feeds import feed
from app.timelines.models import FollowedTag

FOLLOWED_MAX = 250


def follow_tag(session: Session, actor: Actor, name: str, *, now: datetime) -> Tag:
    """Follow a tag: its latest posts come along. Again, nothing changes.

    Raises: Invalid if it is none, or beyond FOLLOWED_MAX of them.
    """
    tag = tag_for(session, name, now=now)
    me = actor.account_id
    lock(session, Account, me)  # Two requests at once count one after the other.
    mine = select(func.count()).select_from(FollowedTag).where(FollowedTag.account_id == me)
    if is_followed(session, me, tag.id):
        return tag
    if session.scalars(mine).one() >= FOLLOWED_MAX:
        raise Invalid(say("You follow {count} tags, which is the limit.", count=FOLLOWED_MAX))
    insert_missing(session, FollowedTag, account_id=me, tag_id=tag.id, created_at=now)
    feeds.begin_to_read_tag(session, me, tag.id)
    return tag


def unfollow_tag(session: Session, actor: Actor, name: str) -> Tag | None:
    """Stop following a tag; return it, if it was ever used. Raises: Invalid."""
    tag = find_tag(session, name)
    if tag is None:
        return None
    me = actor.account_id
    key = (FollowedTag.account_id == me, FollowedTag.tag_id == tag.id)
    session.execute(delete(FollowedTag).where(*key))
    _forget(session, me, tag.id)
    return tag


def is_followed(session: Session, account_id: int, tag_id: int) -> bool:
    """Return whether an account follows a tag."""
    key = (FollowedTag.account_id == account_id, FollowedTag.tag_id == tag_id)
    return session.scalar(select(FollowedTag.id).where(*key)) is not None


def follows_tag(session: Session, account_id: int, name: str) -> bool:
    """Return whether an account follows the tag of that name, in its one spelling."""
    named = select(FollowedTag.id).join(Tag, Tag.id == FollowedTag.tag_id)
    key = (FollowedTag.account_id == account_id, Tag.name == name)
    return session.scalar(named.where(*key)) is not None


def followed_tags(session: Session, account_id: int) -> Sequence[Tag]:
    """Return the tags that an account follows, by name."""
    mine = select(Tag).join(FollowedTag, FollowedTag.tag_id == Tag.id)
    return session.scalars(
        mine.where(FollowedTag.account_id == account_id).order_by(Tag.name)
    ).all()


class FollowedRow(NamedTuple):
    """A tag that somebody follows, and the key of the row that says so."""

    key: int
    tag_id: int
    name: str


def followed_page(
    session: Session,
    account_id: int,
    *,
    before: int,
    after: int,
    limit: int,
    from_below: bool = False,
) -> Sequence[FollowedRow]:
    """Return a page of the tags that an account follows, the latest first."""
    key = FollowedTag.id
    rows = (
        select(key, Tag.id, Tag.name)
        .join(Tag, Tag.id == FollowedTag.tag_id)
        .where(FollowedTag.account_id == account_id, key < before, key > after)
        .order_by(key if from_below else key.desc())
        .limit(limit)
    )
    found = [FollowedRow._make(row) for row in session.execute(rows)]
    return found[::-1] if from_below else found


def key_of(row: FollowedRow) -> int:
    """Return by what followed tags are paged."""
    return row.key


def _forget(session: Session, owner_id: int, tag_id: int) -> None:
    """Take what stood at home for the tag alone out of there."""
    me = literal(owner_id, BigInt)
    with_it = select(StatusTag.status_id).where(StatusTag.tag_id == tag_id)
    key = (
        feed.c.owner_id == owner_id,
        feed.c.status_id.in_(with_it),
        feed.c.author_id != owner_id,
        feed.c.author_id.not_in(followed_by(me)),
        feed.c.status_id.not_in(feeds.with_followed_tags(me)),
    )
    session.execute(delete(feed).where(*key))
