"""Pictures of other sites over HTTP, shown from here: their readers stay unknown to those sites.

One picture is fetched once, however many ask for it at the same time; few are fetched at a time,
fewer from one site, so that a site that does not answer keeps nobody waiting but those who want
something of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import DBAPIError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.net import open_net
from app.core.words import say
from app.http.counter import CounterDep
from app.http.declined import TooMany
from app.http.deps import KernelDep
from app.http.limits import Limit
from app.http.routes import LateRoute
from app.media.remote.addresses import PREFIX, RemoteAddress, read_proxied
from app.media.remote.queries import Resting, StoredRemote, find_remote
from app.media.remote.shelf import Busy, RemoteShelf, note_use, open_shelf

CACHING: Final = "public, max-age=86400"
AT_ONCE: Final = 8
AT_ONCE_OF_HOST: Final = 2
WAITING_MAX: Final = 100
WAIT: Final = timedelta(seconds=20)
LOOK_SECONDS: Final = 0.5
LOOKS: Final = 50

count_fetches = Limit("fetch")


@dataclass(slots=True)
class Lane:
    """Who waits for one site."""

    free: asyncio.Semaphore
    users: int = 0


@dataclass(slots=True)
class Porter:
    """Gets pictures of other sites for this process."""

    kernel: Kernel
    shelf: RemoteShelf
    _free: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))
    _errands: dict[RemoteAddress, asyncio.Task[StoredRemote | Resting]] = field(
        default_factory=dict
    )
    _lanes: dict[str, Lane] = field(default_factory=dict)

    async def known(self, address: RemoteAddress) -> StoredRemote | Resting | None:
        """Return what is known of the picture; None if it is to be fetched."""
        now = self.kernel.clock.now()
        return await self.kernel.db.hot(lambda hot: find_remote(hot, address, now=now))

    async def fetched(self, address: RemoteAddress) -> StoredRemote | Resting:
        """Return the picture once it is fetched. Raises: TooMany; StoreAway."""
        errand = self._errands.get(address)
        if errand is None:
            if len(self._errands) >= WAITING_MAX:
                raise TooMany(WAIT, {"Retry-After": str(int(WAIT.total_seconds()))})
            errand = asyncio.create_task(self._fetch(address))
            self._errands[address] = errand
            errand.add_done_callback(lambda _: self._errands.pop(address, None))
        # Whoever goes away leaves the errand to those who still wait, and to the next reader.
        return await asyncio.shield(errand)

    async def touch(self, stored: StoredRemote) -> None:
        """Note once a day that the picture is looked at."""
        now = self.kernel.clock.now()
        if stored.used_on < now.date():
            with suppress(DBAPIError):  # Not worth failing for.
                await to_thread.run_sync(self._note_use, stored.id)

    def close(self) -> None:
        """Close the connections."""
        self.shelf.net.close()

    async def _fetch(self, address: RemoteAddress) -> StoredRemote | Resting:
        async with self._lane(address.host):
            for _ in range(LOOKS):
                with suppress(Busy):
                    return await to_thread.run_sync(self.shelf.obtain, address, limiter=self._free)
                await asyncio.sleep(LOOK_SECONDS)  # Another process fetches it.
        return Resting(self.kernel.clock.now())

    @asynccontextmanager
    async def _lane(self, host: str) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(host, Lane(asyncio.Semaphore(AT_ONCE_OF_HOST)))
        lane.users += 1
        try:
            async with lane.free:
                yield
        finally:
            lane.users -= 1
            if lane.users == 0:
                self._lanes.pop(host, None)

    def _note_use(self, remote_id: int) -> None:
        with self.kernel.db.write.begin() as session:
            note_use(session, remote_id, now=self.kernel.clock.now())


def open_porter(kernel: Kernel) -> Porter:
    """Return the porter of a process; nothing is connected yet."""
    return Porter(kernel, open_shelf(kernel, open_net(kernel.settings)))


async def porter_of(connection: HTTPConnection) -> Porter:
    """Return the porter of this process."""
    porter: Porter = connection.app.state.porter
    return porter


PorterDep = Annotated[Porter, Depends(porter_of)]


def remote_router(**given: Any) -> APIRouter:
    """Return the route that shows pictures of other sites."""
    router = APIRouter(route_class=LateRoute, include_in_schema=False, **given)

    @router.api_route(f"{PREFIX}{{variant}}/{{proof}}/{{encoded}}", methods=["GET", "HEAD"])
    async def get_remote(
        request: Request,
        variant: str,
        proof: str,
        encoded: str,
        kernel: KernelDep,
        porter: PorterDep,
        counter: CounterDep,
    ) -> Response:
        """Show a picture of another site to whoever has an address that we signed."""
        address = read_proxied(kernel.keyring, variant, proof, encoded)
        if address is None:
            raise _missing()
        found = await porter.known(address)
        if found is None:
            await count_fetches(request)
            found = await porter.fetched(address)
        if isinstance(found, Resting):
            raise _missing()
        await porter.touch(found)
        key, content_type = found.file_of(address.variant)
        return await counter.send(request, key, content_type=content_type, caching=CACHING)

    return router


def _missing() -> NotFound:
    # The same for what nobody signed, what is not there, and what could not be had.
    return NotFound(say("There is no such picture."))
