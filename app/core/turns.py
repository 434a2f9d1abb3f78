"""A pool whose one connection threads get in the order in which they asked for it."""

import threading
from collections import deque
from typing import Any

from sqlalchemy import QueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry


class TurnPool(QueuePool):
    """One connection, first come, first served.

    A plain pool lets the thread that gives the connection back take it again before those who
    wait have woken up: with sixteen writers, one waited until it gave up.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False

    def _do_get(self) -> ConnectionPoolEntry:
        self._take_turn()
        try:
            return super()._do_get()
        except BaseException:
            self._end_turn()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry, /) -> None:
        super()._do_return_conn(record)
        self._end_turn()

    def _take_turn(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(self.timeout()):
            return
        with self._lock:
            if mine.is_set():
                return  # The turn came in the very moment of giving up.
            self._waiting.remove(mine)
        raise PoolTimeout(f"The database was busy for {self.timeout()} seconds.")

    def _end_turn(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
