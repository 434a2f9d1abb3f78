"""What is owed to other sites when something happens to posts here: one row, if anybody hears it.

Whoever did it must be of this site: what others do, their own sites tell.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.federation.delivery.desk import Kind
from app.federation.delivery.interested import (
    concerns_others,
    elsewhere_among,
    in_post,
    is_heard_elsewhere,
)
from app.federation.delivery.queue import Lane, owe
from app.federation.documents.moments import moment
from app.statuses.events import (
    PollEnded,
    StatusBoosted,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPinned,
    StatusPublished,
    StatusUnboosted,
    StatusUnfavourited,
    StatusUnpinned,
    VoteCast,
)


def on_published(session: Session, event: StatusPublished) -> None:
    """Owe a new post to whom it is for."""
    if concerns_others(session, event.status_id):
        _owe(session, Kind.POST_CREATE, event, lane=Lane.POSTS, is_dropped=True)


def on_edited(session: Session, event: StatusEdited) -> None:
    """Owe the post as it reads now to whoever may have it."""
    if _may_be_elsewhere(session, event):
        number = str(new_id())
        _owe(session, Kind.POST_UPDATE, event, lane=Lane.LATER, is_dropped=True, number=number)


def on_poll_ended(session: Session, event: PollEnded) -> None:
    """Owe the last numbers of a poll."""
    if _may_be_elsewhere(session, event):
        number = str(new_id())
        _owe(session, Kind.POST_UPDATE, event, lane=Lane.LATER, is_dropped=True, number=number)


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Owe the news that a post is gone to whoever may have it."""
    liked_by = elsewhere_among(session, event.liked_by) if event.liked_by else frozenset()
    if liked_by or _may_be_elsewhere(session, event):
        _owe(session, Kind.POST_DELETE, event, liked_by=[str(id_) for id_ in liked_by])


def on_boosted(session: Session, event: StatusBoosted) -> None:
    """Owe a boost to the followers of whoever made it, and to the author."""
    if _hears(session, event):
        _owe(session, Kind.BOOST, event, lane=Lane.LATER, is_dropped=True)


def on_unboosted(session: Session, event: StatusUnboosted) -> None:
    """Owe that a boost was taken back."""
    if _hears(session, event):
        _owe(session, Kind.BOOST_UNDO, event, original=str(event.original_id))


def on_favourited(session: Session, event: StatusFavourited) -> None:
    """Owe a like to the author of another site."""
    if _is_of_theirs(session, event):
        _owe(session, Kind.LIKE, event, lane=Lane.LATER, like=str(event.favourite_id))


def on_unfavourited(session: Session, event: StatusUnfavourited) -> None:
    """Owe that a like was taken back."""
    if _is_of_theirs(session, event):
        _owe(session, Kind.LIKE_UNDO, event, like=str(event.favourite_id))


def on_vote(session: Session, event: VoteCast) -> None:
    """Owe each chosen answer to the author of a poll of another site."""
    if not _is_of_theirs(session, event):
        return
    at = moment(event.at)
    for position, title in event.choices:
        _owe(session, Kind.VOTE, event, position=str(position), title=title, at=at)


def on_pinned(session: Session, event: StatusPinned) -> None:
    """Owe that a post stands on top of its author's page."""
    if is_heard_elsewhere(session, event.account_id):
        _owe(session, Kind.PIN, event, lane=Lane.LATER, number=str(new_id()))


def on_unpinned(session: Session, event: StatusUnpinned) -> None:
    """Owe that a post stands there no longer."""
    if is_heard_elsewhere(session, event.account_id):
        _owe(session, Kind.PIN_UNDO, event, lane=Lane.LATER, number=str(new_id()))


def _may_be_elsewhere(session: Session, event: StatusEdited | StatusDeleted | PollEnded) -> bool:
    """Return whether others may have a post of this site: readers, or who met it by chance."""
    if concerns_others(session, event.status_id):
        return True
    is_ours = not elsewhere_among(session, (event.account_id,))
    return is_ours and bool(in_post(session, event.status_id))


def _hears(session: Session, event: StatusBoosted | StatusUnboosted) -> bool:
    return _is_of_theirs(session, event) or is_heard_elsewhere(session, event.account_id)


def _is_of_theirs(
    session: Session,
    event: StatusBoosted | StatusUnboosted | StatusFavourited | StatusUnfavourited | VoteCast,
) -> bool:
    """Return whether somebody of this site did something to a post of another one."""
    far = elsewhere_among(session, (event.account_id, event.author_id))
    return far == {event.author_id}


def _owe(
    session: Session,
    kind: Kind,
    event: Any,
    *,
    lane: Lane = Lane.FIRST,
    is_dropped: bool = False,
    **payload: Any,
) -> None:
    """Owe what somebody did to a post; `is_dropped`: nobody needs to hear it once that is gone."""
    sender: int = event.account_id
    at: datetime = event.at
    status_id: int = event.status_id
    owe(
        session,
        kind,
        sender=sender,
        now=at,
        about=status_id,
        status_id=status_id if is_dropped else None,
        lane=lane,
        of=str(status_id),
        **payload,
    )
