"""All that is read of a post, as plain text: for filters and for search."""

from sqlalchemy import Connection

from app.media.queries import pictures_of
from app.statuses.polls.queries import titles_of
from app.text.sanitize import plain_text


def words_of(connection: Connection, status_id: int, *, spoiler: str, html: str) -> str:
    """Return the warning, the words, what may be answered, and what pictures show."""
    pictures = pictures_of(connection, {status_id}).get(status_id, ())
    titles = titles_of(connection, status_id)
    parts = (spoiler, plain_text(html), *titles, *(picture.description for picture in pictures))
    return "\n".join(part for part in parts if part)
