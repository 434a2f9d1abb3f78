"""From coverage to standing, for any day, past or to come. Pure.

Dues buy coverage and nothing else; whether it was paid, given or waived ends here.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.core.records import Record

GRACE_DAYS_MAX: Final = 366
PROVISIONAL_DAYS: Final = 30


class Source(StrEnum):
    """What a stretch of coverage comes from."""

    PAYMENT = "payment"
    WAIVER = "waiver"
    GIFT = "gift"
    IMPORT = "import"
    HONORARY = "honorary"


class Standing(StrEnum):
    """How a member stands with the dues. It decides over voting and nothing else."""

    PENDING = "pending"
    CURRENT = "current"
    GRACE = "grace"
    LAPSED = "lapsed"
    EXEMPT = "exempt"


MAY_VOTE: Final = frozenset({Standing.CURRENT, Standing.GRACE, Standing.EXEMPT})
_EXEMPTING: Final = frozenset({Source.WAIVER, Source.HONORARY})


class Span(Record):
    """Coverage from a day on until, not including, another; then days of grace."""

    starts_on: date
    ends_on: date
    grace_days: int
    source: Source

    def covers(self, on: date) -> bool:
        """Return whether `on` lies within."""
        return self.starts_on <= on < self.ends_on

    def forgives(self, on: date) -> bool:
        """Return whether `on` lies within the grace after the end."""
        return self.ends_on <= on < self.ends_on + timedelta(days=self.grace_days)


def standing_of(
    coverages: Iterable[Span], *, joined_on: date, provisional_days: int, on: date
) -> Standing:
    """Return the standing on the day `on` (UTC) of who joined on `joined_on`."""
    spans = [span for span in coverages if span.starts_on < span.ends_on]
    covering = {span.source for span in spans if span.covers(on)}
    if covering:
        return Standing.EXEMPT if covering <= _EXEMPTING else Standing.CURRENT
    if any(span.forgives(on) for span in spans):
        return Standing.GRACE
    if on < joined_on + timedelta(days=provisional_days):
        return Standing.PENDING
    return Standing.LAPSED
