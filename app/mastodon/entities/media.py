"""Media attachments. Source: mastodon-api.md 1.12, 9.2."""

from typing import Any

from app.mastodon.urls import Urls
from app.media.models import MediaFile
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


def file_values(file: MediaFile, urls: Urls) -> dict[str, Any]:
    """Return the entity of a picture that no post has."""
    picture = Picture(
        id=file.id,
        key=file.key,
        content_type=file.content_type,
        width=file.width,
        height=file.height,
        preview_width=file.preview_width or file.width,
        preview_height=file.preview_height or file.height,
        blurhash=file.blurhash,
        focus_x=file.focus_x,
        focus_y=file.focus_y,
        description=file.description,
    )
    return media_values(picture, urls)


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
