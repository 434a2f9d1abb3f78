"""What an answer to a delivery means, and when the next attempt is made. Pure.

The waits grow with the fourth power, as Mastodon's do: sixteen attempts in some two and a half
days. Whoever was away over a weekend misses nothing.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from app.core.records import Record
from app.federation.signatures.faults import BadSignature
from app.federation.signatures.windows import read_date

ATTEMPTS_MAX: Final = 16
UNAUTHORIZED_WAIT: Final = timedelta(minutes=5)
UNAUTHORIZED_ATTEMPTS_MAX: Final = 2
RETRY_AFTER_MAX: Final = timedelta(days=1)

FAILURES_BEFORE_PAUSE: Final = 10  # One after another, of one inbox.
PAUSE_MIN: Final = timedelta(minutes=1)
PAUSE_MAX: Final = timedelta(hours=1)
DEAD_AFTER_DAYS: Final = 7

_GONE: Final = frozenset({404, 410})
_LATER: Final = frozenset({408, 425, 429})
_NOT_MADE: Final = 501  # They do not know what was asked, and will not learn it by Friday.


class Verdict(StrEnum):
    """What comes of an attempt."""

    DELIVERED = "delivered"
    LATER = "later"
    UNAUTHORIZED = "unauthorized"  # Every form of signature was refused.
    REFUSED = "refused"
    GONE = "gone"  # Refused, and the actor is to be looked at again.


class Next(Record):
    """What to do: try again at `at`, or never again if that is None."""

    verdict: Verdict
    at: datetime | None = None


def verdict_of(status: int | None) -> Verdict:
    """Return what the answer to a POST means; None: nobody answered.

    No redirect is followed: the inbox is somewhere else, and the actor says where.
    """
    if status is None or status in _LATER:
        return Verdict.LATER
    if 200 <= status < 300:
        return Verdict.DELIVERED
    if status in _GONE or 300 <= status < 400:
        return Verdict.GONE
    if status == 401:
        return Verdict.UNAUTHORIZED
    is_refused = 400 <= status < 500 or status == _NOT_MADE
    return Verdict.REFUSED if is_refused else Verdict.LATER


def next_attempt(
    status: int | None,
    *,
    attempts: int,
    now: datetime,
    dice: Random,
    retry_after: str | None = None,
    is_farewell: bool = False,
) -> Next:
    """Return what follows the given number of attempts, the last answered with `status`.

    `retry_after` is that header of a 429 or 503. `is_farewell`: an account said goodbye, and
    nobody will ever sign for it again, so that a refused signature ends it.
    """
    assert attempts >= 1
    verdict = verdict_of(status)
    if verdict is Verdict.UNAUTHORIZED:
        is_last = is_farewell or attempts >= UNAUTHORIZED_ATTEMPTS_MAX
        return Next(verdict, None if is_last else now + UNAUTHORIZED_WAIT)
    if verdict is not Verdict.LATER or attempts >= ATTEMPTS_MAX:
        return Next(verdict)
    wait = wait_after(attempts, dice=dice)
    if status in (429, 503) and retry_after is not None:
        wait = max(wait, read_retry_after(retry_after, now=now))
    return Next(verdict, now + wait)


def wait_after(attempts: int, *, dice: Random) -> timedelta:
    """Return how long to wait after the given number of attempts."""
    grown: int = attempts**4
    spread = dice.randint(0, grown // 2) + dice.randint(0, 9) * (attempts + 1)
    return timedelta(seconds=grown + 15 + spread)


def read_retry_after(text: str, *, now: datetime) -> timedelta:
    """Return how long a `Retry-After` asks to wait, a day at most; nothing if it says nothing.

    Source: RFC 9110 10.2.3.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), RETRY_AFTER_MAX)
    try:
        wait = read_date(text) - now
    except BadSignature:
        return timedelta()
    return max(timedelta(), min(wait, RETRY_AFTER_MAX))


def pause_after(failures: int) -> timedelta | None:
    """Return how long an inbox is left in peace after so many failures in a row; None: not yet."""
    if failures < FAILURES_BEFORE_PAUSE:
        return None
    doublings: int = 2 ** min(failures - FAILURES_BEFORE_PAUSE, 10)
    return min(PAUSE_MIN * doublings, PAUSE_MAX)


def is_dead(failed_on: Collection[date]) -> bool:
    """Return whether a site is away for good: it failed on so many days, and answered on none.

    The days are those since its last success; anything that it sends us brings it back.
    """
    return len(set(failed_on)) >= DEAD_AFTER_DAYS
