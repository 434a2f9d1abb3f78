"""Callers whose tokens were looked up a moment ago.

What is known holds until anybody commits anything to the database: which is asked of SQLite for
a microsecond before each use, so that a token that was taken back is refused at once, by every
process. PostgreSQL cannot tell, and is asked for the caller each time.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from app.core.db import data_version
from app.oauth.callers import Caller, caller_of_token

KEPT_MAX: Final = 10_000


class KnownCallers:
    """The callers of this process since the last commit."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._callers: dict[str, Caller] = {}

    def find(self, connection: Connection, token_hash: str, *, now: datetime) -> Caller | None:
        """Return who calls with the token of this hash; None if it is not good."""
        version = data_version(connection)
        if version is None:
            return caller_of_token(connection, token_hash, now=now)
        if version != self._version or len(self._callers) > KEPT_MAX:
            self._callers.clear()
            self._version = version
        caller = self._callers.get(token_hash)
        if caller is None:
            caller = caller_of_token(connection, token_hash, now=now)
            if caller is not None:
                self._callers[token_hash] = caller
        if caller is not None and caller.expires_at is not None and caller.expires_at <= now:
            return None
        return caller
