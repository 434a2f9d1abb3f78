"""The one door for outgoing HTTP: it reaches the open Internet and nothing behind our own walls.

Each name is resolved once, each of its addresses checked, and the connection goes to a checked
one, so a name that changes its address in between gains nothing. Redirects are followed by hand,
each hop checked like the first. Proxies of the environment, cookies and .netrc play no part.
"""

import asyncio
import ipaddress
import socket
import ssl
import threading
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from app import VERSION
from app.core.addresses import HTTPS_PORT, AddressRule, Ip, read_rule
from app.core.settings import Settings

URL_LENGTH_MAX = 2048
REDIRECTS_MAX = 3
ADDRESSES_MAX = 8
CONNECTIONS_MAX = 64
CONNECTIONS_PER_HOST = 4
KEEP_ALIVE_SECONDS = 60
FAILURE_SECONDS = 600
FAILURES_MAX = 10_000
CHUNK_BYTES = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What another host may see of a request that was meant for the first one.
HEADERS_FOR_ANYONE = frozenset({"accept", "accept-language"})


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


@dataclass(frozen=True, slots=True)
class Limits:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to another machine. `again` asks even if it failed within FAILURE_SECONDS."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    limits: Limits = JSON
    follow: Follow = Follow.SAME_HOST
    sign: Sign | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
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
        self._rule = rule
        self._lookup = lookup
        self._user_agent = user_agent
        self._ssl = ssl_context
        self._failures = _Failures()
        self._starting = threading.Lock()
        self._thread: _LoopThread | None = None
        self._session: aiohttp.ClientSession | None = None

    def fetch(self, ask: Ask) -> Answer:
        """Ask and wait for the answer. No transaction may be open meanwhile.

        Raises: NotAllowed, TooMuch, Unreachable.
        """
        work = asyncio.run_coroutine_threadsafe(self._fetch(ask), self._loop())
        return work.result()

    async def fetch_async(self, ask: Ask) -> Answer:
        """The same from any event loop."""
        work = asyncio.run_coroutine_threadsafe(self._fetch(ask), self._loop())
        return await asyncio.wrap_future(work)

    def close(self) -> None:
        """Close all connections and end the thread."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            asyncio.run_coroutine_threadsafe(self._end(), thread.loop).result()
            thread.end()

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._thread is None:
                self._thread = _LoopThread()
            return self._thread.loop

    async def _fetch(self, ask: Ask) -> Answer:
        is_get = ask.method == "GET"
        now = asyncio.get_running_loop().time()
        if is_get and not ask.again:
            self._failures.check(ask.url, now=now)
        try:
            async with asyncio.timeout(ask.limits.seconds):
                return await self._follow(ask)
        except aiohttp.InvalidURL as error:  # Addresses in disguise, such as 2130706433.
            failure: FetchFailed = NotAllowed(str(error))
        except TimeoutError:
            failure = Unreachable(f"no answer within {ask.limits.seconds} seconds")
        except (aiohttp.ClientError, OSError) as error:
            failure = Unreachable(f"{type(error).__name__}: {error}")
        except FetchFailed as error:
            failure = error
        if is_get:
            self._failures.add(ask.url, failure, now=now)
        raise failure

    async def _follow(self, ask: Ask) -> Answer:
        url, headers = self._checked(ask.url), dict(ask.headers)
        for _ in range(REDIRECTS_MAX + 1):
            found = await self._one(ask, url, headers)
            if isinstance(found, Answer):
                return found
            target = self._checked(_joined(url, found))
            if url.scheme == "https" and target.scheme != "https":
                raise NotAllowed("a redirect from https to http")
            if target.origin() != url.origin():
                if ask.follow is not Follow.ANY_HOST:
                    raise NotAllowed(f"a redirect to another host: {target.host}")
                headers = {k: v for k, v in headers.items() if k.lower() in HEADERS_FOR_ANYONE}
            url = target
        raise TooMuch(f"more than {REDIRECTS_MAX} redirects")

    async def _one(self, ask: Ask, url: URL, headers: Mapping[str, str]) -> Answer | str:
        signed = ask.sign(ask.method, str(url)) if ask.sign else {}
        async with self._open_session().request(
            ask.method,
            url,
            headers={**headers, **signed},
            data=ask.body,
            allow_redirects=False,
        ) as response:
            moved = response.status in REDIRECTS and ask.method in ("GET", "HEAD")
            if moved and ask.follow is not Follow.NONE and "Location" in response.headers:
                response.close()
                return response.headers["Location"]
            body = await _read(response, ask.limits)
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, str(url), lowered, body)

    def _checked(self, text: str) -> URL:
        """Return the URL if it may be asked at all. Raises: NotAllowed."""
        if len(text) > URL_LENGTH_MAX or any(c <= " " or c in "\\\x7f" for c in text):
            raise NotAllowed("not a URL")
        try:
            url = URL(text).with_fragment(None)
        except ValueError:
            raise NotAllowed("not a URL") from None
        if url.scheme not in ("https", "http") or not url.host:
            raise NotAllowed("not an https:// address")
        if "@" in urlsplit(text).netloc:
            raise NotAllowed("a user name in an address")
        if not self._rule.is_opened and (url.scheme, url.port) != ("https", HTTPS_PORT):
            raise NotAllowed("only https:// at its usual port is asked")
        _check(self._rule, [(url.host, url.port or 0)], literal=True)
        return url

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Resolver(self._rule, self._lookup),
                    socket_factory=self._socket,
                    use_dns_cache=False,
                    limit=CONNECTIONS_MAX,
                    limit_per_host=CONNECTIONS_PER_HOST,
                    keepalive_timeout=KEEP_ALIVE_SECONDS,
                    ssl=self._ssl or ssl.create_default_context(),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
                timeout=aiohttp.ClientTimeout(total=None),  # `_fetch` keeps the deadline.
                auto_decompress=False,  # `_read` counts what it unpacks.
                trust_env=False,
            )
        return self._session

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        # The last gate: whatever came before, no socket is made for an address that is refused.
        family, kind, protocol, _, address = info
        if not self._rule.permits(ipaddress.ip_address(str(address[0])), int(address[1])):
            raise PermissionError(f"{address[0]} is not an address that we ask")
        return socket.socket(family, kind, protocol)

    async def _end(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


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


class _Failures:
    """URLs that failed a moment ago, so that a thousand posts with one link ask once."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, tuple[float, FetchFailed]] = OrderedDict()

    def check(self, url: str, *, now: float) -> None:
        until, failure = self._until.get(url, (0, None))
        if failure is not None and now < until:
            raise type(failure)(f"{failure} (not asked again yet)")

    def add(self, url: str, failure: FetchFailed, *, now: float) -> None:
        self._until[url] = (now + FAILURE_SECONDS, failure)
        self._until.move_to_end(url)
        while len(self._until) > FAILURES_MAX:
            self._until.popitem(last=False)


class _Resolver(AbstractResolver):
    """Looks a name up for the connector and lets only checked addresses through."""

    def __init__(self, rule: AddressRule, lookup: Lookup) -> None:
        self._rule = rule
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._lookup(host, port)
        # All of them must be good: a name with one private address is up to no good.
        _check(self._rule, found)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address, port in found[:ADDRESSES_MAX]
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _check(rule: AddressRule, places: Sequence[tuple[str, int]], *, literal: bool = False) -> None:
    for text, port in places:
        try:
            address: Ip = ipaddress.ip_address(text)
        except ValueError:
            if literal:
                continue  # A name: its addresses are checked when it is looked up.
            raise NotAllowed(f"not an address: {text}") from None
        if not rule.permits(address, port):
            raise NotAllowed(f"{address} port {port} is not on the open Internet")


def _joined(url: URL, location: str) -> str:
    try:
        return str(url.join(URL(location)))
    except ValueError:
        raise NotAllowed("a redirect to no URL") from None


async def _read(response: aiohttp.ClientResponse, limits: Limits) -> bytes:
    """Read and unpack the body; no more than the limit ever lies in memory."""
    bytes_max = limits.bytes_max
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise Unreachable(f"an encoding that nobody asked for: {encoding[:20]}")
    unpack = None if encoding == "identity" else zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        part = chunk if unpack is None else _unpacked(unpack, chunk, bytes_max - size + 1)
        size += len(part)
        if size > bytes_max:
            response.close()
            if limits.is_cut:
                return b"".join((*parts, part))[:bytes_max]
            raise TooMuch(f"more than {bytes_max} bytes")
        parts.append(part)
    if unpack is not None and parts and not unpack.eof:
        raise Unreachable("the packed body was cut")
    return b"".join(parts)


def _unpacked(unpack: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return unpack.decompress(chunk, room)
    except zlib.error as error:
        raise Unreachable(f"the packed body is broken: {error}") from None


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
