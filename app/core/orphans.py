"""Files that no row knows of: what a process left that died between storing and noting.

Packages that store files say which of a set of keys they know; only kinds of files that somebody
answers for are looked at. Each hour one of 256 folders of each kind has its turn, so that the
work is small however much is stored, and everything is seen within eleven days.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, TypeAlias

from pydantic import Field
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.core.storage import Storage

SWEEP: Final = "storage.sweep"
EVERY: Final = timedelta(hours=1)
FOLDERS: Final = 256
BATCH: Final = 500
# Long enough for a row to follow its file, and for a database that was restored from an older
# backup by mistake to be put right again.
KEPT_FOR: Final = timedelta(days=7)

Keeper: TypeAlias = Callable[[Session, Collection[str]], Collection[str]]
Keepers: TypeAlias = Mapping[str, Keeper]  # By the first part of the keys.


class SweepStore(Shape):
    """The payload of "storage.sweep": the folder whose turn it is."""

    folder: int = Field(default=0, ge=0, lt=FOLDERS)


def begin_sweeping(session: Session, *, now: datetime) -> None:
    """Owe the first look; each owes the next."""
    schedule(session, SWEEP, SweepStore(), due_at=now + EVERY)


def sweep_store(claim: Claim, clock: Clock, *, storage: Storage, keepers: Keepers) -> None:
    """Delete the orphans of one folder of each kind, and owe the next folder."""
    order = SweepStore.model_validate(claim.payload)
    before = clock.now() - KEPT_FOR
    for kind, keeper in keepers.items():
        old = _old(storage, f"{kind}/{order.folder:02x}", before=before)
        while keys := list(islice(old, BATCH)):
            with claim.sessions.begin() as session:
                known = set(keeper(session, keys))
            for key in keys:
                if key not in known:
                    storage.delete(key)
    with claim.finishing() as session:
        turn = SweepStore(folder=(order.folder + 1) % FOLDERS)
        schedule(session, SWEEP, turn, due_at=clock.now() + EVERY)


def _old(storage: Storage, folder: str, *, before: datetime) -> Iterator[str]:
    return (found.key for found in storage.walk(folder) if found.changed_at < before)
