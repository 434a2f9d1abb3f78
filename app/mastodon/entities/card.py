"""Cards of links. Source: mastodon-api.md 9.2, PreviewCard.

Of the kinds that Mastodon knows we only make "link": nothing of the other site is embedded.
"""

from typing import Any

from app.http.urls import Urls
from app.mastodon.values import moment_or_none
from app.media.remote.addresses import Variant
from app.statuses.cards.queries import CardView


def card_values(card: CardView, urls: Urls) -> dict[str, Any]:
    """Return a card; its picture is shown from here."""
    image = None if card.image_url is None else urls.remote(card.image_url, Variant.PICTURE)
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": card.language,
        "type": "link",
        "authors": _authors(card),
        "author_name": card.author_name,
        "author_url": card.author_url,
        "provider_name": card.site_name or card.host,
        "provider_url": f"https://{card.host}/",
        "html": "",
        "width": card.image_width or 0,
        "height": card.image_height or 0,
        "image": image,
        "image_description": card.image_description,
        "embed_url": "",
        "blurhash": card.blurhash,
        "published_at": moment_or_none(card.published_at),
    }


def _authors(card: CardView) -> list[dict[str, Any]]:
    if not card.author_name and not card.author_url:
        return []
    # Whether it is somebody with an account, only they could say.
    return [{"name": card.author_name, "url": card.author_url, "account": None}]
