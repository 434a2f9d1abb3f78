"""Web servers that tests ask, and a way out to them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from aiohttp import web

from app.core.addresses import read_rule
from app.core.net import (
    Lookup,
    Net,
)
from tests.loops import Loop

FAR = "127.0.0.2"  # The other machine; 127.0.0.1 stays forbidden, as in production.
NEAR = "127.0.0.1"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web server of the test, which remembers what it was asked."""

    def __init__(self, loop: Loop, address: str = FAR) -> None:
        self.asked: list[web.Request] = []
        self.pages: dict[str, Handler] = {}
        self.names: list[str | None] = []
        self.ports: list[int] = []  # From which it was asked.
        self._loop = loop
        self._address = address
        self._runner: web.ServerRunner | None = None
        self.port = 0

    def start(self, context: Any = None) -> "Site":
        if context is not None:
            context.sni_callback = lambda _tls, name, _context: self.names.append(name)
        self._loop.run(self._start(context))
        return self

    def stop(self) -> None:
        if self._runner is not None:
            self._loop.run(self._runner.cleanup())

    def page(self, path: str, handler: Handler | None = None, **given: Any) -> str:
        """Add a page; return its address."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(**given)

        self.pages[path] = handler or answer
        return f"http://far.example:{self.port}{path}"

    async def _start(self, context: Any) -> None:
        self._runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._address, 0, ssl_context=context)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.BaseRequest)
        self.asked.append(request)  # type: ignore[arg-type]
        assert request.transport is not None
        self.ports.append(request.transport.get_extra_info("peername")[1])
        return await self.pages[request.path](request)  # type: ignore[arg-type]


def found_at(*addresses: str) -> Lookup:
    """Return a resolver that finds every name at `addresses`."""

    async def look_up(_host: str, port: int) -> Sequence[tuple[str, int]]:
        return [(address, port) for address in addresses]

    return look_up


def opened(
    *, lookup: Lookup, allow: Sequence[str] = (f"{FAR}/32",), context: Any = None
) -> Iterator[Net]:
    rule = read_rule(allow)
    net = Net(rule=rule, lookup=lookup, user_agent="Commonhold/test", ssl_context=context)
    yield net
    net.close()
