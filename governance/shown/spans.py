"""How long something has lasted and will last, in words and as a bar. Pure."""

from datetime import datetime, timedelta
from typing import Final

from app.core.records import Record
from app.core.words import Words, say
from governance.wording import number

DAYS_AS_DAYS: Final = 13
DAYS_AS_WEEKS: Final = 60
HALF_MONTHS_AS_MONTHS: Final = 47
DAYS_IN_400_YEARS: Final = 146_097
HALF_MONTHS_IN_400_YEARS: Final = 9_600


def length(span: timedelta) -> Words:
    """Return a length of time as people say it: "six and a half months"."""
    days = _rounded(span // timedelta(minutes=1), 24 * 60)
    if days <= 1:
        return say("one day") if days else say("less than a day")
    if days <= DAYS_AS_DAYS:
        return say("{count} days", count=number(days))
    if days <= DAYS_AS_WEEKS:
        return say("{count} weeks", count=number(_rounded(days, 7)))
    halves = _rounded(days * HALF_MONTHS_IN_400_YEARS, DAYS_IN_400_YEARS)
    if halves > HALF_MONTHS_AS_MONTHS:
        return say("{count} years", count=number(_rounded(halves, 24)))
    if halves % 2:
        return say("{count} and a half months", count=number(halves // 2))
    return say("{count} months", count=number(halves // 2))


def left(ends_at: datetime, *, now: datetime) -> Words:
    """Return how much time is left: "seven days left", or "five hours left" near the end."""
    span = ends_at - now
    if span >= timedelta(days=2):
        return say("{count} days left", count=number(span // timedelta(days=1)))
    hours = max(span // timedelta(hours=1), 0)
    if hours > 1:
        return say("{count} hours left", count=number(hours))
    return say("one hour left") if hours else say("less than an hour left")


class Bar(Record):
    """How much of a stretch of time is over, in hours: for a progress bar."""

    part: int
    of: int


def bar(starts_at: datetime, ends_at: datetime, *, now: datetime) -> Bar:
    """Return the part of the time from `starts_at` to `ends_at` that is over at `now`."""
    hour = timedelta(hours=1)
    of = max((ends_at - starts_at) // hour, 1)
    return Bar(min(max((now - starts_at) // hour, 0), of), of)


def served(starts_at: datetime, ends_at: datetime, *, now: datetime) -> Words:
    """Return how much of a mandate is over and how much is left, in one sentence."""
    if now < starts_at:
        return say("Begins in {span}.", span=length(starts_at - now))
    if now >= ends_at:
        return say("It is over.")
    gone, to_come = length(now - starts_at), length(ends_at - now)
    return say("{gone} served, {to_come} left", gone=gone, to_come=to_come)


def _rounded(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)
