"""Tell an account what concerns it, and take that back."""

from datetime import datetime

from sqlalchemy import delete, literal, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.filters.kinds import Context
from app.filters.queries import matcher_of
from app.members.actor import Actor
from app.notifications.grouping import span_of
from app.notifications.kinds import TOLD_TO_ONESELF, NoticeKind
from app.notifications.models import Notice
from app.notifications.policy import Stance
from app.notifications.push.subscriptions import owe_pushes
from app.notifications.requests import forget_requests, hold_request, stance_towards
from app.notifications.wording import kept
from app.relationships.keeping import is_avoided
from app.relationships.queries import is_blocked, is_silenced
from app.statuses.markers import Reading
from app.statuses.markers import mark_read as mark_list_read
from app.statuses.models import ConversationMute, Status
from app.statuses.visible import visible_to
from app.statuses.words import words_of


def notify(
    session: Session,
    *,
    account_id: int,
    kind: NoticeKind,
    now: datetime,
    from_account_id: int | None = None,
    status_id: int | None = None,
    proposal_id: int | None = None,
    text: str | None = None,
    url: str | None = None,
) -> None:
    """Tell an account something, unless it is about themselves, or not to be seen by them.

    What is blocked, muted or hidden by a filter is not told either, and the reader's policy may
    hold or drop it. A `text` made by `say` is shown in the reader's language. Accounts of other
    sites are told by their own.
    """
    if session.get_one(Account, account_id).domain is not None:
        return
    if from_account_id == account_id:
        if kind not in TOLD_TO_ONESELF:
            return
    elif from_account_id is not None and not _wants(
        session, account_id, from_account_id, status_id, now=now
    ):
        return
    stance = stance_towards(session, account_id, from_account_id, kind, status_id, now=now)
    if stance is Stance.DROP:
        return
    if stance is Stance.FILTER and from_account_id is not None:
        hold_request(session, account_id, from_account_id, now=now)
    notice = Notice(
        account_id=account_id,
        kind=kind,
        from_account_id=from_account_id,
        status_id=status_id,
        proposal_id=proposal_id,
        words=None if text is None else kept(text),
        url=url,
        held=stance is Stance.FILTER,
        span=span_of(now),
        created_at=now,
    )
    session.add(notice)
    owe_pushes(session, notice, now=now)


def take_back(
    session: Session,
    *,
    account_id: int,
    kind: NoticeKind,
    from_account_id: int,
    status_id: int | None = None,
) -> None:
    """Forget what somebody did, because they undid it."""
    key = [
        Notice.account_id == account_id,
        Notice.kind == kind,
        Notice.from_account_id == from_account_id,
    ]
    if status_id is not None:
        key.append(Notice.status_id == status_id)
    session.execute(delete(Notice).where(*key))


def forget_status(session: Session, status_id: int) -> None:
    """Forget everything about a post that is gone."""
    session.execute(delete(Notice).where(Notice.status_id == status_id))


def forget_between(session: Session, one_id: int, other_id: int) -> None:
    """Forget what two accounts, of which one blocks the other, told each other."""
    either = or_(
        (Notice.account_id == one_id) & (Notice.from_account_id == other_id),
        (Notice.account_id == other_id) & (Notice.from_account_id == one_id),
    )
    session.execute(delete(Notice).where(either))
    forget_requests(session, one_id, other_id)


def mark_read(session: Session, actor: Actor, *, up_to: int, now: datetime) -> None:
    """Record that the actor has read their notices up to the one with the id `up_to`."""
    mark_list_read(session, actor.account_id, Reading.NOTIFICATIONS, up_to=up_to, now=now)


def _wants(
    session: Session, account_id: int, other_id: int, status_id: int | None, *, now: datetime
) -> bool:
    if is_blocked(session, account_id, other_id):
        return False
    if is_silenced(session, account_id, other_id, now=now):
        return False
    if is_avoided(session, account_id, other_id):
        return False
    if status_id is None:
        return True
    is_seen = (Status.id == status_id, visible_to(literal(account_id)))
    status = session.scalar(select(Status).where(*is_seen))
    if status is None:
        return False
    if session.get(ConversationMute, (account_id, status.conversation_id)) is not None:
        return False
    return not _hides(session, account_id, status, now=now)


def _hides(session: Session, account_id: int, status: Status, *, now: datetime) -> bool:
    """Return whether a filter of the account keeps the post out of its notices."""
    matcher = matcher_of(session.connection(), account_id, now=now)
    if not matcher:
        return False
    connection, context = session.connection(), Context.NOTIFICATIONS
    words = words_of(connection, status.id, spoiler=status.spoiler, html=status.content_html)
    return matcher.hides(words, status.id, context, author_id=status.account_id)
