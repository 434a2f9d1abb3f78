"""The co-op's own emoji. Source: mastodon-api.md 9.2, CustomEmoji."""

from collections.abc import Sequence
from typing import Any

from app.emojis.book import Emoji, EmojiBook
from app.http.urls import Urls


def emoji_values(emoji: Emoji, urls: Urls) -> dict[str, Any]:
    """Return an emoji; its name stands between colons in the text around."""
    return {
        "shortcode": emoji.shortcode,
        "url": urls.stored(emoji.path),
        "static_url": urls.stored(emoji.still_path),
        "visible_in_picker": emoji.visible,
        "category": emoji.category,
    }


def used_values(book: EmojiBook, urls: Urls, *texts: str) -> Sequence[dict[str, Any]]:
    """Return the emoji that the texts hold."""
    return [emoji_values(emoji, urls) for emoji in book.used_in(*texts)]
