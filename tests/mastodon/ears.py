"""Apps that listen to a site in this process, connected to it as a server connects them."""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI
from starlette.types import Message

SECONDS = 10  # Far longer than anything here takes, however busy the machine is.
BASE = "/api/v1/streaming"


class Ear:
    """One connection; `messages` are those that the site has sent by it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, scope: dict[str, Any]) -> None:
        self._loop, self._scope = loop, scope
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._takes = asyncio.Event()
        self._takes.set()
        self._done = threading.Event()
        self.messages: queue.Queue[Message] = queue.Queue()
        self._text = ""

    def connect(self, app: FastAPI) -> "Ear":
        """Connect to the site, and wait until it has answered."""
        asyncio.run_coroutine_threadsafe(self._run(app), self._loop)
        return self

    async def _run(self, app: FastAPI) -> None:
        first = "websocket.connect" if self._scope["type"] == "websocket" else "http.request"
        self._incoming.put_nowait({"type": first})
        try:
            await app(self._scope, self._incoming.get, self._send)
        finally:
            self._done.set()

    async def _send(self, message: Message) -> None:
        await self._takes.wait()
        self.messages.put(message)
        if message["type"] == "websocket.close" or message.get("more_body") is False:
            self._incoming.put_nowait(self._gone())
        if message["type"] == "http.response.body" and "more_body" not in message:
            self._incoming.put_nowait(self._gone())

    def _gone(self) -> Message:
        kind = self._scope["type"]
        return {"type": f"{kind}.disconnect", "code": 1001}

    def status(self) -> int:
        """Return what the site answered first: a status, or 101 for an open WebSocket."""
        message = self.messages.get(timeout=SECONDS)
        return int(message.get("status", 101))

    def protocol(self) -> str | None:
        """Return the sub-protocol that the site confirmed."""
        subprotocol: str | None = self.messages.get(timeout=SECONDS).get("subprotocol")
        return subprotocol

    def body(self) -> Any:
        """Return the body of an answer that is whole."""
        return orjson.loads(self.messages.get(timeout=SECONDS)["body"])

    def heard(self) -> tuple[str, Any]:
        """Return the next event: its name, and what it says."""
        told = self.told()
        payload = told.get("payload")
        return told["event"], None if payload is None else orjson.loads(payload)

    def told(self) -> dict[str, Any]:
        """Return the next thing that the site says, as a WebSocket would say it."""
        if self._scope["type"] == "websocket":
            message = self.messages.get(timeout=SECONDS)
            assert message["type"] == "websocket.send", message
            found: dict[str, Any] = orjson.loads(message["text"])
            return found
        block = self._block()
        while block.startswith(":"):
            block = block.partition("\n")[2] or self._block()
        fields = dict(line.split(": ", 1) for line in block.strip().split("\n"))
        told: dict[str, Any] = {"event": fields["event"]}
        return told if fields["data"] == "undefined" else told | {"payload": fields["data"]}

    def _block(self) -> str:
        while "\n\n" not in self._text:
            message = self.messages.get(timeout=SECONDS)
            assert message["type"] == "http.response.body", message
            self._text += message["body"].decode()
        block, _, self._text = self._text.partition("\n\n")
        return block

    def ending(self) -> Message:
        """Return what the site says last, however much it says before."""
        while True:
            message = self.messages.get(timeout=SECONDS)
            is_last = message["type"] == "http.response.body" and "more_body" not in message
            if is_last or message["type"] == "websocket.close":
                return message

    def say(self, text: str | bytes | None = None, **wish: Any) -> None:
        """Send a text, or a wish as JSON; bytes go as a binary frame."""
        kind = "bytes" if isinstance(text, bytes) else "text"
        sent = text if text is not None else orjson.dumps(wish).decode()
        message = {"type": "websocket.receive", kind: sent}
        self._loop.call_soon_threadsafe(self._incoming.put_nowait, message)

    def stop_taking(self) -> None:
        """Take nothing more of what the site sends."""
        self._loop.call_soon_threadsafe(self._takes.clear)

    def take_again(self) -> None:
        """Take what the site sends."""
        self._loop.call_soon_threadsafe(self._takes.set)

    def leave(self) -> None:
        """Go away, and wait until the site has noticed."""
        self._loop.call_soon_threadsafe(self._incoming.put_nowait, self._gone())
        assert self._done.wait(SECONDS)


class Ears:
    """Connects apps to a site, in an event loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def events(self, path: str, token: str | None = None, **query: str) -> Ear:
        """Ask for server-sent events."""
        return self._connect("http", f"{BASE}/{path}", _bearer(token), query, method="GET")

    def socket(
        self,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Ear:
        """Open a WebSocket."""
        return self._connect("websocket", BASE, _bearer(token) | dict(headers or {}), query)

    def hear(self, way: str, token: str, stream: str, **about: str) -> Ear:
        """Listen to a channel in a way, "events" or "socket"; return once it is open."""
        if way == "events":
            path = stream.removesuffix(":media").replace(":", "/")
            media = {"only_media": "true"} if stream.endswith(":media") else {}
            ear = self.events(path, token, **about, **media)
            assert ear.status() == 200
            assert ear.messages.get(timeout=SECONDS)["body"] == b":)\n"
        else:
            ear = self._connect("websocket", BASE, _bearer(token), {"stream": stream, **about})
            assert ear.status() == 101
            # Wishes are heard in turn: with this answer, the first one was granted.
            ear.say(type="subscribe", stream="weather")
            assert ear.told() == {"error": "Unknown stream type", "status": 400}
        return ear

    def settle(self) -> None:
        """Wait until what has begun in the event loop got as far as it can by itself."""
        self.run(self._rest)

    async def _rest(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    def run(self, act: Callable[[], Awaitable[Any]]) -> Any:
        """Run something in the event loop to its end; return what it returns."""

        async def acted() -> Any:
            return await act()

        return asyncio.run_coroutine_threadsafe(acted(), self.loop).result(SECONDS)

    def _connect(
        self,
        kind: str,
        path: str,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        **more: Any,
    ) -> Ear:
        scope = {
            "type": kind,
            "http_version": "1.1",
            "scheme": "https" if kind == "http" else "wss",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": urlencode(query).encode(),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            "client": ("192.0.2.1", 4000),
            "server": ("riverside.example", 443),
            "state": {},
            "extensions": {"websocket.http.response": {}},
            "subprotocols": [],
            **more,
        }
        return Ear(self.loop, scope).connect(self.app)

    def close(self) -> None:
        """End all streams, and the event loop."""
        streams = self.app.state.streams
        self.loop.call_soon_threadsafe(streams.close)
        self.settle()
        streams.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(SECONDS)
        self.loop.close()


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


@contextmanager
def listening(app: FastAPI) -> Iterator[Ears]:
    """Connect apps to the site for a while."""
    ears = Ears(app)
    try:
        yield ears
    finally:
        ears.close()
