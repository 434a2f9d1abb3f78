"""What every edge of the service needs, put together once for each process."""

from app.core import faults, ids
from app.core.clock import Clock, ShiftedClock, SystemClock
from app.core.crypto import Keyring, open_keyring
from app.core.db import Database, open_database
from app.core.events import Listeners
from app.core.logs import configure_logs, secrets_of
from app.core.records import Record
from app.core.schema import check_schema
from app.core.seats import Seat
from app.core.settings import Settings
from app.core.storage import Storage, open_storage


class Kernel(Record):
    """The tools of one process; use cases get those that they need as arguments."""

    settings: Settings
    db: Database
    clock: Clock
    keyring: Keyring
    storage: Storage
    seat: Seat | None = None

    def close(self) -> None:
        """Give back what the process holds."""
        if self.seat is not None:
            self.seat.leave()
        self.db.dispose()


def open_kernel(settings: Settings, listeners: Listeners) -> Kernel:
    """Open the database; set this process's clock, ids, logs and fault point by `settings`.

    Raises: CannotStart of some kind: the schema, the root key, the store, no seat.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = clock_of(settings)
    faults.arm(settings.test_fault)
    configure_logs(secrets=secrets_of(settings))
    db = open_database(settings.database, listeners)
    check_schema(db)
    keyring = open_keyring(settings.data_dir / "secrets", db)
    storage = open_storage(settings)
    return Kernel(settings, db, clock, keyring, storage, _sit_down(db, clock))


def _sit_down(db: Database, clock: Clock) -> Seat:
    def now_ms() -> int:
        return int(clock.now().timestamp() * 1000)

    return Seat(db, SystemClock(), sit=lambda number: ids.configure(node=number, now_ms=now_ms))


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, shifted only if a check asks for it."""
    if settings.test_clock is not None:
        return ShiftedClock(settings.test_clock)
    return SystemClock()
