"""What streams cost: a thousand apps listen, somebody posts, all of them hear it (B13)."""

import asyncio
import base64
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from bench.cast import Headers, readers, speaker
from bench.client import ask_many
from bench.grounds import Engine, Grounds, Site, raw_server
from bench.pages import bare_cost
from bench.processes import Server
from bench.readings import Bounds, Reading, median

APPS = 1_000  # Half by WebSocket, for home; half by server-sent events, for this co-op.
AT_ONCE = 50  # So many open their stream at the same time.
ROUNDS = 7
SECONDS = 30
ALL_TOLD = Bounds(1)  # Second.
MEMORY = Bounds(40)  # kB for each app.
BASE = "/api/v1/streaming"


@dataclass(frozen=True, slots=True)
class App:
    """An app that listens."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hear(self, mark: bytes) -> float:
        """Return when the app heard of a post, by what its text holds."""
        await self.reader.readuntil(mark)
        return time.perf_counter()


@dataclass(slots=True)
class Found:
    """What the rounds found."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    bytes_each: float = 0


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of streams."""
    for engine in Engine:
        yield from _measure(grounds.site(engine))


def _measure(site: Site) -> Iterator[Reading]:
    kernel = site.open()
    listeners = readers(kernel, site.viewers)
    author = speaker(kernel, site.viewers)
    kernel.close()
    with raw_server() as raw, site.served() as running:
        found = asyncio.run(_listen(running, listeners, author))
        bare = bare_cost(raw, 3_000)
    one = median(found.cpu) / APPS
    name, engine = f"{APPS:,} streams", site.engine
    yield Reading(f"{name} hear a post, {engine}", median(found.seconds), "s", ALL_TOLD.target)
    yield Reading(f"… memory of each, {engine}", found.bytes_each / 1e3, "kB", MEMORY.target)
    yield Reading(
        f"… cost of each, {engine}", one / bare, "× raw", note=f"{one * 1e6:,.0f} µs CPU"
    )


async def _listen(site: Server, listeners: Sequence[Headers], author: Headers) -> Found:
    found, told = Found(), iter(range(1_000_000))
    some = await _connect(site, listeners[:4], 4)
    await _tell(site, some, author, next(told))  # What the first stream loads is loaded.
    before = site.private_bytes()
    apps = await _connect(site, listeners, APPS)
    await _tell(site, apps, author, next(told))
    found.bytes_each = (site.private_bytes() - before) / APPS
    for _ in range(ROUNDS):
        began = site.cpu()
        found.seconds.append(await _tell(site, apps, author, next(told)))
        found.cpu.append(site.cpu() - began)
    for app in (*some, *apps):
        app.writer.close()
    return found


async def _tell(site: Server, apps: Sequence[App], author: Headers, number: int) -> float:
    """Post, and return the seconds until all have heard."""
    mark = f"heard-{number}-by-all".encode()
    hearing = [asyncio.create_task(app.hear(mark)) for app in apps]
    await asyncio.sleep(0)
    body = orjson.dumps({"status": f"the river bread {mark.decode()} morning #garden bicycle"})
    began = time.perf_counter()
    await asyncio.to_thread(
        ask_many,
        site.port,
        "/api/v1/statuses",
        requests=1,
        connections=1,
        callers=[author],
        body=body,
    )
    async with asyncio.timeout(SECONDS):
        return max(await asyncio.gather(*hearing)) - began


async def _connect(site: Server, listeners: Sequence[Headers], count: int) -> list[App]:
    apps: list[App] = []
    while len(apps) < count:
        some = range(len(apps), min(len(apps) + AT_ONCE, count))
        apps += await asyncio.gather(*(_open(site.port, n, listeners) for n in some))
    return apps


async def _open(port: int, number: int, listeners: Sequence[Headers]) -> App:
    """Open a stream; the apps take turns in way and person."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    person = number // 2 % len(listeners)
    headers = {
        "Host": f"127.0.0.1:{port}",
        "X-Forwarded-For": f"192.0.2.{person}",
        **listeners[person],
    }
    if number % 2:
        path = f"{BASE}/public/local"
    else:
        path = f"{BASE}?stream=user"
        key = base64.b64encode(os.urandom(16)).decode()
        headers |= {"Connection": "Upgrade", "Upgrade": "websocket"}
        headers |= {"Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 101", b"HTTP/1.1 200")):
        raise RuntimeError(head.decode(errors="replace"))
    return App(reader, writer)
