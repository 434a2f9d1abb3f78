"""What officers tell all members. Source: mastodon-api.md 9.4, Announcement, Reaction."""

from typing import Any

from app.instance.announcements import Told
from app.mastodon.urls import Urls
from app.mastodon.values import moment, moment_or_none


def announcement_values(told: Told, urls: Urls) -> dict[str, Any]:
    """Return an announcement as one member stands to it."""
    row = told.announcement
    return {
        "id": str(row.id),
        "content": urls.absolute(row.html),
        "starts_at": None,
        "ends_at": moment_or_none(row.ends_at),
        "all_day": False,
        "published_at": moment(row.published_at),
        "updated_at": moment(row.updated_at),
        "read": told.is_seen,
        "mentions": [],
        "statuses": [],
        "tags": [],
        "emojis": [],
        "reactions": [
            {"name": one.name, "count": one.count, "me": one.is_mine} for one in told.reactions
        ],
    }
