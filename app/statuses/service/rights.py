"""Who may say something now."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.members.actor import Actor, Verb, require
from app.members.consent import check_may_post


def check_may_speak(session: Session, actor: Actor, *, now: datetime) -> None:
    """Raise Forbidden unless the actor is an active member who accepted the terms in force."""
    require(actor, Verb.WRITE)
    check_may_post(session, actor.member_id, now)
