"""Which link of a post gets a card, and how often its page is asked: pure.

To ask for a page tells its owner that somebody links to it, and from where. So only posts that
everybody may read are looked at, and only once for all who link to the same page.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urldefrag, urlsplit

from app.statuses.visibility import Visibility

READ_BY_ALL: Final = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
FRESH_FOR: Final = timedelta(days=14)
RESTS_FOR: Final = timedelta(days=1)  # After a page that could not be had.
KEPT_FOR: Final = timedelta(days=180)
JITTER_SECONDS: Final = 60


def link_of(urls: Sequence[str], visibility: Visibility, *, has_media: bool) -> str | None:
    """Return the link whose card a post shows: its first one over TLS, without its fragment.

    None for posts that are not for everybody, and for those with pictures of their own.
    """
    if visibility not in READ_BY_ALL or has_media:
        return None
    return next((urldefrag(url).url for url in urls if urlsplit(url).scheme == "https"), None)


def is_due(asked_at: datetime | None, failed_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a page is to be asked (again) because somebody links to it now."""
    if asked_at is None:
        return True
    if failed_at is not None and failed_at >= asked_at:
        return now >= failed_at + RESTS_FOR
    return now >= asked_at + FRESH_FOR
