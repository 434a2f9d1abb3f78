"""What officers tell all members. Source: mastodon-api.md 9.4, Announcement, Reaction."""

from typing import Any

from app.emojis.book import EmojiBook
from app.http.urls import Urls
from app.instance.announcements import Reaction, Told
from app.mastodon.entities.emoji import used_values
from app.mastodon.values import moment, moment_or_none


def announcement_values(told: Told, urls: Urls, book: EmojiBook) -> dict[str, Any]:
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
        "emojis": used_values(book, urls, row.text),
        "reactions": [
            reaction_values(one, urls, book) | {"me": one.is_mine} for one in told.reactions
        ],
    }


def reaction_values(one: Reaction, urls: Urls, book: EmojiBook) -> dict[str, Any]:
    """Return an emoji under an announcement, as all members see it."""
    values: dict[str, Any] = {"name": one.name, "count": one.count}
    if (emoji := book.by_code.get(one.name)) is not None:
        values |= {"url": urls.stored(emoji.path), "static_url": urls.stored(emoji.still_path)}
    return values
