"""Hosts that do not answer, left alone for a while, so that waiting for one holds up nobody."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from app.core.records import Record

TRIES: Final = 3
REST_MIN: Final = timedelta(minutes=10)
REST_MAX: Final = timedelta(hours=6)
HOSTS_MAX: Final = 10_000


class _Trouble(Record):
    failures: int
    until: datetime


class Circuits:
    """What this process has learnt about hosts. A host that answers anything at all is there."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, _Trouble] = OrderedDict()
        self._lock = threading.Lock()

    def is_open(self, host: str, *, now: datetime) -> bool:
        """Return whether the host is left alone: it failed TRIES times, and not long ago."""
        trouble = self._hosts.get(host)
        return trouble is not None and trouble.failures >= TRIES and now < trouble.until

    def failed(self, host: str, *, now: datetime) -> None:
        """Note that the host did not answer. After each further failure it rests twice as long."""
        with self._lock:
            known = self._hosts.get(host)
            failures = 1 if known is None else known.failures + 1
            doublings = min(max(failures - TRIES, 0), 16)
            rest = min(REST_MIN * 2**doublings, REST_MAX)
            self._hosts[host] = _Trouble(failures, now + rest)
            self._hosts.move_to_end(host)
            while len(self._hosts) > HOSTS_MAX:
                self._hosts.popitem(last=False)

    def answered(self, host: str) -> None:
        """Note that the host is there."""
        with self._lock:
            self._hosts.pop(host, None)
