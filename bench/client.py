"""A lean HTTP client that keeps connections busy, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from bench.readings import median


@dataclass(frozen=True, slots=True)
class Run:
    """What a burst of requests looked like from outside."""

    seconds: float
    requests: int
    body_bytes: int
    slowest_hundredth_ms: float
    median_ms: float


def ask_many(
    port: int,
    path: str,
    *,
    requests: int,
    connections: int = 16,
    callers: Sequence[Mapping[str, str]] = ({},),
    body: bytes | None = None,
) -> Run:
    """Ask for `path` so many times over kept connections; the callers, by headers, take turns.

    With a `body`, a JSON one, it is sent by POST. Raises: RuntimeError on any answer but 200.
    """
    asked = [request_of(port, path, headers, body) for headers in callers]
    return asyncio.run(_burst(port, asked, requests, connections))


def send_each(port: int, requests: Sequence[bytes], *, connections: int) -> Run:
    """Send each request, made by `request_of`, once over kept connections.

    Raises: RuntimeError on any answer but 200 and 202.
    """
    return asyncio.run(_burst(port, requests, len(requests), connections))


def request_of(
    port: int,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    kind: str = "application/json",
) -> bytes:
    """Return a request as it goes over the wire: a POST of that `kind` if it has a body."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


async def _burst(port: int, asked: Sequence[bytes], requests: int, connections: int) -> Run:
    share = max(1, requests // connections)
    started = time.perf_counter()
    turns = cycle(asked)
    results = await asyncio.gather(*(_ask(port, turns, share) for _ in range(connections)))
    seconds = time.perf_counter() - started
    times = sorted(taken for taken_by_one, _ in results for taken in taken_by_one)
    return Run(
        seconds=seconds,
        requests=len(times),
        body_bytes=results[0][1],
        slowest_hundredth_ms=1000 * times[len(times) * 99 // 100],
        median_ms=1000 * median(times),
    )


async def _ask(port: int, turns: Iterator[bytes], times: int) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken, size = [], 0
    for _ in range(times):
        started = time.perf_counter()
        writer.write(next(turns))
        size = await _read_answer(reader)
        taken.append(time.perf_counter() - started)
    writer.close()
    await writer.wait_closed()
    return taken, size


async def _read_answer(reader: asyncio.StreamReader) -> int:
    """Read one answer with a Content-Length; return the size of its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")):
        raise RuntimeError(head.decode(errors="replace"))
    length = next(
        int(line[15:])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    await reader.readexactly(length)
    return length
