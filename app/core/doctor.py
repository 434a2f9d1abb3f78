"""What may be wrong with an installation: one finding for each part, with its mend.

Nothing is changed: no key is made, nothing recorded. Only the store is asked to keep a small file
for a moment.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.core.chain import ChainEntry
from app.core.clock import SystemClock
from app.core.crypto import KEY_FILE, find_keyring
from app.core.db import Database, open_database
from app.core.errors import CannotStart
from app.core.kernel import clock_of
from app.core.mail import mailbox_of
from app.core.records import Record
from app.core.schema import WrongSchema, check_schema
from app.core.settings import Settings, read_environment
from app.core.smtp import probe_smtp, read_server
from app.core.storage import open_storage

CLOCK_TOLERANCE: Final = timedelta(seconds=5)
TEXT_LENGTH_MAX: Final = 300


class Finding(Record):
    """One part of the installation: what was found, and if it is bad, what helps."""

    part: str
    is_good: bool
    text: str

    def line(self) -> str:
        """Return the finding as one line."""
        return f"{self.part:<9} {'good' if self.is_good else 'BAD ':<5} {self.text}"


def examine(environ: Mapping[str, str], *, folder: Path) -> Iterator[Finding]:
    """Yield a finding for each part.

    Without settings, nothing else can be looked at; without a database, no key and no clock.
    """
    try:
        settings = read_environment(environ, folder=folder)
    except CannotStart as error:
        yield Finding("settings", False, _one_line(error))
        return
    yield Finding("settings", True, f"{settings.base_url}, data in {settings.data_dir.resolve()}")
    db = open_database(settings.database)
    try:
        database = _try("database", lambda: _database(db))
        yield database
        mend = BUCKET_MEND if settings.media.startswith("s3:") else MENDS["storage"]
        yield _try("storage", lambda: _storage(settings), mend=mend)
        yield _try("mail", lambda: _mail(settings))
        if database.is_good:
            yield _try("key", lambda: _key(settings, db))
            yield _try("clock", lambda: _clock(settings, db))
    finally:
        db.dispose()


def _try(part: str, look: Callable[[], str], *, mend: str = "") -> Finding:
    try:
        return Finding(part, True, look())
    except CannotStart as error:
        return Finding(part, False, _one_line(error))
    except Exception as error:  # The edge: whatever goes wrong is a finding.
        return Finding(part, False, f"{_one_line(error)}. {mend or MENDS[part]}")


MENDS: Final[Mapping[str, str]] = {
    "database": "Check COMMONHOLD_DATABASE_URL, and that the server runs and lets us in.",
    "key": "Check who may read the folder of secrets.",
    "storage": "Check COMMONHOLD_MEDIA_URL, the folder's owner, and the space that is left.",
    "mail": "Check COMMONHOLD_SMTP_URL: host, port, user and password.",
    "clock": "Look at the database.",
}
BUCKET_MEND: Final = (
    "Check COMMONHOLD_MEDIA_URL (bucket, endpoint, region), AWS_ACCESS_KEY_ID, "
    "AWS_SECRET_ACCESS_KEY, and what the key may do in the bucket."
)


def _one_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = " ".join(str(cause).split()) or type(cause).__name__
    return text[:TEXT_LENGTH_MAX]


def _database(db: Database) -> str:
    file = db.write_engine.url.database
    if db.dialect == "sqlite" and not (file and Path(file).is_file()):
        raise WrongSchema("There is no database yet. Run: commonhold migrate")
    check_schema(db)
    return f"{db.dialect}, at the schema of this version"


def _key(settings: Settings, db: Database) -> str:
    path = settings.data_dir.resolve() / "secrets" / KEY_FILE
    keyring = find_keyring(path.parent, db)
    if keyring is None:
        return f"{path} is made at the first start"
    return f"{path} fits the database ({keyring.key_id})"


def _storage(settings: Settings) -> str:
    open_storage(settings).check()
    return f"{settings.media} keeps files"


def _mail(settings: Settings) -> str:
    if settings.smtp_url is None:
        folder = mailbox_of(settings)
        return f"no server is set: mail is kept in {folder.resolve()}, for admins to read"
    server = read_server(settings.smtp_url.get_secret_value())
    probe_smtp(server)
    return f"{server.host} port {server.port} takes mail"


def _clock(settings: Settings, db: Database) -> str:
    here, now = SystemClock().now(), clock_of(settings).now()
    with db.read.begin() as session:
        newest = session.scalar(select(func.max(ChainEntry.at)))
        there = session.scalar(select(func.now())) if db.dialect == "postgresql" else None
    check_clock(now, newest=newest, gap=(there or here) - here)
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def check_clock(now: datetime, *, newest: datetime | None, gap: timedelta) -> None:
    """Compare the clock with the newest entry of the chains and the database's clock.

    Raises: WrongClock.
    """
    if abs(gap) > CLOCK_TOLERANCE:
        seconds = abs(gap) // timedelta(seconds=1)
        raise WrongClock(
            f"This machine's clock and the database's differ by {seconds} seconds. "
            "Let both follow the network's time: timedatectl set-ntp true"
        )
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        raise WrongClock(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and the newest entry of the chains is of "
            f"{newest:%Y-%m-%d %H:%M}. Set the clock: timedatectl set-ntp true"
        )


class WrongClock(CannotStart):
    """The machine's clock cannot be right."""
