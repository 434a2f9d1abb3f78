"""When a signature is fresh."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from app.federation.signatures.faults import BadSignature, Fault

SKEW: Final = timedelta(hours=1)  # How far clocks may disagree, either way.
LIFE: Final = timedelta(minutes=5)  # Of a signature that does not say when it ends.
LIFE_MAX: Final = timedelta(hours=12)  # Whatever it says.
_SECONDS_MAX: Final = 1 << 37  # Some four thousand years: no date lies beyond.


def check_fresh(made_at: datetime, expires_at: datetime | None, *, now: datetime) -> None:
    """Check that a signature is neither from the future nor over. Raises: BadSignature."""
    ends_at = made_at + LIFE if expires_at is None else min(expires_at, made_at + LIFE_MAX)
    if ends_at < made_at or made_at - now > SKEW or now - ends_at > SKEW:
        raise BadSignature(Fault.TIME)


def read_date(text: str | None) -> datetime:
    """Return the time that a `Date` header names. Raises: BadSignature."""
    try:
        found = parsedate_to_datetime(text or "")
        # "-0000" is read without a zone, and means UTC.
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSignature(Fault.TIME) from None


def read_seconds(seconds: int) -> datetime:
    """Return the time that lies `seconds` after 1970 began. Raises: BadSignature."""
    if not 0 <= seconds < _SECONDS_MAX:
        raise BadSignature(Fault.TIME)
    return datetime.fromtimestamp(seconds, UTC)


def write_date(now: datetime) -> str:
    """Return the value of a `Date` header."""
    return format_datetime(now.astimezone(UTC), usegmt=True)
