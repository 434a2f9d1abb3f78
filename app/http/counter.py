"""The counter at which stored files are handed out: whole, or the part that was asked for.

Its threads are its own, so a store that is slow keeps files waiting and no other page. What is
asked of the store first is asked before the answer begins: a store that is away is told as such.
"""

import io
from collections.abc import AsyncIterator, Generator
from typing import Annotated, Final

from anyio import CapacityLimiter, to_thread
from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse

from app.core.records import Record
from app.core.storage import OutOfRange, Span, Storage, asked_span, read_span

POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
AT_ONCE: Final = 24
WHOLE_BYTES: Final = 1 << 20


class Opened(Record):
    """A stored file, the part of it that was asked for, and the bytes that are read already."""

    size: int
    asked: Span | None
    first: bytes = b""
    rest: Generator[bytes, None, None] | None = None

    @property
    def span(self) -> Span:
        """What is sent."""
        return self.asked or Span(0, self.size)


class Counter:
    """Hands stored files out."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._free = CapacityLimiter(AT_ONCE)

    async def send(
        self, request: Request, key: str, *, content_type: str, caching: str
    ) -> Response:
        """Return the answer to a GET or HEAD of the file, which is never another one later.

        It leaves as what it is and as nothing else: it runs no script and loads nothing.
        Raises: NotFound; StoreAway.
        """
        headers = {
            "Content-Type": content_type,
            "Content-Disposition": "inline",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": caching,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",
            "Accept-Ranges": "bytes",
            "ETag": f'"{key.rpartition("/")[2]}"',
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        ranges = request.headers.get("range")
        open_it = _look if request.method == "HEAD" else _open
        try:
            opened = await to_thread.run_sync(
                open_it, self._storage, key, ranges, limiter=self._free
            )
        except OutOfRange as error:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{error}"})
        headers["Content-Length"] = str(opened.span.length)
        if opened.asked is not None:
            headers["Content-Range"] = opened.asked.content_range(opened.size)
        status = 200 if opened.asked is None else 206
        if opened.rest is None:
            return Response(opened.first or None, status, headers)
        return StreamingResponse(self._rest(opened.first, opened.rest), status, headers)

    async def _rest(
        self, chunk: bytes, rest: Generator[bytes, None, None]
    ) -> AsyncIterator[bytes]:
        try:
            while chunk:
                yield chunk
                chunk = await to_thread.run_sync(next, rest, b"", limiter=self._free)
        finally:
            rest.close()


def _look(storage: Storage, key: str, ranges: str | None) -> Opened:
    size = storage.size(key)
    return Opened(size, asked_span(ranges, size=size))


def _open(storage: Storage, key: str, ranges: str | None) -> Opened:
    file = storage.open(key)
    try:
        size = file.seek(0, io.SEEK_END)
        opened = Opened(size, asked_span(ranges, size=size))
    except BaseException:
        file.close()
        raise
    chunks = read_span(file, opened.span)
    if opened.span.length <= WHOLE_BYTES:
        return Opened(size, opened.asked, b"".join(chunks))
    return Opened(size, opened.asked, next(chunks), chunks)


async def counter_of(connection: HTTPConnection) -> Counter:
    """Return the counter of this process."""
    counter: Counter = connection.app.state.counter
    return counter


CounterDep = Annotated[Counter, Depends(counter_of)]
