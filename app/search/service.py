"""Keep the words of posts where they are found."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.upsert import upsert
from app.search.models import SearchedStatus
from app.search.tokens import tokens
from app.statuses.models import Status
from app.statuses.words import words_of


def index_status(session: Session, status_id: int) -> None:
    """Let a post be found by the words that it has now."""
    status = session.get_one(Status, status_id)
    if status.reblog_of_id is not None or status.deleted_at is not None:
        return
    upsert(session, SearchedStatus, status_id=status_id, words=_words(session, status))


def forget_status(session: Session, status_id: int) -> None:
    """Let a post that is gone be found no longer."""
    session.execute(delete(SearchedStatus).where(SearchedStatus.status_id == status_id))


def index_some(session: Session, *, after: int, limit: int) -> tuple[int | None, int]:
    """Index up to `limit` posts past the id `after` anew.

    The posts stay locked, so that no change is overtaken by the words from before it.
    Return the last one, None at the end, and how many they were.
    """
    rows = select(Status).where(Status.id > after, Status.deleted_at.is_(None))
    page = rows.order_by(Status.id).limit(limit).with_for_update()
    ids = [status.id for status in session.scalars(page)]
    for status_id in ids:
        index_status(session, status_id)
    return (ids[-1] if len(ids) == limit else None), len(ids)


def _words(session: Session, status: Status) -> str:
    told = {"spoiler": status.spoiler, "html": status.content_html}
    return " ".join(tokens(words_of(session.connection(), status.id, **told)))
