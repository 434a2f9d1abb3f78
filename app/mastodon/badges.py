"""The offices that people hold, as apps show them beside a name. Source: mastodon-api.md 9.1.

A mandate ends by the clock and not by a change of the account, so badges are not part of what is
rendered once. They are read again after a moment: a badge gives no power.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.members.offices import Office
from app.members.queries import officers_at

READ_AGAIN_AFTER: Final = timedelta(seconds=15)
NO_BADGES: Final = b"[]"
Badges: TypeAlias = tuple[int, Mapping[int, bytes]]  # Their version, and by account, as JSON.
NAMES: Final = {
    Office.ADMIN: "Admin",
    Office.MODERATOR: "Moderator",
    Office.SECRETARY: "Secretary",
    Office.TREASURER: "Treasurer",
    Office.FACILITATOR: "Facilitator",
}


def badge_id(office: Office) -> str:
    """Return the number by which apps know an office."""
    return str(list(NAMES).index(office) + 1)


def badge_values(office: Office) -> dict[str, Any]:
    """Return an office as an app shows it."""
    return {"id": badge_id(office), "name": NAMES[office], "color": ""}


class KeptBadges:
    """The badges of everybody in office, by account; the others have none."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: datetime | None = None
        self._kept: Badges = (0, {})

    def read(self, connection: Connection) -> Badges:
        """Return the badges, in at most one statement."""
        now = self._clock.now()
        if self._read_at is not None and timedelta(0) <= now - self._read_at < READ_AGAIN_AFTER:
            return self._kept
        badges = _read(connection, now)
        with self._lock:
            version, known = self._kept
            if badges != known:
                self._kept = version + 1, badges
            self._read_at = now
            return self._kept


def _read(connection: Connection, now: datetime) -> Mapping[int, bytes]:
    held: dict[int, dict[Office, None]] = defaultdict(dict)
    for officer in officers_at(Session(connection), at=now):
        held[officer.account.id].setdefault(officer.office)
    return {id_: orjson.dumps([badge_values(o) for o in theirs]) for id_, theirs in held.items()}
