"""Reads of single posts; all of them ask the one rule of who may see what."""

from collections.abc import Sequence

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.words import say
from app.statuses.models import (
    Bookmark,
    Draft,
    Favourite,
    Mention,
    Scheduled,
    Status,
    StatusEdit,
)
from app.statuses.visibility import OPEN
from app.statuses.visible import visible_to


def visible_status(session: Session, viewer_id: int | None, status_id: int) -> Status:
    """Return the post if the viewer may see it.

    Raises: NotFound, the same for a post that is not there and for one that is not shown.
    """
    me = None if viewer_id is None else literal(viewer_id)
    status = session.scalar(select(Status).where(Status.id == status_id, visible_to(me)))
    if status is None:
        raise NotFound(say("There is no such post."))
    return status


def buried_status(session: Session, status_id: int) -> Status:
    """Return the tombstone of a post, or of a boost, that everybody could see.

    Raises: NotFound, also for one that was not for everybody: that it was there is told to nobody.
    """
    status = session.get(Status, status_id)
    if status is None or status.deleted_at is None or status.visibility not in OPEN:
        raise NotFound(say("There is no such post."))
    return status


def author_of(session: Session, status_id: int) -> int:
    """Return the account whose post it is, even if it is gone."""
    return session.get_one(Status, status_id).account_id


def original_of(session: Session, viewer_id: int | None, status_id: int) -> Status:
    """Return the post, or the one that it boosts, if the viewer may see it. Raises: NotFound."""
    status = visible_status(session, viewer_id, status_id)
    if status.reblog_of_id is None:
        return status
    return visible_status(session, viewer_id, status.reblog_of_id)


def own_status(session: Session, author_id: int, status_id: int) -> Status:
    """Return the author's own post, which stands and is no boost. Raises: NotFound."""
    status = session.get(Status, status_id, with_for_update=True, populate_existing=True)
    is_own = status is not None and status.account_id == author_id
    if not is_own or status is None or status.deleted_at or status.reblog_of_id:
        raise NotFound(say("There is no such post."))
    return status


_NAMED = Prepared(
    select(Mention.account_id).where(
        Mention.status_id == bindparam("status_id", type_=BigInt), Mention.silent.is_(False)
    )
)


def mentioned_in(session: Session, status_id: int) -> frozenset[int]:
    """Return the accounts that a post names."""
    rows = _NAMED.within(session, {"status_id": status_id})
    return frozenset(account_id for (account_id,) in rows)


def addressed_in(session: Session, status_id: int) -> frozenset[int]:
    """Return the accounts that a post names, or was sent to without that."""
    named = select(Mention.account_id).where(Mention.status_id == status_id)
    return frozenset(session.scalars(named))


def may_see_from_elsewhere(session: Session, account_id: int, status_id: int) -> bool:
    """Return whether an account of another site may see the post, and do something with it."""
    is_seen = visible_to(literal(account_id), is_local=False)
    return session.scalar(select(Status.id).where(Status.id == status_id, is_seen)) is not None


def edits_of(session: Session, status_id: int) -> Sequence[StatusEdit]:
    """Return how a post read before, oldest first."""
    edits = select(StatusEdit).where(StatusEdit.status_id == status_id)
    return session.scalars(edits.order_by(StatusEdit.id)).all()


def drafts_of(session: Session, account_id: int) -> Sequence[Draft]:
    """Return an account's drafts, the latest first."""
    drafts = select(Draft).where(Draft.account_id == account_id)
    return session.scalars(drafts.order_by(Draft.updated_at.desc(), Draft.id.desc())).all()


def own_draft(session: Session, account_id: int, draft_id: int) -> Draft:
    """Return a draft of the account. Raises: NotFound, also for the draft of somebody else."""
    draft = session.get(Draft, draft_id)
    if draft is None or draft.account_id != account_id:
        raise NotFound(say("There is no such draft."))
    return draft


def scheduled_of(session: Session, account_id: int) -> Sequence[Scheduled]:
    """Return an account's waiting posts, the next one first."""
    waiting = select(Scheduled).where(Scheduled.account_id == account_id)
    return session.scalars(waiting.order_by(Scheduled.due_at, Scheduled.id)).all()


def scheduled_between(
    session: Session, account_id: int, *, before: int, after: int, limit: int, from_below: bool
) -> Sequence[Scheduled]:
    """Return an account's waiting posts with ids between the two, the latest made first.

    `from_below`: those right above `after`, in that order.
    """
    within = (Scheduled.id < before, Scheduled.id > after)
    waiting = select(Scheduled).where(Scheduled.account_id == account_id, *within).limit(limit)
    order = Scheduled.id if from_below else Scheduled.id.desc()
    return session.scalars(waiting.order_by(order)).all()


def own_scheduled(session: Session, account_id: int, scheduled_id: int) -> Scheduled:
    """Return a waiting post of the account. Raises: NotFound, also for that of somebody else."""
    scheduled = session.get(Scheduled, scheduled_id)
    if scheduled is None or scheduled.account_id != account_id:
        raise NotFound(say("There is no such post."))
    return scheduled


def has_posted(session: Session, account_id: int) -> bool:
    """Return whether the account has a post of its own words."""
    own = select(Status.id).where(
        Status.account_id == account_id,
        Status.reblog_of_id.is_(None),
        Status.deleted_at.is_(None),
    )
    return session.scalar(own.limit(1)) is not None


def has_favourited(session: Session, account_id: int, status_id: int) -> bool:
    """Return whether the account said that it likes the post."""
    key = (Favourite.account_id == account_id, Favourite.status_id == status_id)
    return session.scalar(select(Favourite.id).where(*key)) is not None


def has_bookmarked(session: Session, account_id: int, status_id: int) -> bool:
    """Return whether the account keeps the post."""
    key = (Bookmark.account_id == account_id, Bookmark.status_id == status_id)
    return session.scalar(select(Bookmark.id).where(*key)) is not None


def has_talked_in(session: Session, account_id: int, conversation_id: int) -> bool:
    """Return whether the account has written in a conversation."""
    own = (Status.account_id == account_id, Status.conversation_id == conversation_id)
    found = select(Status.id).where(*own, Status.deleted_at.is_(None)).limit(1)
    return session.scalar(found) is not None
