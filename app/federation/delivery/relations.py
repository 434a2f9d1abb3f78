"""What is owed to other sites when something happens between accounts, or to one of ours."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.accounts.events import ProfileChanged
from app.accounts.models import Account
from app.core.ids import new_id
from app.federation.delivery.desk import Kind
from app.federation.delivery.interested import elsewhere_among, is_heard_elsewhere
from app.federation.delivery.models import Outgoing
from app.federation.delivery.queue import Lane, owe
from app.members.events import MemberRestored, MemberSuspended
from app.moderation.events import ReportMade
from app.relationships.events import (
    AccountBlocked,
    AccountUnblocked,
    FollowBegan,
    FollowDeclined,
    FollowEnded,
    FollowRequested,
)
from app.relationships.models import Follow

SETTLED: Final = timedelta(seconds=5)  # Whoever edits a profile mostly changes several things.


def on_follow_requested(session: Session, event: FollowRequested) -> None:
    """Owe the request of one of ours to follow somebody of another site."""
    if _is_outward(session, event.follower_id, event.followee_id):
        _owe(
            session, Kind.FOLLOW, event.follower_id, event.followee_id, event, row=event.follow_id
        )


def on_follow_began(session: Session, event: FollowBegan) -> None:
    """Owe our yes to a follower of another site; whom they follow is heard there from now on."""
    follower_id, followee_id = event.follower_id, event.followee_id
    if _is_outward(session, followee_id, follower_id):
        heard = update(Account).where(Account.id == followee_id)
        session.execute(heard.values(followed_elsewhere=True))
        _accept(session, followee_id, follower_id, event.follow_id, now=event.at)


def accept_again(session: Session, follow: Follow, *, now: datetime) -> None:
    """Owe our yes once more to a follower of another site, who asked again by another id."""
    _accept(session, follow.followee_id, follow.follower_id, follow.id, now=now)


def _accept(
    session: Session, ours_id: int, theirs_id: int, follow_id: int, *, now: datetime
) -> None:
    owe(
        session,
        Kind.FOLLOW_ACCEPT,
        sender=ours_id,
        now=now,
        about=theirs_id,
        who=str(theirs_id),
        follow=str(follow_id),
        number=str(new_id()),
    )


def on_follow_ended(session: Session, event: FollowEnded) -> None:
    """Owe what the one of ours did: they follow no longer, or do not let themselves be followed.

    What somebody of another site did, their own site told us.
    """
    follower_id, followee_id = event.follower_id, event.followee_id
    if event.by_follower and _is_outward(session, follower_id, followee_id):
        _owe(session, Kind.FOLLOW_UNDO, follower_id, followee_id, event, row=event.follow_id)
    elif not event.by_follower and _is_outward(session, followee_id, follower_id):
        _reject(session, event)


def on_follow_declined(session: Session, event: FollowDeclined) -> None:
    """Owe our no to somebody of another site who may not follow one of ours."""
    _reject(session, event)


def on_blocked(session: Session, event: AccountBlocked) -> None:
    """Owe a block to the site of the blocked, which then keeps the two apart as we do."""
    if _is_outward(session, event.account_id, event.target_id):
        _owe(session, Kind.BLOCK, event.account_id, event.target_id, event, row=event.block_id)


def on_unblocked(session: Session, event: AccountUnblocked) -> None:
    """Owe that a block is over."""
    if _is_outward(session, event.account_id, event.target_id):
        _owe(
            session, Kind.BLOCK_UNDO, event.account_id, event.target_id, event, row=event.block_id
        )


def on_profile_changed(
    session: Session, event: ProfileChanged | MemberSuspended | MemberRestored
) -> None:
    """Owe how an account describes itself now, once for what is changed within some seconds."""
    if not is_heard_elsewhere(session, event.account_id):
        return
    unwritten = (
        Outgoing.kind == Kind.ACTOR_UPDATE,
        Outgoing.about_id == event.account_id,
        Outgoing.due_at.is_not(None),
        Outgoing.attempts == 0,
    )
    if not session.scalar(select(exists().where(*unwritten))):
        owe(
            session,
            Kind.ACTOR_UPDATE,
            sender=event.account_id,
            now=event.at + SETTLED,
            about=event.account_id,
            lane=Lane.LATER,
            number=str(new_id()),
        )


def on_report_made(session: Session, event: ReportMade) -> None:
    """Owe a report to the site of the reported, if whoever made it wants that."""
    if event.forward and elsewhere_among(session, (event.target_id,)):
        owe(
            session,
            Kind.FLAG,
            sender=None,
            now=event.at,
            lane=Lane.POSTS,
            who=str(event.target_id),
            row=str(event.report_id),
            posts=[str(id_) for id_ in event.status_ids],
            comment=event.comment,
        )


def _is_outward(session: Session, ours_id: int, theirs_id: int) -> bool:
    """Return whether the first is of this site and the second is not."""
    return elsewhere_among(session, (ours_id, theirs_id)) == {theirs_id}


def _reject(session: Session, event: FollowEnded | FollowDeclined) -> None:
    owe(
        session,
        Kind.FOLLOW_REJECT,
        sender=event.followee_id,
        now=event.at,
        about=event.follower_id,
        who=str(event.follower_id),
        uri=event.uri,
        number=str(new_id()),
    )


def _owe(
    session: Session,
    kind: Kind,
    ours_id: int,
    theirs_id: int,
    event: FollowRequested | FollowEnded | AccountBlocked | AccountUnblocked,
    *,
    row: int,
) -> None:
    owe(
        session,
        kind,
        sender=ours_id,
        now=event.at,
        about=theirs_id,
        who=str(theirs_id),
        row=str(row),
    )
