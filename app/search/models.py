"""The words of posts, as they are found."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base, ddl


class SearchedStatus(Base):
    """The words of a post, in the spelling of `tokens`, with an index of its database's kind.

    What the index itself consists of is named `fts_…`.
    """

    __tablename__ = "searched_statuses"

    status_id: Mapped[int] = mapped_column(
        ForeignKey("statuses.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str]


_ADD = "INSERT INTO fts_words (rowid, words) VALUES (new.status_id, new.words);"
_DROP = (
    "INSERT INTO fts_words (fts_words, rowid, words) VALUES ('delete', old.status_id, old.words);"
)
ddl(
    SearchedStatus,
    sqlite=[
        "CREATE VIRTUAL TABLE fts_words USING fts5 (words, content = 'searched_statuses', "
        "content_rowid = 'status_id', tokenize = 'unicode61 remove_diacritics 0')",
        "CREATE TRIGGER searched_statuses_added AFTER INSERT ON searched_statuses "
        f"BEGIN {_ADD} END",
        "CREATE TRIGGER searched_statuses_gone AFTER DELETE ON searched_statuses "
        f"BEGIN {_DROP} END",
        "CREATE TRIGGER searched_statuses_changed AFTER UPDATE ON searched_statuses "
        f"BEGIN {_DROP} {_ADD} END",
    ],
    postgresql=[
        "CREATE INDEX fts_words ON searched_statuses USING gin (to_tsvector('simple', words))"
    ],
)
