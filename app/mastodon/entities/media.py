"""Media attachments. Source: mastodon-api.md 1.12, 9.2."""

from fractions import Fraction
from typing import Any

from app.http.urls import Urls
from app.media.kinds import Form
from app.media.models import MediaFile
from app.media.queries import Picture, picture_of
from app.media.remote.addresses import Variant

THOUSAND = 1_000
CODECS = {Form.VIDEO: "aac (LC)", Form.AUDIO: "mp3"}
CHANNELS = {1: "mono", 2: "stereo"}


def media_values(picture: Picture, urls: Urls) -> dict[str, Any]:
    """Return the entity of a picture, film or sound; `url` is null while it is prepared."""
    url, preview = _addresses(picture, urls)
    return {
        "id": str(picture.id),
        "type": picture.form,
        "url": url,
        "preview_url": preview,
        "remote_url": picture.remote_url,
        "preview_remote_url": picture.remote_preview_url,
        "text_url": None,
        "meta": _meta(picture),
        "description": picture.description or None,
        "blurhash": picture.blurhash,
    }


def _addresses(picture: Picture, urls: Urls) -> tuple[str | None, str | None]:
    """Return where a file is shown, and its smaller picture; films of elsewhere play there."""
    if picture.remote_url is None:
        stored, small = picture.url, picture.preview_url
        return (
            None if stored is None else urls.stored(stored),
            None if small is None else urls.stored(small),
        )
    is_image = picture.form is Form.IMAGE
    small = picture.remote_preview_url or (picture.remote_url if is_image else None)
    whole = urls.remote(picture.remote_url, Variant.PICTURE) if is_image else picture.remote_url
    return whole, None if small is None else urls.remote(small, Variant.SMALL)


def file_values(file: MediaFile, urls: Urls) -> dict[str, Any]:
    """Return the entity of a file that no post has."""
    return media_values(picture_of(file), urls)


def _meta(picture: Picture) -> dict[str, Any]:
    size = _size(picture.width, picture.height)
    meta: dict[str, Any] = (
        {"original": size | _timing(picture)} if size or picture.bit_rate else {}
    )
    if picture.form is not Form.AUDIO:
        small = (picture.preview_width or picture.width, picture.preview_height or picture.height)
        meta |= {"small": _size(*small), "focus": _focus(picture)}
    elif picture.preview_width:
        meta |= {"small": _size(picture.preview_width, picture.preview_height)}
    if picture.duration_ms is not None:
        meta |= _playing(picture, size)
    return meta


def _focus(picture: Picture) -> dict[str, Any]:
    return {"x": picture.focus_x / THOUSAND, "y": picture.focus_y / THOUSAND}


def _size(width: int | None, height: int | None) -> dict[str, Any]:
    if not width or not height:
        return {}
    aspect = round(width / height, 6)
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": aspect}


def _timing(picture: Picture) -> dict[str, Any]:
    """Return what stands beside the size of a film, or in its place in a sound."""
    if picture.duration_ms is None:
        return {}
    rate = {} if picture.frame_rate is None else {"frame_rate": picture.frame_rate}
    seconds = picture.duration_ms / THOUSAND
    return rate | {"duration": seconds, "bitrate": picture.bit_rate}


def _playing(picture: Picture, size: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of a film or a sound as a whole."""
    assert picture.duration_ms is not None
    values: dict[str, Any] = {"length": _clock(picture.duration_ms)}
    values |= {"duration": picture.duration_ms / THOUSAND} | size
    if picture.frame_rate is not None:
        values["fps"] = round(Fraction(picture.frame_rate))
    if picture.channels is not None:
        values["audio_encode"] = CODECS[picture.form]
        values["audio_bitrate"] = f"{picture.sample_rate} Hz"
        values["audio_channels"] = CHANNELS[picture.channels]
    return values


def _clock(milliseconds: int) -> str:
    """Return a length as apps are told it: "0:01:28.65"."""
    minutes, rest = divmod(milliseconds // 10, 6_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest // 100:02}.{rest % 100:02}"
