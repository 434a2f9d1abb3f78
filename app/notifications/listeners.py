"""What people are told about posts and follows."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.words import say
from app.moderation.events import FollowsSevered
from app.notifications.kinds import NoticeKind
from app.notifications.service import forget_between, forget_status, notify, take_back
from app.relationships.events import AccountBlocked, FollowBegan, FollowEnded, FollowRequested
from app.relationships.models import Follow, FollowState
from app.statuses.events import (
    PollEnded,
    ScheduledStatusFailed,
    StatusBoosted,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusQuoted,
    StatusUnboosted,
    StatusUnfavourited,
)
from app.statuses.models import Status
from app.statuses.queries import mentioned_in
from app.statuses.quotes.queries import quoters_of
from app.statuses.visibility import Visibility


def on_published(session: Session, event: StatusPublished) -> None:
    """Tell the authors of the answered and quoted posts, whoever is named, and who asked."""
    status = session.get_one(Status, event.status_id)
    answered = status.in_reply_to_account_id
    told = {} if answered is None else {answered: NoticeKind.ANSWER}
    if status.quoted_id is not None:
        told.setdefault(session.get_one(Status, status.quoted_id).account_id, NoticeKind.QUOTE)
    for account_id in sorted(mentioned_in(session, status.id)):
        told.setdefault(account_id, NoticeKind.MENTION)
    if answered is None and status.visibility is not Visibility.DIRECT:
        for account_id in _listeners_of(session, status.account_id):
            told.setdefault(account_id, NoticeKind.POST)
    for account_id, kind in told.items():
        _tell(session, account_id, kind, by=status.account_id, of=status.id, now=event.at)


def on_edited(session: Session, event: StatusEdited) -> None:
    """Tell whoever is named now and was not before, and who boosted or quoted the post."""
    by, of = event.account_id, event.status_id
    told = dict.fromkeys(event.newly_mentioned, NoticeKind.MENTION)
    for account_id in _boosters_of(session, of):
        told.setdefault(account_id, NoticeKind.UPDATE)
    for account_id in quoters_of(session, of):
        told.setdefault(account_id, NoticeKind.QUOTED_UPDATE)
    for account_id, kind in told.items():
        _tell(session, account_id, kind, by=by, of=of, now=event.at)


def on_poll_ended(session: Session, event: PollEnded) -> None:
    """Tell the author and everybody who voted."""
    author_id, of = event.account_id, event.status_id
    for account_id in dict.fromkeys((author_id, *event.voters)):
        _tell(session, account_id, NoticeKind.POLL, by=author_id, of=of, now=event.at)


def on_scheduled_failed(session: Session, event: ScheduledStatusFailed) -> None:
    """Tell the author why what they scheduled was not posted, and where it is."""
    notify(
        session,
        account_id=event.account_id,
        kind=NoticeKind.ACCOUNT,
        text=say(
            "A post of yours did not go out. {why} It is among your drafts.", why=event.because
        ),
        url=f"/compose?draft={event.draft_id}",
        now=event.at,
    )


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Forget what was told about the post."""
    forget_status(session, event.status_id)


def on_boosted(session: Session, event: StatusBoosted) -> None:
    """Tell the author that somebody shows their post to others."""
    by, of = event.account_id, event.original_id
    _tell(session, event.author_id, NoticeKind.BOOST, by=by, of=of, now=event.at)


def on_quoted(session: Session, event: StatusQuoted) -> None:
    """Tell the author that a post of another site shows theirs."""
    by, of = event.account_id, event.status_id
    _tell(session, event.author_id, NoticeKind.QUOTE, by=by, of=of, now=event.at)


def on_unboosted(session: Session, event: StatusUnboosted) -> None:
    """Take back what the author was told."""
    by, of = event.account_id, event.original_id
    _untell(session, event.author_id, NoticeKind.BOOST, by=by, of=of)


def on_favourited(session: Session, event: StatusFavourited) -> None:
    """Tell the author that somebody likes their post."""
    by, of = event.account_id, event.status_id
    _tell(session, event.author_id, NoticeKind.FAVOURITE, by=by, of=of, now=event.at)


def on_unfavourited(session: Session, event: StatusUnfavourited) -> None:
    """Take back what the author was told."""
    by, of = event.account_id, event.status_id
    _untell(session, event.author_id, NoticeKind.FAVOURITE, by=by, of=of)


def on_follow_requested(session: Session, event: FollowRequested) -> None:
    """Tell an account that somebody asks to follow it."""
    by, kind = event.follower_id, NoticeKind.FOLLOW_REQUEST
    _tell(session, event.followee_id, kind, by=by, now=event.at)


def on_follow_began(session: Session, event: FollowBegan) -> None:
    """Tell the followed; or, if they had to agree, tell the asker that they did."""
    follower, followee = event.follower_id, event.followee_id
    if not event.asked:
        _tell(session, followee, NoticeKind.FOLLOW, by=follower, now=event.at)
        return
    _untell(session, followee, NoticeKind.FOLLOW_REQUEST, by=follower)
    _tell(session, follower, NoticeKind.FOLLOW_ACCEPTED, by=followee, now=event.at)


def on_follow_ended(session: Session, event: FollowEnded) -> None:
    """Take back what was told of the follow, or of the request."""
    for kind in (NoticeKind.FOLLOW_REQUEST, NoticeKind.FOLLOW):
        _untell(session, event.followee_id, kind, by=event.follower_id)


def on_severed(session: Session, event: FollowsSevered) -> None:
    """Tell a member that follows of theirs ended with a site that is refused."""
    notify(
        session,
        account_id=event.account_id,
        kind=NoticeKind.ACCOUNT,
        text=say(
            "The co-op closed the door to {site}. Whom you followed there, and who followed you, "
            "is kept for you.",
            site=event.domain,
        ),
        url="/settings/severed",
        now=event.at,
    )


def on_blocked(session: Session, event: AccountBlocked) -> None:
    """Forget what the two told each other."""
    forget_between(session, event.account_id, event.target_id)


def _boosters_of(session: Session, status_id: int) -> list[int]:
    boosts = (Status.reblog_of_id == status_id, Status.deleted_at.is_(None))
    return list(session.scalars(select(Status.account_id).where(*boosts)))


_LISTENING = Prepared(
    select(Follow.follower_id).where(
        Follow.followee_id == bindparam("author_id", type_=BigInt),
        Follow.state == FollowState.ACCEPTED,
        Follow.notifies,
    )
)


def _listeners_of(session: Session, author_id: int) -> list[int]:
    return [reader_id for (reader_id,) in _LISTENING.within(session, {"author_id": author_id})]


def _tell(
    session: Session,
    account_id: int,
    kind: NoticeKind,
    *,
    by: int,
    of: int | None = None,
    now: datetime,
) -> None:
    """Tell what the account `by` did, perhaps with the post `of`."""
    notify(session, account_id=account_id, kind=kind, from_account_id=by, status_id=of, now=now)


def _untell(
    session: Session, account_id: int, kind: NoticeKind, *, by: int, of: int | None = None
) -> None:
    take_back(session, account_id=account_id, kind=kind, from_account_id=by, status_id=of)
