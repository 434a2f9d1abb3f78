"""What follows for a post when a file of it shows another picture in front."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.media.events import CoverChanged
from app.statuses.models import Status


def show_anew(session: Session, event: CoverChanged) -> None:
    """Let the post be rendered anew: the picture before this one is not there any more."""
    newer = {Status.rev: Status.rev + 1}
    session.execute(update(Status).where(Status.id == event.status_id).values(newer))
