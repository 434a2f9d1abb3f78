"""Show a post to one's own followers, and take that back."""

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.core.events import publish
from app.core.ids import id_at
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.statuses.events import StatusBoosted, StatusUnboosted
from app.statuses.models import Status
from app.statuses.queries import original_of
from app.statuses.service.rights import check_may_speak
from app.statuses.tally import count_in, count_out
from app.statuses.visibility import Visibility, boost_visibility


def boost_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Boost a post; a second call returns the boost that stands.

    Raises: NotFound; Forbidden if a boost would widen the post's audience.
    """
    check_may_speak(session, actor, now=now)
    original = original_of(session, actor.account_id, status_id)
    by_author = original.account_id == actor.account_id
    visibility = boost_visibility(original.visibility, by_author=by_author)
    if visibility is None:
        raise Forbidden(say("This post is not for everyone, so it cannot be boosted."))
    boost, _ = show_again(session, actor.account_id, original, visibility, now=now)
    return boost


def show_again(
    session: Session, account_id: int, original: Status, visibility: Visibility, *, now: datetime
) -> tuple[Status, bool]:
    """Write a boost down, whoever of here or elsewhere made it; return it, and if it is new."""
    is_new = insert_missing(
        session,
        Status,
        id=id_at(now),
        account_id=account_id,
        visibility=visibility,
        reblog_of_id=original.id,
        conversation_id=original.conversation_id,
        created_at=now,
    )
    boost = session.scalars(_standing(account_id, original.id)).one()
    if is_new:
        _count(session, original.id, 1)
        count_in(session, boost)
        event = StatusBoosted(boost.id, account_id, original.id, original.account_id, now)
        publish(session, event)
    return boost, is_new


def unboost_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> int | None:
    """Take the actor's boost of a post back, even if they may not see the post any more.

    Return the id of the post itself; None, and nothing happens, if they did not boost it.

    Raises: NotFound if there never was such a post.
    """
    original = session.get(Status, status_id)
    if original is None:
        raise NotFound(say("There is no such post."))
    boost = find_boost(session, actor.account_id, original.reblog_of_id or original.id)
    if boost is None:
        return None
    return take_boost_back(session, boost, now=now)


def find_boost(session: Session, account_id: int, original_id: int) -> Status | None:
    """Return the boost of a post by an account, locked; None if none stands."""
    return session.scalar(_standing(account_id, original_id))


def take_boost_back(session: Session, boost: Status, *, now: datetime) -> int:
    """Take a boost that stands back, whoever made it; return the id of the post itself."""
    boost.deleted_at = now
    session.flush()
    original = session.get_one(Status, boost.reblog_of_id)
    _count(session, original.id, -1)
    count_out(session, boost)
    event = StatusUnboosted(boost.id, boost.account_id, original.id, original.account_id, now)
    publish(session, event)
    return original.id


def _standing(account_id: int, original_id: int) -> Select[Status]:
    key = (Status.reblog_of_id == original_id, Status.account_id == account_id)
    return select(Status).where(*key, Status.deleted_at.is_(None)).with_for_update()


def _count(session: Session, original_id: int, change: int) -> None:
    changed = {Status.reblogs_count: Status.reblogs_count + change}
    session.execute(update(Status).where(Status.id == original_id).values(changed))
