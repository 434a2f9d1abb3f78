"""Group commit: what several callers bring at one time is written in one transaction.

While one commits, others gather; so nobody waits for more than two commits, and a disk that is
slow to confirm makes the groups larger instead of the queue longer. Source: performance.md A3.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeAlias, TypeVar

from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")
Keep: TypeAlias = Callable[[Session, Sequence[T]], None]

AT_ONCE: Final = 64


class Gathering(Generic[T]):
    """Writes things by `keep`, up to `at_once` in a transaction, in the order in which they came.

    Its thread lives only while there is something to write.
    """

    def __init__(
        self, sessions: sessionmaker[Session], keep: Keep[T], *, at_once: int = AT_ONCE
    ) -> None:
        self._sessions = sessions
        self._keep = keep
        self._at_once = at_once
        self._lock = threading.Lock()
        self._waiting: list[tuple[T, Future[None]]] = []
        self._is_working = False

    def bring(self, thing: T) -> "Future[None]":
        """Return what is done once the thing is committed, or has the error that kept it out."""
        done: Future[None] = Future()
        with self._lock:
            self._waiting.append((thing, done))
            if not self._is_working:
                self._is_working = True
                threading.Thread(target=self._work, name="gathering", daemon=True).start()
        return done

    def _work(self) -> None:
        while True:
            with self._lock:
                group = self._waiting[: self._at_once]
                del self._waiting[: self._at_once]
                if not group:
                    self._is_working = False
                    return
            # Who has gone away meanwhile was told nothing, and nothing is kept of them.
            self._write([each for each in group if each[1].set_running_or_notify_cancel()])

    def _write(self, group: Sequence[tuple[T, "Future[None]"]]) -> None:
        if not group:
            return
        try:
            with self._sessions.begin() as session:
                self._keep(session, [thing for thing, _ in group])
        except Exception as error:  # The edge: whoever brought it is told.
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for each in group:  # One that cannot be kept takes no other with it.
                self._write([each])
        else:
            for _, done in group:
                done.set_result(None)
