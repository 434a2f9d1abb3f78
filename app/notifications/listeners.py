"""What people are told about posts and follows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications.kinds import NoticeKind
from app.notifications.service import forget_between, forget_status, notify, take_back
from app.relationships.events import AccountBlocked, FollowBegan, FollowEnded, FollowRequested
from app.relationships.models import Follow, FollowState
from app.statuses.events import (
    StatusBoosted,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusUnboosted,
    StatusUnfavourited,
)
from app.statuses.models import Status
from app.statuses.queries import mentioned_in
from app.statuses.visibility import Visibility


def on_published(session: Session, event: StatusPublished) -> None:
    """Tell the author of the answered post, whoever is named, and who asked to be told."""
    status = session.get_one(Status, event.status_id)
    answered = status.in_reply_to_account_id
    told = {} if answered is None else {answered: NoticeKind.ANSWER}
    for account_id in sorted(mentioned_in(session, status.id)):
        told.setdefault(account_id, NoticeKind.MENTION)
    if answered is None and status.visibility is not Visibility.DIRECT:
        for account_id in _listeners_of(session, status.account_id):
            told.setdefault(account_id, NoticeKind.POST)
    for account_id, kind in told.items():
        notify(
            session,
            account_id=account_id,
            kind=kind,
            from_account_id=status.account_id,
            status_id=status.id,
            now=event.at,
        )


def on_edited(session: Session, event: StatusEdited) -> None:
    """Tell whoever is named now and was not before."""
    for account_id in event.newly_mentioned:
        notify(
            session,
            account_id=account_id,
            kind=NoticeKind.MENTION,
            from_account_id=event.account_id,
            status_id=event.status_id,
            now=event.at,
        )


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Forget what was told about the post."""
    forget_status(session, event.status_id)


def on_boosted(session: Session, event: StatusBoosted) -> None:
    """Tell the author that somebody shows their post to others."""
    notify(
        session,
        account_id=event.author_id,
        kind=NoticeKind.BOOST,
        from_account_id=event.account_id,
        status_id=event.original_id,
        now=event.at,
    )


def on_unboosted(session: Session, event: StatusUnboosted) -> None:
    """Take back what the author was told."""
    take_back(
        session,
        account_id=event.author_id,
        kind=NoticeKind.BOOST,
        from_account_id=event.account_id,
        status_id=event.original_id,
    )


def on_favourited(session: Session, event: StatusFavourited) -> None:
    """Tell the author that somebody likes their post."""
    notify(
        session,
        account_id=event.author_id,
        kind=NoticeKind.FAVOURITE,
        from_account_id=event.account_id,
        status_id=event.status_id,
        now=event.at,
    )


def on_unfavourited(session: Session, event: StatusUnfavourited) -> None:
    """Take back what the author was told."""
    take_back(
        session,
        account_id=event.author_id,
        kind=NoticeKind.FAVOURITE,
        from_account_id=event.account_id,
        status_id=event.status_id,
    )


def on_follow_requested(session: Session, event: FollowRequested) -> None:
    """Tell an account that somebody asks to follow it."""
    _tell(session, event.followee_id, NoticeKind.FOLLOW_REQUEST, event.follower_id, event)


def on_follow_began(session: Session, event: FollowBegan) -> None:
    """Tell the followed; or, if they had to agree, tell the asker that they did."""
    if not event.asked:
        _tell(session, event.followee_id, NoticeKind.FOLLOW, event.follower_id, event)
        return
    _take_request_back(session, event)
    _tell(session, event.follower_id, NoticeKind.FOLLOW_ACCEPTED, event.followee_id, event)


def on_follow_ended(session: Session, event: FollowEnded) -> None:
    """Take back what was told of the follow, or of the request."""
    _take_request_back(session, event)
    take_back(
        session,
        account_id=event.followee_id,
        kind=NoticeKind.FOLLOW,
        from_account_id=event.follower_id,
    )


def on_blocked(session: Session, event: AccountBlocked) -> None:
    """Forget what the two told each other."""
    forget_between(session, event.account_id, event.target_id)


def _listeners_of(session: Session, author_id: int) -> list[int]:
    asked = (Follow.followee_id == author_id, Follow.state == FollowState.ACCEPTED)
    listening = select(Follow.follower_id).where(*asked, Follow.notifies)
    return list(session.scalars(listening))


def _tell(
    session: Session,
    account_id: int,
    kind: NoticeKind,
    from_account_id: int,
    event: FollowRequested | FollowBegan,
) -> None:
    notify(
        session, account_id=account_id, kind=kind, from_account_id=from_account_id, now=event.at
    )


def _take_request_back(session: Session, event: FollowBegan | FollowEnded) -> None:
    take_back(
        session,
        account_id=event.followee_id,
        kind=NoticeKind.FOLLOW_REQUEST,
        from_account_id=event.follower_id,
    )
