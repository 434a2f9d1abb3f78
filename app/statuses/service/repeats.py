"""Requests that come twice: a key by which the second one makes nothing new."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.orm import lock
from app.core.upsert import insert_missing
from app.statuses.models import PostingKey

KEY_LASTS = timedelta(hours=1)


def claim_key(
    session: Session, account_id: int, key: str, *, made_id: int, now: datetime
) -> int | None:
    """Claim the key for what is about to get the id `made_id`; return the earlier id, if any."""
    # The insert comes first and the constraint decides: of two requests at once, the second
    # waits here until the first has committed.
    if insert_missing(
        session, PostingKey, account_id=account_id, key=key, status_id=made_id, created_at=now
    ):
        return None
    claimed = lock(session, PostingKey, (account_id, key))
    assert claimed is not None
    if claimed.created_at > now - KEY_LASTS:
        return claimed.status_id
    claimed.status_id, claimed.created_at = made_id, now
    return None


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Delete the keys by which a repeat is not known any more."""
    session.execute(delete(PostingKey).where(PostingKey.created_at <= now - KEY_LASTS))
