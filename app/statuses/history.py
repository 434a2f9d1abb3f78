"""How a post read before, for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words import say
from app.statuses.queries import edits_of, visible_status
from app.text.safe import SafeHtml, stored


@dataclass(frozen=True, slots=True)
class Wording:
    """A post as it read from a moment on."""

    at: datetime
    warning: str
    html: SafeHtml


def wordings_of(session: Session, viewer_id: int | None, status_id: int) -> Sequence[Wording]:
    """Return every wording that a post has had, the first one first. Raises: NotFound."""
    status = visible_status(session, viewer_id, status_id)
    if status.reblog_of_id is not None:
        raise NotFound(say("There is no such post."))
    before = [
        Wording(edit.created_at, edit.spoiler, stored(edit.content_html))
        for edit in edits_of(session, status_id)
    ]
    since = status.edited_at or status.created_at
    return [*before, Wording(since, status.spoiler, stored(status.content_html))]
