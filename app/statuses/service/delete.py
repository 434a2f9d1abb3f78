"""Delete a post: a tombstone stays, its words, pictures and poll do not."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.events import publish
from app.media.remote.attached import drop_remote
from app.media.service import discard, loosen
from app.members.actor import Actor
from app.statuses.cards.service import drop_card
from app.statuses.events import StatusDeleted
from app.statuses.models import Bookmark, Favourite, Status, StatusEdit, StatusTag
from app.statuses.polls.service import drop_poll
from app.statuses.queries import own_status
from app.statuses.quotes.models import Quote
from app.statuses.tally import count_boosts_out, count_out
from app.statuses.visibility import is_counted


def delete_status(
    session: Session,
    actor: Actor,
    status_id: int,
    *,
    now: datetime,
    keep_pictures: bool = False,
) -> None:
    """Delete the actor's post, its edits, pictures and boosts.

    With `keep_pictures`, their author can use the pictures in another post for a day.

    Raises: NotFound, also for the post of somebody else.
    """
    status = own_status(session, actor.account_id, status_id)
    if keep_pictures:
        loosen(session, status_id=status.id, now=now)
        session.flush()
    bury(session, status, now=now)


def bury(session: Session, status: Status, *, now: datetime) -> None:
    """Make a tombstone of a post and of its boosts, whoever decided it."""
    status.text = status.content_html = status.spoiler = ""
    status.deleted_at = now
    status.rev += 1
    session.flush()
    unliked = delete(Favourite).where(Favourite.status_id == status.id)
    liked_by = tuple(session.scalars(unliked.returning(Favourite.account_id)))
    for kind in (StatusEdit, StatusTag, Bookmark):
        session.execute(delete(kind).where(kind.status_id == status.id))
    count_out(session, status)
    boosts = (Status.reblog_of_id == status.id, Status.deleted_at.is_(None))
    count_boosts_out(session, status.id)
    session.execute(update(Status).where(*boosts).values(deleted_at=now))
    discard(session, status_id=status.id, now=now)
    drop_remote(session, status.id)
    drop_poll(session, status.id)
    drop_card(session, status.id)
    session.execute(delete(Quote).where(Quote.status_id == status.id))
    status.poll_id = status.quoted_id = status.pinned_at = None
    _uncount_answer(session, status)
    publish(session, StatusDeleted(status.id, status.account_id, liked_by, now))


def _uncount_answer(session: Session, status: Status) -> None:
    if status.in_reply_to_id is None:
        return
    answered = session.get_one(Status, status.in_reply_to_id)
    if is_counted(answer=status.visibility, answered=answered.visibility):
        fewer = {Status.replies_count: Status.replies_count - 1}
        session.execute(update(Status).where(Status.id == answered.id).values(fewer))
