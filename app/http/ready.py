"""Small answers that many ask for, answered again before anything else is done.

What a route marks with `keep` is kept as it went out, by its address, token and language, for at
most KEPT_FOR and only until anybody commits anything. SQLite tells that in a microsecond, so a
changed profile or a token taken back shows at once; PostgreSQL cannot tell, and there only
answers to nobody in particular are kept, and none that must be true this very moment. What is
signed is never answered from here: it may be meant for the signer alone.
Source: performance.md A2, B4.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.kernel import Kernel
from app.core.records import Record

KEPT_FOR: Final = timedelta(seconds=15)
KEPT_MAX: Final = 4_000
BODY_MAX: Final = 32 * 1024
# Only where these say the same may an answer be the same; with a cookie none is kept.
TOLD_APART_BY: Final = (b"authorization", b"accept-language", b"accept", b"host")

# An answer that is being made, in a loop.
Turn: TypeAlias = tuple[asyncio.AbstractEventLoop, tuple[bytes, ...]]


class Kept(Record):
    """An answer as it went out, and until when it holds."""

    start: Message
    body: Message
    route: Any
    version: int | None
    until: datetime


def keep(connection: HTTPConnection, *, while_unchanged: bool = False) -> None:
    """Let the answer to this request be given again for a moment.

    `while_unchanged`: only where we can tell that nothing was committed since.
    """
    connection.state.may_keep = True
    connection.state.while_unchanged = while_unchanged


class Ready:
    """Keeps answers at some addresses, and at all addresses with some beginnings."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        kernel: Kernel,
        paths: Sequence[str],
        beginnings: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._kernel = kernel
        self._paths = frozenset(paths)
        self._beginnings = beginnings
        self._kept: OrderedDict[tuple[bytes, ...], Kept] = OrderedDict()
        self._making: dict[Turn, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on."""
        if not self._is_kept(scope.get("path", "")) or scope.get("method") != "GET":
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        if await self._answer(scope, send, key):
            return
        version, now = self._kernel.db.version(), self._kernel.clock.now()
        if version is None and key[1]:
            await self._app(scope, receive, send)
            return
        # Who asks for the same meanwhile waits for the first, instead of making it as well.
        turn = asyncio.get_running_loop(), key
        if (made := self._making.get(turn)) is not None:
            await made.wait()
            if await self._answer(scope, send, key):
                return
        made = self._making[turn] = asyncio.Event()
        try:
            await self._app(scope, receive, self._keeping(scope, send, key, version, now))
        finally:
            made.set()
            if self._making.get(turn) is made:
                del self._making[turn]

    async def _answer(self, scope: Scope, send: Send, key: tuple[bytes, ...]) -> bool:
        """Answer with what is kept, if it still holds; return whether it did."""
        known = self._kept.get(key)
        if known is None or known.version != self._kernel.db.version():
            return False
        if self._kernel.clock.now() >= known.until:
            return False
        scope["route"] = known.route
        await send(known.start)
        await send(known.body)
        return True

    def _is_kept(self, path: str) -> bool:
        return path in self._paths or path.startswith(self._beginnings)

    def _keeping(
        self,
        scope: Scope,
        send: Send,
        key: tuple[bytes, ...],
        version: int | None,
        now: datetime,
    ) -> Send:
        """Return a way out that keeps the answer if it is whole, good and marked."""
        started: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                # The server adds its own headers to the list that it is given.
                started = {**message, "headers": list(message["headers"])}
            elif started is not None and not message.get("more_body", False):
                state = scope.get("state", {})
                may_keep = state.get("may_keep", False)
                if version is None and state.get("while_unchanged", False):
                    may_keep = False
                small = len(message.get("body", b"")) <= BODY_MAX
                if may_keep and small and started["status"] == 200:
                    route, until = scope.get("route"), now + KEPT_FOR
                    self._put(key, Kept(started, dict(message), route, version, until))
            await send(message)

        return sending

    def _put(self, key: tuple[bytes, ...], kept: Kept) -> None:
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)


def _key(scope: Scope) -> tuple[bytes, ...] | None:
    """Return by what an answer is kept; None if the request says too much about its sender."""
    said = dict.fromkeys(TOLD_APART_BY, b"")
    for name, value in scope["headers"]:
        if name in (b"cookie", b"signature"):
            return None
        if name in said:
            said[name] = value
    return (scope["path"].encode(), *said.values(), scope["query_string"])
