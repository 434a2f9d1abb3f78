"""Texts that are dear to make, kept while there is room."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=str)

SHARE_MAX = 8  # A text larger than this part of the room is not kept: it would drive out many.


class TextCache(Generic[T]):
    """Texts by key. The key says all that the text depends on, so nothing kept is ever stale.

    `room` bounds the characters of keys (written out) and texts together; what was used longest
    ago goes first.
    """

    def __init__(self, *, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the text of `key`, made now if it is not kept. Two threads may make it twice."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found[0]
        text = make()
        self._keep(key, text, len(str(key)) + len(text))
        return text

    def _keep(self, key: Hashable, text: T, size: int) -> None:
        if size * SHARE_MAX > self._room:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = text, size
                self._used += size
            while self._used > self._room:
                _, (_, freed) = self._kept.popitem(last=False)
                self._used -= freed
