"""Follow, block and mute: the use cases that write."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.relationships.events import AccountBlocked, FollowBegan, FollowEnded, FollowRequested
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
    state = FollowState.REQUESTED if target.locked else FollowState.ACCEPTED
    is_new = insert_missing(
        session,
        Follow,
        follower_id=actor.account_id,
        followee_id=target_id,
        state=state,
        shows_boosts=shows_boosts,
        notifies=notifies,
        created_at=now,
        accepted_at=None if target.locked else now,
    )
    if is_new:
        me = actor.account_id
        if target.locked:
            publish(session, FollowRequested(me, target_id, now))
        else:
            publish(session, FollowBegan(me, target_id, asked=False, at=now))
    made = find_follow(session, actor.account_id, target_id)
    assert made is not None
    return made


def accept_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """Agree to a request to follow the actor. Raises: NotFound if there is none."""
    asked = _request(session, follower_id, actor.account_id)
    asked.state = FollowState.ACCEPTED
    asked.accepted_at = now
    session.flush()
    publish(session, FollowBegan(follower_id, actor.account_id, asked=True, at=now))


def reject_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """Decline a request to follow the actor; the asker is not told. Raises: NotFound."""
    session.delete(_request(session, follower_id, actor.account_id))
    session.flush()
    publish(session, FollowEnded(follower_id, actor.account_id, now))


def unfollow(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Stop following, or take a request back; nothing happens if there is neither."""
    end_follow(session, actor.account_id, target_id, now=now)


def remove_follower(session: Session, actor: Actor, *, follower_id: int, now: datetime) -> None:
    """End somebody's follow of the actor; nothing happens if there is none."""
    end_follow(session, follower_id, actor.account_id, now=now)


def block(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Block an account: follows both ways end, and neither sees the other any more.

    Raises: NotFound; Invalid if it is oneself.
    """
    _other(session, actor, target_id)
    me = actor.account_id
    if not insert_missing(session, Block, account_id=me, target_id=target_id, created_at=now):
        return
    end_follow(session, me, target_id, now=now)
    end_follow(session, target_id, me, now=now)
    publish(session, AccountBlocked(me, target_id, now))


def unblock(session: Session, actor: Actor, *, target_id: int) -> None:
    """End a block; follows that it ended do not come back."""
    _delete(session, Block, actor.account_id, target_id)


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
    _delete(session, Mute, actor.account_id, target_id)


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


def end_follow(session: Session, follower_id: int, followee_id: int, *, now: datetime) -> None:
    """End a follow, or the request for one; nothing happens if there is neither."""
    known = find_follow(session, follower_id, followee_id)
    if known is not None:
        session.delete(known)
        key = (Endorsement.account_id == follower_id, Endorsement.target_id == followee_id)
        session.execute(delete(Endorsement).where(*key))
        session.flush()
        publish(session, FollowEnded(follower_id, followee_id, now))


def _delete(
    session: Session, kind: type[Block] | type[Mute], account_id: int, target_id: int
) -> None:
    key = (kind.account_id == account_id, kind.target_id == target_id)
    session.execute(delete(kind).where(*key))
