"""The tools of a process, put together by hand: the database and the clock are the test's."""

from pathlib import Path

from app.core.clock import Clock
from app.core.crypto import open_keyring
from app.core.db import Database
from app.core.kernel import Kernel
from app.core.settings import Settings
from app.core.storage import open_storage


def riverside(url: str, folder: Path, **more: str | bool) -> Settings:
    """Return the settings of a co-op at https://riverside.example with files in `folder`."""
    given = {"base_url": "https://riverside.example", "data_dir": folder, "database_url": url}
    return Settings.model_validate(given | {"env": "test"} | more)


def assemble(settings: Settings, db: Database, clock: Clock) -> Kernel:
    """Return a kernel of these, with the keys and the store that the settings name."""
    keyring = open_keyring(settings.data_dir / "secrets", db)
    return Kernel(settings, db, clock, keyring, open_storage(settings))
