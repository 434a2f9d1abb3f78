"""Stand-ins for what a test must hold in its hand: the clock."""

from datetime import datetime, timedelta


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
