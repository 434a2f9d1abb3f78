"""Put a few of one's own posts on top of one's page."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.statuses.events import StatusPinned, StatusUnpinned
from app.statuses.models import Status
from app.statuses.queries import own_status
from app.statuses.visibility import Visibility

PINS_MAX = 5


def pin_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Pin a post of the actor's; again, nothing changes. The account's row stays locked.

    Raises: NotFound, also for the post of somebody else and for a boost; Invalid for a letter,
    and beyond the limit; Forbidden if suspended.
    """
    require(actor, Verb.WRITE)
    status = own_status(session, actor.account_id, status_id)
    if status.visibility is Visibility.DIRECT:
        raise Invalid(say("A letter cannot be pinned"))
    if status.pinned_at is not None:
        return status
    lock(session, Account, actor.account_id)  # Of two pins at once, the second counts the first.
    mine = (Status.account_id == actor.account_id, Status.pinned_at.is_not(None))
    if session.scalars(select(func.count()).select_from(Status).where(*mine)).one() >= PINS_MAX:
        raise Invalid(say("You have already pinned the maximum number of posts"))
    status.pinned_at = now
    publish(session, StatusPinned(status_id, actor.account_id, now))
    return status


def unpin_status(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Take a post of the actor's off the top of their page. Raises: NotFound."""
    status = own_status(session, actor.account_id, status_id)
    if status.pinned_at is not None:
        status.pinned_at = None
        publish(session, StatusUnpinned(status_id, actor.account_id, now))
    return status
