"""Home: a page that begins where one stopped reading, and ends."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.records import Record
from app.members.actor import Actor
from app.statuses.markers import Reading, mark_read, read_marker
from app.timelines import queries
from app.timelines.arranging import Arranged, arrange


class Home(Record):
    """A page of home.

    `since` is when the reader last read, None if never. `is_caught_up`: everything new is on
    this page or on those before it. `reaches_back_to`: when the oldest post on it was posted.
    """

    entries: Arranged
    since: datetime | None
    is_caught_up: bool
    reaches_back_to: datetime | None
    newest_id: int | None
    older: int | None


def read_home(
    connection: Connection, account_id: int, *, now: datetime, before: int | None = None
) -> Home:
    """Return a page of an account's home timeline, in a fixed number of statements."""
    marker = read_marker(connection, account_id, Reading.HOME)
    page = queries.HOME.page(connection, account_id, now=now, before=before)
    read_up_to = None if marker is None else marker.last_read_id
    posts = page.posts
    reaches_it = page.older is None or (read_up_to is not None and page.older <= read_up_to)
    return Home(
        entries=arrange(posts, read_up_to=read_up_to),
        since=None if marker is None else marker.updated_at,
        is_caught_up=reaches_it,
        reaches_back_to=posts[-1].row_at if posts else None,
        newest_id=posts[0].row_id if posts else None,
        older=page.older,
    )


def read_up_to(session: Session, actor: Actor, *, row_id: int, now: datetime) -> None:
    """Record that the actor has read their home down from the row `row_id`; it never goes back."""
    mark_read(session, actor.account_id, Reading.HOME, up_to=row_id, now=now)
