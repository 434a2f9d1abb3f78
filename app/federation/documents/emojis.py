"""The co-op's emoji as other sites read them. Source: federation.md 6.1."""

from typing import Any

from app.emojis.book import Emoji
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.documents.moments import moment
from app.http.urls import Urls


def emoji_tag(emoji: Emoji, urls: Urls) -> dict[str, Any]:
    """Return an emoji to stand among the tags of a document."""
    return {
        "id": urls.emoji(emoji.id),
        "type": "Emoji",
        "name": f":{emoji.shortcode}:",
        "updated": moment(emoji.updated_at),
        "icon": {
            "type": "Image",
            "mediaType": emoji.content_type,
            "url": urls.stored(emoji.path),
        },
    }


def emoji_document(emoji: Emoji, urls: Urls) -> dict[str, Any]:
    """Return the document of an emoji."""
    return {"@context": STATUS_CONTEXT, **emoji_tag(emoji, urls)}
