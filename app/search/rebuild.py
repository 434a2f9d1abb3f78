"""Building the search anew while the site serves: first its index, then the words of every post.

Each step is a short transaction of its own, so that writers wait for a moment at most, and a
rebuilding that was stopped is simply begun again.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.orm import Session

from app.core.db import Database
from app.search.models import SearchedStatus
from app.search.service import index_some
from app.statuses.models import Status

STANDS: Final = Status.deleted_at.is_(None)
AT_ONCE: Final = 100  # Posts in one transaction: some tenths of a second.


def rebuild(db: Database, *, told: Callable[[int, int], None]) -> int:
    """Build everything anew; return how many posts were looked at.

    `told` is called after each step with the posts done and the posts there are.
    """
    _rebuild_index(db)
    with db.write.begin() as session:
        _forget_gone(session)
        total = session.scalars(select(func.count()).select_from(Status).where(STANDS)).one()
    done, after = 0, 0
    while True:
        with db.write.begin() as session:
            last, looked_at = index_some(session, after=after, limit=AT_ONCE)
        done += looked_at
        told(done, max(done, total))
        if last is None:
            return done
        after = last


def _rebuild_index(db: Database) -> None:
    """Let the database make its index of the words anew, which also mends a damaged one."""
    if db.dialect == "sqlite":
        with db.write.begin() as session:
            session.execute(text("INSERT INTO fts_words (fts_words) VALUES ('rebuild')"))
        return
    engine = db.write_engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # Not possible inside of a transaction.
        connection.execute(text("REINDEX INDEX CONCURRENTLY fts_words"))


def _forget_gone(session: Session) -> None:
    """Delete the words of posts that are no more."""
    gone = exists().where(Status.id == SearchedStatus.status_id, ~STANDS)
    session.execute(delete(SearchedStatus).where(gone))
