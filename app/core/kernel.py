"""What every edge of the service needs, put together once for each process."""

from dataclasses import dataclass

from app.core import faults, ids
from app.core.clock import Clock, ShiftedClock, SystemClock
from app.core.crypto import Keyring, open_keyring
from app.core.db import Database, open_database
from app.core.events import Listeners
from app.core.schema import check_schema
from app.core.settings import Settings
from app.core.storage import Storage, open_storage


@dataclass(frozen=True, slots=True)
class Kernel:
    """The tools of one process; use cases get those that they need as arguments."""

    settings: Settings
    db: Database
    clock: Clock
    keyring: Keyring
    storage: Storage


def open_kernel(settings: Settings, listeners: Listeners, *, node: int = 0) -> Kernel:
    """Open the database and set this process's clock, ids and fault point by `settings`.

    Raises: WrongSchema, BadKey, BadStore; the service must not start then.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = clock_of(settings)
    ids.configure(node=node, now_ms=lambda: int(clock.now().timestamp() * 1000))
    faults.arm(settings.test_fault)
    db = open_database(settings.database, listeners)
    check_schema(db)
    keyring = open_keyring(settings.data_dir / "secrets", db)
    return Kernel(settings, db, clock, keyring, open_storage(settings.media))


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, shifted only if a check asks for it."""
    if settings.test_clock is not None:
        return ShiftedClock(settings.test_clock)
    return SystemClock()
