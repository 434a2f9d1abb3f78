"""Noting that a browser was here: once an hour for each, and never in the way of its page."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool

from app.core.kernel import Kernel
from app.http.actors import Callers

log = logging.getLogger(__name__)

REMEMBERED_MAX: Final = 20_000


@dataclass(slots=True)
class Seen:
    """Remembers in which hour this process noted each browser last."""

    _hours: dict[str, datetime] = field(default_factory=dict)

    async def note(self, kernel: Kernel, callers: Callers, secret_hash: str) -> None:
        """Note that the browser was here, unless this process did so in the same hour."""
        hour = kernel.clock.now().replace(minute=0, second=0, microsecond=0)
        if self._hours.get(secret_hash) == hour:
            return
        if len(self._hours) >= REMEMBERED_MAX:
            self._hours.clear()
        self._hours[secret_hash] = hour
        try:
            await run_in_threadpool(_touch, kernel, callers, secret_hash)
        except (DBAPIError, PoolTimeout):
            log.warning("a visit was not noted: the database is busy")


def _touch(kernel: Kernel, callers: Callers, secret_hash: str) -> None:
    with kernel.db.write.begin() as session:
        callers.touch(session, secret_hash, now=kernel.clock.now())
