"""What the search does about what happens to posts."""

from sqlalchemy.orm import Session

from app.search.service import forget_status, index_status
from app.statuses.events import StatusDeleted, StatusEdited, StatusPublished


def on_written(session: Session, event: StatusPublished | StatusEdited) -> None:
    """Let a post be found by the words that it has now."""
    index_status(session, event.status_id)


def on_deleted(session: Session, event: StatusDeleted) -> None:
    """Let a post that is gone be found no longer."""
    forget_status(session, event.status_id)
