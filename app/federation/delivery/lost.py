"""Looking again at people whose inbox is gone: they moved on their site, or left it.

Source: federation.md 4, 12.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RemoteActor
from app.core.duties import schedule
from app.federation.inbox.owed import REFRESH, RefreshPerson
from app.federation.inbox.people import FRESH_FOR


def owe_looks(session: Session, inboxes: Collection[str], *, now: datetime) -> None:
    """Owe a new look at those whose own inboxes these are, unless there was one lately."""
    theirs = (RemoteActor.inbox.in_(inboxes), RemoteActor.fetched_at < now - FRESH_FOR)
    for there in session.scalars(select(RemoteActor).where(*theirs)).all():
        there.fetched_at = now
        payload = RefreshPerson(account_id=there.account_id)
        schedule(session, REFRESH, payload, due_at=now)
