"""When a device is told: at once or gathered, and not while its owner sleeps. Pure.

Source: product.md, calm rules (three batches a day did people good, and so does the night).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from app.core.records import Record

THRICE_AT: Final = (time(8), time(13), time(18))
DAILY_AT: Final = (time(18),)
HOURLY_AT: Final = tuple(time(hour) for hour in range(24))
NIGHT: Final = (time(22), time(7))


class Pace(StrEnum):
    """How often the devices of a member are told."""

    LIVE = "live"
    HOURLY = "hourly"
    THRICE = "thrice"
    DAILY = "daily"


GATHERED_AT: Final[dict[Pace, Sequence[time]]] = {
    Pace.HOURLY: HOURLY_AT,
    Pace.THRICE: THRICE_AT,
    Pace.DAILY: DAILY_AT,
}


class Rhythm(Record):
    """How a member wants to be told; the quiet hours are those of their own clock."""

    pace: Pace = Pace.LIVE
    is_quiet: bool = False
    quiet_from: time = NIGHT[0]
    quiet_until: time = NIGHT[1]


def told_at(rhythm: Rhythm, now: datetime, *, zone: tzinfo, is_letter: bool) -> datetime:
    """Return when a device is told of what happens `now`: `now` itself if at once.

    Letters are never gathered, but they do not wake anybody either.
    """
    hours = () if is_letter else GATHERED_AT.get(rhythm.pace, ())
    at = next_of(hours, now, zone=zone) if hours else now
    return _after_quiet(rhythm, at, zone) if rhythm.is_quiet else at


def next_of(hours: Iterable[time], now: datetime, *, zone: tzinfo) -> datetime:
    """Return the first moment after `now` at which a clock in `zone` shows one of the hours."""
    today, shown = now.astimezone(zone).date(), tuple(hours)
    moments = [
        datetime.combine(today + timedelta(days=days), hour, zone).astimezone(UTC)
        for days in (0, 1)
        for hour in shown
    ]
    return min(moment for moment in moments if moment > now)


def _after_quiet(rhythm: Rhythm, at: datetime, zone: tzinfo) -> datetime:
    start, end = rhythm.quiet_from, rhythm.quiet_until
    shown = at.astimezone(zone).time()
    over_midnight = start > end
    is_night = shown >= start or shown < end if over_midnight else start <= shown < end
    return next_of((end,), at, zone=zone) if is_night else at
