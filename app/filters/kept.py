"""Filters kept ready in memory, by the version that comes with each page of posts."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from app.filters.matching import Matcher, Rule, matcher
from app.filters.queries import rules_of

ACCOUNTS_MAX: Final = 1_000


class KeptFilters:
    """The filters of those who read at present; who has none costs no statement."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Sequence[Rule]]] = OrderedDict()
        self._lock = threading.Lock()

    def matcher(
        self, connection: Connection, account_id: int, *, rev: int, now: datetime
    ) -> Matcher:
        """Return the account's filters of the version `rev`; 0 stands for none."""
        if rev == 0:
            return Matcher(account_id)
        known = self._kept.get(account_id)
        if known is None or known[0] != rev:
            known = rev, rules_of(connection, account_id)
            self._keep(account_id, known)
        return matcher(account_id, known[1], now=now)

    def _keep(self, account_id: int, known: tuple[int, Sequence[Rule]]) -> None:
        with self._lock:
            self._kept[account_id] = known
            self._kept.move_to_end(account_id)
            if len(self._kept) > ACCOUNTS_MAX:
                self._kept.popitem(last=False)
