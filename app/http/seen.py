"""Noting that a browser or a token was here: once in a while, and never in the way of its call."""

import logging
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool

from app.core.kernel import Kernel
from app.http.actors import Touch

log = logging.getLogger(__name__)

REMEMBERED_MAX: Final = 20_000


@dataclass(slots=True)
class Seen:
    """Remembers in which hour, or on which day, this process noted each secret last."""

    is_daily: bool = False
    _since: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def note(self, kernel: Kernel, touch: Touch, secret_hash: str) -> None:
        """Note that the secret was used, unless this process did so in the same hour or day."""
        now = kernel.clock.now()
        since = now.toordinal(), 0 if self.is_daily else now.hour
        if self._since.get(secret_hash) == since:
            return
        if len(self._since) >= REMEMBERED_MAX:
            self._since.clear()
        self._since[secret_hash] = since
        try:
            await run_in_threadpool(_touch, kernel, touch, secret_hash)
        except (DBAPIError, PoolTimeout):
            log.warning("a visit was not noted: the database is busy")


def _touch(kernel: Kernel, touch: Touch, secret_hash: str) -> None:
    with kernel.db.write.begin() as session:
        touch(session, secret_hash, now=kernel.clock.now())
