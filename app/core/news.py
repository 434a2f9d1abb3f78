"""News: what happened, as rows of the transaction in which it did, for whoever listens.

Processes that hold connections open (streams) hear of it at once, whichever process wrote it.
Triggers write the rows, so that no door can forget to tell; they name ids, and no content.
Source: performance.md A4, A8.
"""

import threading
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol, cast

from sqlalchemy import Table, delete, func, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Database
from app.core.orm import Base, ddl

READ_AT_ONCE: Final = 500
# So many of the latest numbers are looked for again if they were missing. See `NewsReader`.
WINDOW: Final = 1_000
LOOK_SECONDS: Final = 0.1
CHANNEL: Final = "news"


class NewsKind(StrEnum):
    """What happened, and whose ids are told: `account_id` and `about_id`."""

    POST = "post"  # By an account; the post, or the boost.
    EDIT = "edit"  # By an account; its post reads differently.
    GONE = "gone"  # By an account; its post, or its boost, is no more.
    NOTICE = "notice"  # For an account; the notice.
    LETTER = "letter"  # For an account; its talk has a new letter.
    FILTERS = "filters"  # Of an account, are others now.
    LET_THROUGH = "let-through"  # For an account: notices that were held.
    ACCESS = "access"  # Of nobody; the token ended, or stands for something else.
    MEMBER = "member"  # The account's member may do other things from now on.
    ANNOUNCEMENT = "announcement"  # To all members; the announcement.
    UNANNOUNCED = "unannounced"  # It is shown no longer.
    REACTION = "reaction"  # To an announcement; `word` is the emoji that was given or taken back.


class News(Base):
    """Something happened. Numbers are given in the order of writing, not of commit."""

    __tablename__ = "news"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    word: Mapped[str | None] = mapped_column(default=None)


news = cast(Table, News.__table__)


class NewsItem(NamedTuple):
    """A row of news, read."""

    seq: int
    kind: str
    account_id: int | None
    about_id: int | None
    word: str | None = None


# One for each transaction, however much it tells: PostgreSQL sends equal ones once.
ddl(
    News,
    postgresql=[
        "CREATE FUNCTION news_are_out() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END $$",
        "CREATE TRIGGER news_are_out AFTER INSERT ON news "
        "FOR EACH STATEMENT EXECUTE FUNCTION news_are_out()",
    ],
)


def tell(
    model: type[Base],
    kind: NewsKind,
    *,
    on: str,
    account: str = "NULL",
    about: str = "NULL",
    word: str = "NULL",
    when: str = "",
) -> None:
    """Let the database write news of `kind` after each change of `model` that is meant.

    `on` is INSERT, DELETE or UPDATE OF columns; the others are expressions of NEW and OLD that
    both engines understand.
    """
    table = model.__tablename__
    name = f"{table}_tell_{kind.value.replace('-', '_')}_{on.split()[0].lower()}"
    condition = f"WHEN ({when}) " if when else ""
    columns = "(kind, account_id, about_id, word)"
    values = f"('{kind.value}', {account}, {about}, {word})"
    told = f"INSERT INTO news {columns} VALUES {values}"  # noqa: S608 (our own names)
    after = f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW {condition}"
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {told}; RETURN NULL; END $$"
    )
    ddl(
        model,
        sqlite=[f"{after}BEGIN {told}; END"],
        postgresql=[function, f"{after}EXECUTE FUNCTION {name}()"],
    )


def announce(session: Session, kind: NewsKind, *, account_id: int) -> None:
    """Write news of an account that no single row stands for."""
    session.execute(insert(news).values(kind=kind.value, account_id=account_id))


def latest_number(session: Session) -> int:
    """Return the number of the newest news; 0 if there were none yet."""
    return session.scalar(select(func.max(news.c.seq))) or 0


def forget_news(session: Session, *, up_to: int) -> None:
    """Delete news that everybody has heard: up to a number that was the newest long ago.

    The newest row stays, so that its number is not given out again.
    """
    newest = select(func.max(news.c.seq)).scalar_subquery()
    session.execute(delete(news).where(news.c.seq <= up_to, news.c.seq < newest))


class NewsReader:
    """Hears all news from the moment it is made, each once, in one thread.

    On PostgreSQL a number that was given out early may be committed late. So numbers that were
    missing among the last WINDOW are looked for again, until they come or are that far behind.
    """

    def __init__(self, db: Database, stopping: threading.Event) -> None:
        self._db = db
        self._signal = _signal(db, stopping)
        with db.read_engine.connect() as connection:
            self._top = connection.scalar(select(func.max(news.c.seq))) or 0
            known = connection.scalars(_after(max(0, self._top - WINDOW)))
            self._missing = set(_between(self._top - WINDOW, self._top + 1)) - set(known)

    def wait(self, seconds: float) -> bool:
        """Wait until there may be news, for that long at most; return whether there may be."""
        return self._signal.wait(seconds)

    def read(self) -> Sequence[NewsItem]:
        """Return the next news, at most READ_AT_ONCE; none if all was heard."""
        columns = (news.c.seq, news.c.kind, news.c.account_id, news.c.about_id, news.c.word)
        late = news.c.seq.in_(sorted(self._missing))
        fresh = or_(news.c.seq > self._top, late) if self._missing else news.c.seq > self._top
        wanted = select(*columns).where(fresh).order_by(news.c.seq).limit(READ_AT_ONCE)
        with self._db.read_engine.connect() as connection:
            found = [NewsItem._make(row) for row in connection.execute(wanted)]
        self._note([item.seq for item in found])
        return found

    def close(self) -> None:
        """Give the connection back."""
        self._signal.close()

    def _note(self, numbers: Sequence[int]) -> None:
        newest = max((self._top, *numbers))
        self._missing |= set(_between(max(self._top, newest - WINDOW), newest))
        self._missing -= set(numbers)
        self._missing = {number for number in self._missing if number > newest - WINDOW}
        self._top = newest


class _Signal(Protocol):
    """Says when something was committed."""

    def wait(self, seconds: float) -> bool: ...

    def close(self) -> None: ...


class _DataVersion:
    """SQLite: a number, read in microseconds, that changes when another connection commits."""

    def __init__(self, db: Database, stopping: threading.Event) -> None:
        self._connection, self._stopping = _own_connection(db), stopping
        self._version = self._read()

    def wait(self, seconds: float) -> bool:
        for _ in range(max(1, round(seconds / LOOK_SECONDS))):
            if (version := self._read()) != self._version:
                self._version = version
                return True
            if self._stopping.wait(LOOK_SECONDS):
                return False
        return False

    def _read(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        self._connection.close()


class _Notifications:
    """PostgreSQL: LISTEN."""

    def __init__(self, db: Database) -> None:
        self._connection = _own_connection(db)
        self._connection.autocommit = True
        self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            return True
        return True  # A look costs little, and no message may be relied on.

    def close(self) -> None:
        self._connection.close()


def _signal(db: Database, stopping: threading.Event) -> _Signal:
    return _DataVersion(db, stopping) if db.dialect == "sqlite" else _Notifications(db)


def _own_connection(db: Database) -> Any:
    """Return the driver's connection, taken out of the pool for good."""
    pooled = db.read_engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection


def _between(low: int, high: int) -> Iterable[int]:
    return range(max(1, low + 1), high)


def _after(number: int) -> Any:
    return select(news.c.seq).where(news.c.seq > number)
