"""What is owed to other sites when something happens here: one row, if anybody there hears it.

Whoever did it must be of this site: what others do, their own sites tell.
"""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.ids import new_id
from app.federation.delivery.interested import concerns_others, elsewhere_among, in_post
from app.federation.delivery.queue import Lane, owe
from app.federation.delivery.writers import CREATE, DELETE, UPDATE
from app.relationships.events import FollowBegan
from app.statuses.events import PollEnded, StatusDeleted, StatusEdited, StatusPublished


def on_published(session: Session, event: StatusPublished) -> None:
    """Owe a new post to whom it is for."""
    if concerns_others(session, event.status_id):
        _owe_post(session, CREATE, event, lane=Lane.POSTS, status_id=event.status_id)


def on_edited(session: Session, event: StatusEdited) -> None:
    """Owe the post as it reads now to whoever may have it."""
    if _may_be_elsewhere(session, event):
        number = str(new_id())
        _owe_post(
            session, UPDATE, event, lane=Lane.LATER, status_id=event.status_id, number=number
        )


def on_poll_ended(session: Session, event: PollEnded) -> None:
    """Owe the last numbers of a poll."""
    if _may_be_elsewhere(session, event):
        number = str(new_id())
        _owe_post(
            session, UPDATE, event, lane=Lane.LATER, status_id=event.status_id, number=number
        )


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Owe the news that a post is gone to whoever may have it."""
    liked_by = elsewhere_among(session, event.liked_by) if event.liked_by else frozenset()
    if liked_by or _may_be_elsewhere(session, event):
        _owe_post(session, DELETE, event, lane=Lane.FIRST, liked_by=[str(i) for i in liked_by])


def on_follow_began(session: Session, event: FollowBegan) -> None:
    """Note that somebody of another site follows one of ours, who is heard there from now on."""
    if elsewhere_among(session, (event.follower_id,)):
        heard = update(Account).where(Account.id == event.followee_id, Account.domain.is_(None))
        session.execute(heard.values(followed_elsewhere=True))


def _may_be_elsewhere(session: Session, event: StatusEdited | StatusDeleted | PollEnded) -> bool:
    """Return whether others may have a post of this site: readers, or who met it by chance."""
    if concerns_others(session, event.status_id):
        return True
    is_ours = not elsewhere_among(session, (event.account_id,))
    return is_ours and bool(in_post(session, event.status_id))


def _owe_post(
    session: Session,
    kind: str,
    event: StatusPublished | StatusEdited | StatusDeleted | PollEnded,
    *,
    lane: Lane,
    status_id: int | None = None,
    **payload: Any,
) -> None:
    owe(
        session,
        kind,
        sender=event.account_id,
        now=event.at,
        about=event.status_id,
        status_id=status_id,
        lane=lane,
        of=str(event.status_id),
        **payload,
    )
