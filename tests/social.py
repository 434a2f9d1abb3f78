"""Makers of people who post, and of their posts, through the real use cases."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.members.actor import Actor
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.publish import publish_status
from app.statuses.writing import Writing
from tests.factories import NOON, make_member


def make_person(session: Session, name: str | None = None, **given: Any) -> Actor:
    """Add an active member; return them as they act. `given` are values of their account."""
    member = make_member(session, username=name, last_seen_at=NOON)
    account = session.get_one(Account, member.account_id)
    for attribute, value in given.items():
        setattr(account, attribute, value)
    session.flush()
    return Actor(member.id, account.id)


def post(
    session: Session, author: Actor, text: str = "Hello", *, now: datetime = NOON, **given: Any
) -> Status:
    """Publish a post of `author`."""
    return publish_status(session, author, Writing(text=text, **given), now=now)


def befriend(session: Session, follower: Actor, followee: Actor, **given: Any) -> None:
    """Let the one follow the other."""
    relationships.follow(session, follower, target_id=followee.account_id, now=NOON, **given)
