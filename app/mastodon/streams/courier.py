"""Carries news to the streams of this process: one thread, from the first stream on."""

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.core.clock import Clock
from app.core.db import Database
from app.core.news import NewsItem, NewsKind, NewsReader
from app.mastodon.streams.editor import Editor
from app.mastodon.streams.hub import Audience, Delivery, Hub
from app.mastodon.streams.messages import Why

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1  # However quiet it is, so that nothing relies on being woken.
BEAT_SECONDS: Final = 15
STOP_SECONDS: Final = 5


class Courier:
    """Reads news, has them turned into deliveries, and hands those to the event loop."""

    def __init__(self, db: Database, clock: Clock, editor: Editor, hub: Hub) -> None:
        self._db, self._clock, self._editor, self._hub = db, clock, editor, hub
        self._stopping = threading.Event()
        self._beginning = asyncio.Lock()
        self._thread: threading.Thread | None = None
        self._is_running = False

    async def begin(self) -> None:
        """Hear everything from now on: whoever opens a stream waits for that."""
        async with self._beginning:
            if self._is_running:
                return
            reader = await asyncio.to_thread(NewsReader, self._db, self._stopping)
            args = (reader, asyncio.get_running_loop())
            self._thread = threading.Thread(
                target=self._run, args=args, name="courier", daemon=True
            )
            self._is_running = True
            self._thread.start()

    def stop(self) -> None:
        """Hear nothing more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self, reader: NewsReader, loop: asyncio.AbstractEventLoop) -> None:
        try:
            with closing(reader):
                self._carry(reader, loop)
        except Exception:  # The edge: a database that is away for a while comes back.
            if not loop.is_closed():
                log.exception("the courier lost its way")
                loop.call_soon_threadsafe(self._give_up)

    def _carry(self, reader: NewsReader, loop: asyncio.AbstractEventLoop) -> None:
        beats_at = time.monotonic() + BEAT_SECONDS
        while not self._stopping.is_set():
            reader.wait(LOOK_SECONDS)
            while items := reader.read():
                deliveries = self._write(items)
                loop.call_soon_threadsafe(self._deliver, items, deliveries)
            is_beat = time.monotonic() >= beats_at
            beats_at += BEAT_SECONDS if is_beat else 0
            loop.call_soon_threadsafe(self._tick, is_beat)

    def _write(self, items: Sequence[NewsItem]) -> list[Delivery]:
        audience = self._hub.heard()
        if not audience:
            return []
        with self._db.read_engine.connect() as connection:
            return [x for item in items for x in self._written(connection, item, audience)]

    def _written(
        self, connection: Connection, item: NewsItem, audience: Audience
    ) -> Sequence[Delivery]:
        try:
            return self._editor.deliveries(connection, item, audience)
        except DBAPIError:
            raise
        except Exception:  # The edge: what one post does wrong must not end the streams of all.
            log.exception("news could not be told", kind=item.kind, news=item.seq)
            return ()

    # What follows happens in the event loop.

    def _deliver(self, items: Sequence[NewsItem], deliveries: Sequence[Delivery]) -> None:
        """End what must end first, so that it hears nothing more."""
        for item in items:
            if item.kind == NewsKind.ACCESS and item.about_id is not None:
                self._hub.end_token(item.about_id)
            elif item.kind == NewsKind.MEMBER and item.account_id is not None:
                self._hub.end_account(item.account_id)
        self._hub.hand_out(deliveries)

    def _tick(self, is_beat: bool) -> None:
        self._hub.end_expired(now=self._clock.now())
        if is_beat:
            self._hub.beat()

    def _give_up(self) -> None:
        """Let the apps come back: they begin anew, and look for themselves what they missed."""
        self._is_running = False
        self._hub.end_all(Why.STOPPING)
