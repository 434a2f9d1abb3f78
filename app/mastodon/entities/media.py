"""Media attachments. Source: mastodon-api.md 1.12, 9.2."""

from typing import Any

from app.mastodon.urls import Urls
from app.media.queries import Picture

THOUSAND = 1_000


def media_values(picture: Picture, urls: Urls) -> dict[str, Any]:
    """Return the entity of a picture that is ready."""
    has_small = picture.preview_width is not None
    return {
        "id": str(picture.id),
        "type": picture.kind,
        "url": urls.stored(picture.url),
        "preview_url": urls.stored(picture.preview_url if has_small else picture.url),
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(picture),
        "description": picture.description or None,
        "blurhash": picture.blurhash or None,
    }


def _meta(picture: Picture) -> dict[str, Any]:
    small = (picture.preview_width or picture.width, picture.preview_height or picture.height)
    return {
        "original": _size(picture.width, picture.height),
        "small": _size(*small),
        "focus": {"x": picture.focus_x / THOUSAND, "y": picture.focus_y / THOUSAND},
    }


def _size(width: int, height: int) -> dict[str, Any]:
    aspect = round(width / height, 6)
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": aspect}
