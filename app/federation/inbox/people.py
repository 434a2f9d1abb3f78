"""What people say of themselves: that they changed, or are gone. Source: federation.md 4."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from app.accounts.models import Account, RemoteActor
from app.core.duties import schedule
from app.core.orm import lock
from app.federation.authority import Verified
from app.federation.inbox.desk import Desk, Thing
from app.federation.inbox.owed import REFRESH, RefreshPerson
from app.relationships import service as relationships
from app.relationships.models import Follow
from app.statuses.models import Status
from app.statuses.service.delete import bury

AT_ONCE: Final = 500  # Posts of somebody who is gone.
FRESH_FOR: Final = timedelta(days=1)


def update(desk: Desk, verified: Verified) -> bool:
    """Fetch somebody anew who says that they changed; what was pushed changes nothing by itself.

    So a key is only ever replaced by what its owner's own site gives.
    """
    if desk.known_person(verified.actor) is None:
        return False
    desk.want(Thing.PERSON_ANEW, verified.actor)
    return True


def owe_refresh(desk: Desk, known: Account) -> None:
    """Owe a new look at somebody whom we saw long ago, and who does something now. Once."""
    there = desk.session.get(RemoteActor, known.id)
    if there is None or desk.now - there.fetched_at < FRESH_FOR:
        return
    there.fetched_at = desk.now
    payload = RefreshPerson(account_id=known.id)
    schedule(desk.session, REFRESH, payload, due_at=desk.now)


def farewell(desk: Desk, verified: Verified) -> bool:
    """Bury what somebody posted who is gone, end what tied them to others, and hear no more."""
    known = desk.known_person(verified.actor)
    if known is None or known.domain is None:
        return False
    forget_person(desk, known)
    return True


def forget_person(desk: Desk, known: Account) -> None:
    """Make somebody of elsewhere be gone; the account stays, and its name is not given anew."""
    session = desk.session
    account = lock(session, Account, known.id)
    assert account is not None
    theirs = (Follow.follower_id == account.id) | (Follow.followee_id == account.id)
    for follow in session.scalars(select(Follow).where(theirs)).all():
        relationships.end_follow(
            session,
            follow.follower_id,
            follow.followee_id,
            by_follower=follow.follower_id == account.id,
            now=desk.now,
        )
    standing = (Status.account_id == account.id, Status.deleted_at.is_(None))
    while page := session.scalars(select(Status).where(*standing).limit(AT_ONCE)).all():
        for status in page:
            bury(session, status, now=desk.now)
    account.suspended_at = account.suspended_at or desk.now
    account.display_name = account.note = account.note_html = ""
    account.fields = []
    account.rev += 1
    session.flush()
