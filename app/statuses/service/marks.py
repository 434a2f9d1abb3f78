"""Say that one likes a post, or keep it for oneself."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.events import publish
from app.core.ids import new_id
from app.core.upsert import insert_missing
from app.members.actor import Actor, Verb, require
from app.statuses.events import StatusFavourited, StatusUnfavourited
from app.statuses.models import Bookmark, Favourite, Status
from app.statuses.queries import original_of


def favourite_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Favourite a post; again, nothing changes. Raises: NotFound; Forbidden if suspended."""
    require(actor, Verb.WRITE)
    status = original_of(session, actor.account_id, status_id)
    favour(session, actor.account_id, status, now=now)
    return status


def favour(session: Session, account_id: int, status: Status, *, now: datetime) -> None:
    """Write down that somebody, of here or elsewhere, likes a post; again, nothing changes."""
    key, favourite_id = {"account_id": account_id, "status_id": status.id}, new_id()
    if insert_missing(session, Favourite, id=favourite_id, **key, created_at=now):
        _count(session, status.id, 1)
        author_id = status.account_id
        publish(session, StatusFavourited(status.id, account_id, author_id, favourite_id, now))


def unfavourite_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> None:
    """Take a favourite back, even if the actor may not see the post any more."""
    unfavour(session, actor.account_id, status_id, now=now)


def unfavour(session: Session, account_id: int, status_id: int, *, now: datetime) -> None:
    """Write down that somebody does not say any more that they like a post."""
    favourite_id = _delete(session, Favourite, account_id, status_id)
    if favourite_id is not None:
        author_id = session.get_one(Status, status_id).account_id
        _count(session, status_id, -1)
        publish(session, StatusUnfavourited(status_id, account_id, author_id, favourite_id, now))


def bookmark_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Bookmark a post; again, nothing changes. Raises: NotFound."""
    status = original_of(session, actor.account_id, status_id)
    key = {"account_id": actor.account_id, "status_id": status.id}
    insert_missing(session, Bookmark, **key, created_at=now)
    return status


def unbookmark_status(session: Session, actor: Actor, status_id: int) -> None:
    """Take a bookmark back, even if the actor may not see the post any more."""
    _delete(session, Bookmark, actor.account_id, status_id)


def _delete(
    session: Session, kind: type[Favourite] | type[Bookmark], account_id: int, status_id: int
) -> int | None:
    """Delete the mark; return what its row was, if there was one."""
    key = (kind.account_id == account_id, kind.status_id == status_id)
    return session.scalar(delete(kind).where(*key).returning(kind.id))


def _count(session: Session, status_id: int, change: int) -> None:
    changed = {Status.favourites_count: Status.favourites_count + change}
    session.execute(update(Status).where(Status.id == status_id).values(changed))
