"""How a post read before, for whoever may see it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import say
from app.media.service import attached
from app.statuses.models import StatusEdit
from app.statuses.polls.queries import asked_in
from app.statuses.queries import edits_of, visible_status
from app.text.safe import SafeHtml, stored


class Wording(Record):
    """A post as it read from a moment on."""

    at: datetime
    warning: str
    html: SafeHtml
    sensitive: bool
    pictures: tuple[tuple[int, str], ...]  # The id of each, and its description at the time.
    poll: tuple[str, ...]  # The answers that could be chosen.


def wordings_of(session: Session, viewer_id: int | None, status_id: int) -> Sequence[Wording]:
    """Return every wording that a post has had, the first one first. Raises: NotFound."""
    status = visible_status(session, viewer_id, status_id)
    if status.reblog_of_id is not None:
        raise NotFound(say("There is no such post."))
    before = [_before(edit) for edit in edits_of(session, status_id)]
    asked = asked_in(session, status_id)
    now = Wording(
        at=status.edited_at or status.created_at,
        warning=status.spoiler,
        html=stored(status.content_html),
        sensitive=status.sensitive,
        pictures=tuple((p.id, p.description) for p in attached(session, status_id)),
        poll=() if asked is None else asked.options,
    )
    return [*before, now]


def _before(edit: StatusEdit) -> Wording:
    return Wording(
        at=edit.created_at,
        warning=edit.spoiler,
        html=stored(edit.content_html),
        sensitive=edit.sensitive,
        pictures=tuple((int(p["id"]), p["description"]) for p in edit.media),
        poll=tuple(edit.poll or ()),
    )
