"""Lay letters before those who wrote or got them, and what these do with them."""

from collections.abc import Iterable

from sqlalchemy import literal, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.orm import lock
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.statuses.events import StatusDeleted, StatusEdited, StatusPublished
from app.statuses.letters.models import Correspondence
from app.statuses.models import ConversationMute, Mention, Status
from app.statuses.queries import addressed_in
from app.statuses.visibility import Visibility
from app.statuses.visible import visible_to


def on_published(session: Session, event: StatusPublished) -> None:
    """Lay a new letter before its author and whoever is named in it."""
    status = session.get_one(Status, event.status_id)
    if status.visibility is Visibility.DIRECT:
        _lay(session, status, {event.account_id} | addressed_in(session, status.id))


def on_edited(session: Session, event: StatusEdited) -> None:
    """Lay a letter before those who are named in it only now."""
    status = session.get_one(Status, event.status_id)
    if status.visibility is Visibility.DIRECT and event.newly_mentioned:
        _lay(session, status, event.newly_mentioned)


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Let the letter before it be the last one; a talk without letters is gone."""
    ended = select(Correspondence).where(Correspondence.last_status_id == event.status_id)
    for talk in session.scalars(ended.with_for_update()).all():
        before = _last_letter(session, talk)
        if before is None:
            session.delete(talk)
        else:
            talk.last_status_id = before
    session.flush()


def read_letters(session: Session, actor: Actor, correspondence_id: int) -> Correspondence:
    """Note that the actor has read a talk. Raises: NotFound, also for that of somebody else."""
    talk = _own(session, actor, correspondence_id)
    talk.unread = False
    return talk


def read_conversation(session: Session, actor: Actor, conversation_id: int) -> None:
    """Note that the actor has read the letters of a conversation, if there are any."""
    mine = (
        Correspondence.account_id == actor.account_id,
        Correspondence.conversation_id == conversation_id,
    )
    session.execute(update(Correspondence).where(*mine).values(unread=False))


def come_back_to(session: Session, actor: Actor, correspondence_id: int) -> None:
    """Note that the actor wants to read a talk again. Raises: NotFound."""
    _own(session, actor, correspondence_id).unread = True


def put_away(session: Session, actor: Actor, correspondence_id: int) -> None:
    """Take a talk out of the actor's list until its next letter; the letters stay.

    Raises: NotFound, also for that of somebody else.
    """
    session.delete(_own(session, actor, correspondence_id))


def _lay(session: Session, status: Status, account_ids: Iterable[int]) -> None:
    here = (Account.id.in_(set(account_ids)), Account.domain.is_(None))
    for account_id in session.scalars(select(Account.id).where(*here).order_by(Account.id)):
        is_quiet = _is_quiet(session, account_id, status)
        unread = account_id != status.account_id and not is_quiet
        latest = {"last_status_id": status.id, "unread": unread}
        key = {"account_id": account_id, "conversation_id": status.conversation_id}
        if insert_missing(session, Correspondence, **key, **latest):
            continue
        if is_quiet:  # What was new before stays so.
            del latest["unread"]
        older = (
            Correspondence.account_id == account_id,
            Correspondence.conversation_id == status.conversation_id,
            Correspondence.last_status_id < status.id,
        )
        session.execute(update(Correspondence).where(*older).values(latest))


def _is_quiet(session: Session, account_id: int, status: Status) -> bool:
    return session.get(ConversationMute, (account_id, status.conversation_id)) is not None


def _last_letter(session: Session, talk: Correspondence) -> int | None:
    named = select(Mention.status_id).where(Mention.account_id == talk.account_id)
    letters = select(Status.id).where(
        Status.conversation_id == talk.conversation_id,
        Status.visibility == Visibility.DIRECT,
        or_(Status.account_id == talk.account_id, Status.id.in_(named)),
        visible_to(literal(talk.account_id)),
    )
    return session.scalar(letters.order_by(Status.id.desc()).limit(1))


def _own(session: Session, actor: Actor, correspondence_id: int) -> Correspondence:
    talk = lock(session, Correspondence, correspondence_id)
    if talk is None or talk.account_id != actor.account_id:
        raise NotFound(say("There is no such talk."))
    return talk
