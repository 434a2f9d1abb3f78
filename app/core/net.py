"""The one door for outgoing HTTP: it reaches the open Internet and nothing behind our own walls.

What is asked and answered stands here; how it travels, and how every address and every hop is
checked on the way, in `app/core/wire.py`.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from enum import StrEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from app import VERSION
from app.core.addresses import AddressRule, read_rule
from app.core.records import Record, field
from app.core.settings import Settings

URL_LENGTH_MAX = 2048
FAILURE_SECONDS = 600


class FetchFailed(Exception):
    """The fetch did not succeed; the text says why."""


class NotAllowed(FetchFailed):
    """An address, port, scheme or redirect that we never use; nothing was sent there."""


class TooMuch(FetchFailed):
    """The answer is larger than its limit, or redirects too often."""


class Unreachable(FetchFailed):
    """The other side is away, slow, or speaks nonsense; it may be better later."""


class Follow(StrEnum):
    """Which redirects of a GET are followed."""

    NONE = "none"
    SAME_HOST = "same_host"
    ANY_HOST = "any_host"  # Only for what a person looks up.


class Limits(Record):
    """What one fetch may take: seconds in total, and bytes after decompression.

    `is_cut`: of a longer answer its beginning is enough.
    """

    seconds: float
    bytes_max: int
    is_cut: bool = False


JSON = Limits(seconds=10, bytes_max=1024 * 1024)
PAGE = Limits(seconds=10, bytes_max=512 * 1024, is_cut=True)
MEDIA = Limits(seconds=60, bytes_max=40 * 1024 * 1024)

Sign: TypeAlias = Callable[[str, str], Mapping[str, str]]  # Method and URL to headers, each hop.
Lookup: TypeAlias = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]


class Ask(Record, kw_only=True):
    """One request to another machine. `again` asks even if it failed within FAILURE_SECONDS."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    limits: Limits = JSON
    follow: Follow = Follow.SAME_HOST
    sign: Sign | None = None
    again: bool = False


class Answer(Record):
    """What came back, from `url`; names of headers are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Net:
    """The way out. It has an event loop in a thread of its own, begun by the first fetch."""

    def __init__(
        self,
        *,
        rule: AddressRule,
        lookup: Lookup,
        user_agent: str,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._open = partial(
            _open_wire, rule=rule, lookup=lookup, user_agent=user_agent, ssl_context=ssl_context
        )
        self._starting = threading.Lock()
        self._thread: _LoopThread | None = None
        self._wire: Wire | None = None

    def fetch(self, ask: Ask) -> Answer:
        """Ask and wait for the answer. No transaction may be open meanwhile.

        Raises: NotAllowed, TooMuch, Unreachable.
        """
        return self.begin(ask).result()

    async def fetch_async(self, ask: Ask) -> Answer:
        """The same from any event loop."""
        return await asyncio.wrap_future(self.begin(ask))

    def begin(self, ask: Ask) -> Future[Answer]:
        """Ask, and return at once what will be the answer, or one of the faults of `fetch`."""
        with self._starting:
            if self._wire is None:
                self._wire = self._open()
            if self._thread is None:
                self._thread = _LoopThread()
            loop, wire = self._thread.loop, self._wire
        return asyncio.run_coroutine_threadsafe(wire.fetch(ask), loop)

    def close(self) -> None:
        """Close all connections and end the thread."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None and self._wire is not None:
            asyncio.run_coroutine_threadsafe(self._wire.end(), thread.loop).result()
            thread.end()


class Wire(Protocol):
    """How requests travel: see `app/core/wire.py`."""

    def fetch(self, ask: Ask) -> Coroutine[Any, Any, Answer]:
        """Ask, on the loop of this wire."""

    def end(self) -> Coroutine[Any, Any, None]:
        """Close all connections."""


def _open_wire(**given: Any) -> Wire:
    # Loaded with the first fetch: it would be a fifteenth of each start, and 7 MB.
    wire: Wire = import_module("app.core.wire").AiohttpWire(**given)
    return wire


class _LoopThread:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="net", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def look_up_by_dns(host: str, port: int) -> Sequence[tuple[str, int]]:
    """Ask the machine's resolver. Raises: OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(address[0]), port) for *_, address in found]


def look_up_in_file(path: Path) -> Lookup:
    """Return a resolver that knows only the lines `host address[:port]` of a file, read anew."""

    async def look_up(host: str, port: int) -> Sequence[tuple[str, int]]:
        text = await asyncio.to_thread(path.read_text)
        lines = (line.split() for line in text.splitlines())
        found = [_place(line[1], port) for line in lines if len(line) == 2 and line[0] == host]
        if not found:
            raise OSError(f"{host} has no address in {path.name}")
        return found

    return look_up


def _place(text: str, port: int) -> tuple[str, int]:
    if text.startswith("["):
        address, _, given = text[1:].partition("]")
        return address, int(given[1:]) if given else port
    if text.count(":") == 1:
        address, _, given = text.partition(":")
        return address, int(given)
    return text, port


def open_net(settings: Settings) -> Net:
    """Return the way out as `settings` want it; nothing is connected yet."""
    by_file = settings.test_resolve
    return Net(
        rule=read_rule(settings.test_allow),
        lookup=look_up_by_dns if by_file is None else look_up_in_file(by_file),
        user_agent=f"Commonhold/{VERSION} (+{settings.base_url}/)",
    )
