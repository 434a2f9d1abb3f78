"""Hot reads on PostgreSQL: asked inline, while the loop does other things until answers come.

A thread for each read, and a transaction around it, cost more than the read itself. Here the code
of a read runs in a greenlet; where its connection would wait for the database, the loop goes on.
Source: performance.md A1, A2; docs/decisions/2026-12-01-hot-reads-wait-in-greenlets.md.
"""

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from greenlet import GreenletExit, getcurrent, greenlet
from psycopg.waiting import Ready, Wait
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

PREPARED_MAX = 500  # Statements that a connection keeps ready.
AT_ONCE = 8  # Connections that hot reads have open at most; who comes then waits for one.


class Asking(greenlet):
    """The code of a hot read, as it asks and waits."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits as its surroundings do: in a hot read it lets the loop go on."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.prepared_max = PREPARED_MAX

    def ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement that stays prepared, whose values stand at $1 and so on.

        Raises: psycopg.Error.
        """
        return psycopg.RawCursor(self).execute(sql, values, prepare=True).fetchall()

    def wait(self, gen: Any, *given: Any, **named: Any) -> Any:
        """Drive what psycopg does step by step to its end; return what it returns."""
        asking = getcurrent()
        if not isinstance(asking, Asking) or asking.parent is None:
            return super().wait(gen, *given, **named)
        try:
            want = next(gen)
            while True:
                want = gen.send(asking.parent.switch(self.fileno(), want))
        except StopIteration as end:
            return end.value


class PatientReader:
    """Read-only connections in autocommit that stay out between reads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._idle: list[Connection] = []
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]
        self._turns = WeakKeyDictionary()

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Call `fn` with a connection.

        A connection that was lost while it was idle is told by the first that asks it: then `fn`
        is called once more, with a new one.
        """
        loop = asyncio.get_running_loop()
        if (turns := self._turns.get(loop)) is None:
            turns = self._turns[loop] = asyncio.Semaphore(AT_ONCE)
        async with turns:
            while self._idle:
                try:
                    return await self._ask(loop, self._idle.pop(), fn)
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
            return await self._ask(loop, await asyncio.to_thread(self.engine.connect), fn)

    async def _ask(
        self,
        loop: asyncio.AbstractEventLoop,
        connection: Connection,
        fn: Callable[[Connection], T],
    ) -> T:
        asking = Asking(fn)
        asking.gr_context = contextvars.copy_context()
        try:
            said: Any = asking.switch(connection)
            while not asking.dead:
                ready = await _until_ready(loop, *said)
                said = asking.switch(ready)
        except BaseException as error:
            if not asking.dead:  # Nobody waits for the answer any more.
                asking.throw(GreenletExit)
                connection.invalidate(error)
            raise
        finally:
            if connection.invalidated:
                connection.close()
            else:
                self._idle.append(connection)
        found: T = said
        return found

    def version(self) -> int | None:
        """Return None: whether anybody has committed cannot be told cheaply."""
        return None

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop().close()


def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> PatientConnection:
    """Open a connection for an engine: what listens for its `do_connect`."""
    return PatientConnection.connect(*given, **named)


async def _until_ready(loop: asyncio.AbstractEventLoop, socket: int, want: Wait) -> Ready:
    """Wait until the socket can be read, or written if that is wanted; return which."""
    ready: asyncio.Future[Ready] = loop.create_future()
    if want & Wait.R:
        loop.add_reader(socket, _tell, ready, Ready.R)
    if want & Wait.W:
        loop.add_writer(socket, _tell, ready, Ready.W)
    try:
        return await ready
    finally:
        if want & Wait.R:
            loop.remove_reader(socket)
        if want & Wait.W:
            loop.remove_writer(socket)


def _tell(ready: "asyncio.Future[Ready]", what: Ready) -> None:
    if not ready.done():
        ready.set_result(what)
