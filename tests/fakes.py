"""Stand-ins for what a test must hold in its hand: the clock, the letters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.kernel import Kernel


class FixedClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the moment at which the clock stands."""
        return self._at

    def advance(self, **step: int) -> datetime:
        """Go on by `step`, as for timedelta; return the new moment."""
        self._at += timedelta(**step)
        return self._at

    def set(self, at: datetime) -> None:
        """Stand at `at`."""
        self._at = at


def clock_of(kernel: Kernel) -> FixedClock:
    """Return the clock of a kernel that a test put together."""
    assert isinstance(kernel.clock, FixedClock)
    return kernel.clock


@dataclass(frozen=True)
class Written:
    """A letter that a test caught."""

    name: str
    to: str
    context: dict[str, Any]


class CaughtLetters:
    """Letters that are kept for the test instead of being owed."""

    def __init__(self) -> None:
        self.written: list[Written] = []

    def owe(
        self,
        session: Session,
        name: str,
        *,
        to: str,
        locale: str | None,
        now: datetime,
        **context: Any,
    ) -> None:
        """Keep the letter."""
        self.written.append(Written(name, to, context))

    def take(self) -> list[tuple[str, str]]:
        """Return name and address of each letter since the last call."""
        taken, self.written = [(w.name, w.to) for w in self.written], []
        return taken
