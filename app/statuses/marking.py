"""Who boosted and who likes a post, as lists for programs. See `app.relationships.lists`."""

from typing import Any, cast

from sqlalchemy import Select, Table, select

from app.relationships.lists import WHO
from app.statuses.models import Favourite
from app.statuses.visible import statuses

marks = cast(Table, Favourite.__table__)


def boosters() -> Select[Any]:
    """Return the statement of those who boosted the post `who`.

    A boost is never seen by more people than the post, so whoever sees the post sees it.
    """
    standing = (statuses.c.reblog_of_id == WHO, statuses.c.deleted_at.is_(None))
    return select(statuses.c.id, statuses.c.account_id).where(*standing)


def favouriters() -> Select[Any]:
    """Return the statement of those who like the post `who`."""
    return select(marks.c.id, marks.c.account_id).where(marks.c.status_id == WHO)
