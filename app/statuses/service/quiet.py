"""Hear no more of a talk: nobody is told about it, and everything stays readable."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.upsert import insert_missing
from app.members.actor import Actor
from app.statuses.models import ConversationMute, Status
from app.statuses.queries import original_of


def mute_conversation(session: Session, actor: Actor, status_id: int, *, now: datetime) -> Status:
    """Keep the actor from being told about the talk that a post belongs to. Raises: NotFound."""
    status = original_of(session, actor.account_id, status_id)
    key = {"account_id": actor.account_id, "conversation_id": status.conversation_id}
    insert_missing(session, ConversationMute, **key, created_at=now)
    return status


def unmute_conversation(session: Session, actor: Actor, status_id: int) -> Status:
    """Tell the actor about the talk again. Raises: NotFound."""
    status = original_of(session, actor.account_id, status_id)
    key = (
        ConversationMute.account_id == actor.account_id,
        ConversationMute.conversation_id == status.conversation_id,
    )
    session.execute(delete(ConversationMute).where(*key))
    return status
