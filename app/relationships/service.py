"""Follow, block and mute: the use cases that write."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_id
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.relationships.events import (
    AccountBlocked,
    AccountUnblocked,
    FollowBegan,
    FollowEnded,
    FollowRequested,
)
from app.relationships.models import Block, Endorsement, Follow, FollowState, Mute
from app.relationships.queries import find_follow, is_blocked

FOLLOWS_A_DAY_MAX = 400
FOLLOWS_MAX = 7_500
MUTE_LONGEST = timedelta(days=366)


def follow(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    now: datetime,
    shows_boosts: bool = True,
    notifies: bool = False,
) -> Follow:
    """Follow an account, or ask to if it is locked; repeated, it changes the settings.

    Raises: NotFound; Invalid if it is oneself; Forbidden if one blocks the other; Conflict beyond
    the limits of follows.
    """
    require(actor, Verb.WRITE)
    target = _other(session, actor, target_id)
    if is_blocked(session, actor.account_id, target_id):
        raise Forbidden(say("You cannot follow this person."))
    known = find_follow(session, actor.account_id, target_id)
    if known is not None:
        known.shows_boosts, known.notifies = shows_boosts, notifies
        return known
    _check_limits(session, actor.account_id, now=now)
    return begin_follow(
        session, actor.account_id, target, now=now, shows_boosts=shows_boosts, notifies=notifies
    )


def begin_follow(
    session: Session,
    follower_id: int,
    target: Account,
    *,
    now: datetime,
    shows_boosts: bool = True,
    notifies: bool = False,
    uri: str | None = None,
) -> Follow:
    """Write down that somebody, of here or elsewhere, follows an account, or asks to.

    A follow from elsewhere has the id `uri`, which is another one each time that it is sent. Who
    is elsewhere is always asked: their own site answers.
    """
    is_asking = target.locked or target.domain is not None
    is_new = insert_missing(
        session,
        Follow,
        follower_id=follower_id,
        followee_id=target.id,
        state=FollowState.REQUESTED if is_asking else FollowState.ACCEPTED,
        shows_boosts=shows_boosts,
        notifies=notifies,
        created_at=now,
        accepted_at=None if is_asking else now,
        uri=uri,
    )
    made = find_follow(session, follower_id, target.id)
    assert made is not None
    if is_new and is_asking:
        publish(session, FollowRequested(follower_id, target.id, made.id, now))
    elif is_new:
        publish(session, FollowBegan(follower_id, target.id, made.id, asked=False, at=now))
    return made


def accept_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """Agree to a request to follow the actor. Raises: NotFound if there is none."""
    agree(session, _request(session, follower_id, actor.account_id), now=now)


def agree(session: Session, asked: Follow, *, now: datetime) -> None:
    """Let a request to follow be granted, whoever was asked; again, nothing changes."""
    if asked.state is FollowState.ACCEPTED:
        return
    asked.state, asked.accepted_at = FollowState.ACCEPTED, now
    session.flush()
    follower_id, followee_id = asked.follower_id, asked.followee_id
    publish(session, FollowBegan(follower_id, followee_id, asked.id, asked=True, at=now))


def reject_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """Decline a request to follow the actor; the asker is not told. Raises: NotFound."""
    _end(session, _request(session, follower_id, actor.account_id), by_follower=False, now=now)


def unfollow(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Stop following, or take a request back; nothing happens if there is neither."""
    end_follow(session, actor.account_id, target_id, by_follower=True, now=now)


def remove_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """End somebody's follow of the actor; nothing happens if there is none."""
    end_follow(session, follower_id, actor.account_id, by_follower=False, now=now)


def block(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Block an account: follows both ways end, and neither sees the other any more.

    Raises: NotFound; Invalid if it is oneself.
    """
    _other(session, actor, target_id)
    keep_apart(session, actor.account_id, target_id, now=now)


def keep_apart(session: Session, account_id: int, target_id: int, *, now: datetime) -> None:
    """Write a block down, whoever of the two is of here; again, nothing changes."""
    block_id, key = new_id(), {"account_id": account_id, "target_id": target_id}
    if not insert_missing(session, Block, id=block_id, **key, created_at=now):
        return
    end_follow(session, account_id, target_id, by_follower=True, now=now)
    end_follow(session, target_id, account_id, by_follower=False, now=now)
    publish(session, AccountBlocked(account_id, target_id, block_id, now))


def unblock(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """End a block; follows that it ended do not come back."""
    end_block(session, actor.account_id, target_id, now=now)


def end_block(session: Session, account_id: int, target_id: int, *, now: datetime) -> None:
    """End a block, whoever of the two is of here; nothing happens if there is none."""
    key = (Block.account_id == account_id, Block.target_id == target_id)
    block_id = session.scalar(delete(Block).where(*key).returning(Block.id))
    if block_id is not None:
        publish(session, AccountUnblocked(account_id, target_id, block_id, now))


def mute(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    now: datetime,
    lasting: timedelta | None = None,
    notifications: bool = True,
) -> None:
    """Mute an account, for ever or for `lasting`; repeated, it changes the terms.

    Raises: NotFound; Invalid if it is oneself or the time is not between nothing and a year.
    """
    _other(session, actor, target_id)
    if lasting is not None and not timedelta(0) < lasting <= MUTE_LONGEST:
        raise Invalid(
            say("Choose a time of up to one year."), lasting=say("Too short or too long.")
        )
    until = None if lasting is None else now + lasting
    me = actor.account_id
    insert_missing(session, Mute, account_id=me, target_id=target_id, created_at=now)
    known = session.scalars(
        select(Mute).where(Mute.account_id == me, Mute.target_id == target_id)
    ).one()
    known.until, known.notifications = until, notifications


def unmute(session: Session, actor: Actor, *, target_id: int) -> None:
    """End a mute."""
    key = (Mute.account_id == actor.account_id, Mute.target_id == target_id)
    session.execute(delete(Mute).where(*key))


def _other(session: Session, actor: Actor, target_id: int) -> Account:
    target = session.get(Account, target_id)
    if target is None or target.waiting or target.suspended_at is not None:
        raise NotFound(say("There is no such person."))
    if target_id == actor.account_id:
        raise Invalid(say("That is you."))
    return target


def _check_limits(session: Session, account_id: int, *, now: datetime) -> None:
    mine = select(func.count()).select_from(Follow).where(Follow.follower_id == account_id)
    today = mine.where(Follow.created_at > now - timedelta(days=1))
    if session.scalars(today).one() >= FOLLOWS_A_DAY_MAX:
        raise Conflict(
            say("That were {count} follows in one day. Go on tomorrow.", count=FOLLOWS_A_DAY_MAX)
        )
    if session.scalars(mine).one() >= FOLLOWS_MAX:
        raise Conflict(say("You follow {count} people, which is the limit.", count=FOLLOWS_MAX))


def _request(session: Session, follower_id: int, followee_id: int) -> Follow:
    asked = find_follow(session, follower_id, followee_id)
    if asked is None or asked.state is not FollowState.REQUESTED:
        raise NotFound(say("There is no such request."))
    return asked


def end_follow(
    session: Session, follower_id: int, followee_id: int, *, by_follower: bool, now: datetime
) -> None:
    """End a follow, or the request for one; nothing happens if there is neither."""
    known = find_follow(session, follower_id, followee_id)
    if known is not None:
        _end(session, known, by_follower=by_follower, now=now)


def _end(session: Session, known: Follow, *, by_follower: bool, now: datetime) -> None:
    follower_id, followee_id = known.follower_id, known.followee_id
    ended = FollowEnded(follower_id, followee_id, known.id, known.uri, by_follower, now)
    session.delete(known)
    key = (Endorsement.account_id == follower_id, Endorsement.target_id == followee_id)
    session.execute(delete(Endorsement).where(*key))
    session.flush()
    publish(session, ended)
