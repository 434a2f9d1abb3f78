"""How requests leave: by aiohttp, to addresses that were checked. Only `net.py` opens it.

Each name is resolved once, each of its addresses checked, and the connection goes to a checked
one, so a name that changes its address in between gains nothing. Redirects are followed by hand,
each hop checked like the first. Proxies of the environment, cookies and .netrc play no part.
"""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from app.core.addresses import HTTPS_PORT, AddressRule, Ip
from app.core.net import (
    FAILURE_SECONDS,
    URL_LENGTH_MAX,
    Answer,
    Ask,
    FetchFailed,
    Follow,
    Limits,
    Lookup,
    NotAllowed,
    TooMuch,
    Unreachable,
)

REDIRECTS_MAX = 3
ADDRESSES_MAX = 8
CONNECTIONS_MAX = 64
CONNECTIONS_PER_HOST = 4
KEEP_ALIVE_SECONDS = 60
# An idle connection with TLS holds a quarter of a megabyte: they are kept to so many hosts.
KEPT_HOSTS_MAX = 128
FAILURES_MAX = 10_000
CHUNK_BYTES = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What another host may see of a request that was meant for the first one.
HEADERS_FOR_ANYONE = frozenset({"accept", "accept-language"})


class AiohttpWire:
    """Asks other machines, on one event loop."""

    def __init__(
        self,
        *,
        rule: AddressRule,
        lookup: Lookup,
        user_agent: str,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self._rule = rule
        self._lookup = lookup
        self._user_agent = user_agent
        self._ssl = ssl_context
        self._failures = _Failures()
        self._kept = _KeptHosts()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(self, ask: Ask) -> Answer:
        """Ask, on the loop that this wire belongs to. Raises: NotAllowed, TooMuch, Unreachable."""
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
        async with self._session_to(url).request(
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

    def _session_to(self, url: URL) -> aiohttp.ClientSession:
        """Return what asks the host: its connection stays open afterwards, or is closed."""
        now = asyncio.get_running_loop().time()
        keeps = self._kept.keeps(str(url.origin()), now=now)
        if keeps not in self._sessions:
            self._sessions[keeps] = self._open_session(keeps=keeps)
        return self._sessions[keeps]

    def _open_session(self, *, keeps: bool) -> aiohttp.ClientSession:
        if self._ssl is None:
            self._ssl = ssl.create_default_context()
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Resolver(self._rule, self._lookup),
                socket_factory=self._socket,
                use_dns_cache=False,
                limit=CONNECTIONS_MAX,
                limit_per_host=CONNECTIONS_PER_HOST,
                keepalive_timeout=KEEP_ALIVE_SECONDS if keeps else None,
                force_close=not keeps,
                ssl=self._ssl,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=None),  # `_fetch` keeps the deadline.
            auto_decompress=False,  # `_read` counts what it unpacks.
            trust_env=False,
        )

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        # The last gate: whatever came before, no socket is made for an address that is refused.
        family, kind, protocol, _, address = info
        if not self._rule.permits(ipaddress.ip_address(str(address[0])), int(address[1])):
            raise PermissionError(f"{address[0]} is not an address that we ask")
        return socket.socket(family, kind, protocol)

    async def end(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()


class _KeptHosts:
    """The hosts to which connections are kept: those asked first, as long as they are asked."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, float] = OrderedDict()  # The one that waits longest first.

    def keeps(self, origin: str, *, now: float) -> bool:
        """Return whether the connection to a host that is about to be asked is to be kept."""
        while self._asked:
            oldest, at = next(iter(self._asked.items()))
            if now - at <= KEEP_ALIVE_SECONDS:
                break
            del self._asked[oldest]
        if origin not in self._asked and len(self._asked) >= KEPT_HOSTS_MAX:
            return False
        self._asked[origin] = now
        self._asked.move_to_end(origin)
        return True


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
