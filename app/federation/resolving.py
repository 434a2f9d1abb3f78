"""Finding somebody of another site whom a member names: by their address, or by a link to them.

No transaction is open while their site is asked. Who is known is asked about again after a day.
Source: federation.md 2, "Looking up others".
"""

from datetime import timedelta
from typing import Final

import structlog
from anyio import CapacityLimiter, to_thread
from sqlalchemy import select

from app.accounts.models import Account, RemoteActor, address_key
from app.core.kernel import Kernel
from app.core.net import FetchFailed
from app.federation.activitystreams.documents import Unreadable
from app.federation.authority import NotTheirs, actor_of
from app.federation.fetching import Fetcher, NoDocument, Person
from app.federation.people import NameTaken, keep_person
from app.text.handles import Handle, parse_handle

AT_ONCE: Final = 8
STALE: Final = timedelta(days=1)

log = structlog.get_logger(__name__)


class Resolver:
    """Finds people of other sites. One for each process."""

    def __init__(self, kernel: Kernel, fetcher: Fetcher) -> None:
        self._kernel = kernel
        self._fetcher = fetcher
        self._at_once = CapacityLimiter(AT_ONCE)

    async def resolve(self, words: str) -> int | None:
        """Return whom the words name, if that is one person of another site who can be found."""
        handle = parse_handle(words, here=self._kernel.settings.address_domain)
        is_link = words.startswith(("https://", "http://"))
        if is_link or (handle is not None and handle.domain is not None):
            async with self._at_once:
                return await to_thread.run_sync(self._resolve, None if is_link else handle, words)
        return None

    def _resolve(self, handle: Handle | None, words: str) -> int | None:
        known = None if handle is None else self._fresh(handle)
        if known is not None:
            return known
        try:
            person = self._by_link(words) if handle is None else self._fetcher.person(handle)
            now = self._kernel.clock.now()
            with self._kernel.db.write.begin() as session:
                return keep_person(session, person, now=now).id
        except (NoDocument, NotTheirs, Unreadable, NameTaken, FetchFailed) as why:
            log.info("nobody was found elsewhere", words=words[:200], why=str(why)[:200])
            return None

    def _by_link(self, link: str) -> Person:
        actor = actor_of(self._fetcher.looked_up(link), now=self._kernel.clock.now())
        return self._fetcher.known_as(actor)

    def _fresh(self, handle: Handle) -> int | None:
        """Return who is known by the handle, and was read lately."""
        key = address_key(handle.username, handle.domain)
        read = (
            select(RemoteActor.account_id)
            .join(Account, Account.id == RemoteActor.account_id)
            .where(Account.key == key, RemoteActor.fetched_at > self._kernel.clock.now() - STALE)
        )
        with self._kernel.db.read.begin() as session:
            return session.scalar(read)
