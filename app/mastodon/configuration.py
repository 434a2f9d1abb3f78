"""The limits of this site as apps read them, taken from where each limit is kept.

Source: mastodon-api.md 9.4.
"""

from typing import Any, Final

from app.accounts.profile import FIELD_MAX, FIELDS_MAX, NAME_MAX, NOTE_MAX
from app.core.kernel import Kernel
from app.core.pushkey import public_push_key
from app.media.kinds import BYTES_MAX, SENT_TYPES, MediaKind
from app.media.limits import FILM_BYTES_MAX, FILM_PIXELS_MAX, FRAME_RATE_MAX
from app.media.models import DESCRIPTION_MAX
from app.statuses.writing import CHARACTERS_MAX, PICTURES_MAX
from app.text.count import URL_LENGTH

PIXELS_MAX: Final = 33_177_600
FEATURED_TAGS_MAX: Final = 10
PINS_MAX: Final = 5
FEED: Final = {"local": "public", "remote": "public"}
MIME_TYPES: Final = ("text/plain", "text/markdown")


def streaming_url(kernel: Kernel) -> str:
    """Return where streams are, by the scheme and port that people really use."""
    scheme = "wss" if kernel.settings.is_https else "ws"
    return f"{scheme}://{kernel.settings.host}"


def shared_configuration() -> dict[str, Any]:
    """Return what both versions of the instance document say."""
    return {
        "accounts": {
            "max_featured_tags": FEATURED_TAGS_MAX,
            "max_pinned_statuses": PINS_MAX,
            "max_profile_fields": FIELDS_MAX,
            "profile_field_name_limit": FIELD_MAX,
            "profile_field_value_limit": FIELD_MAX,
            "max_display_name_length": NAME_MAX,
            "max_note_length": NOTE_MAX,
        },
        "statuses": {
            "max_characters": CHARACTERS_MAX,
            "max_media_attachments": PICTURES_MAX,
            "characters_reserved_per_url": URL_LENGTH,
            "supported_mime_types": MIME_TYPES,
        },
        "media_attachments": {
            "supported_mime_types": SENT_TYPES,
            "description_limit": DESCRIPTION_MAX,
            "image_size_limit": BYTES_MAX[MediaKind.PICTURE],
            "image_matrix_limit": PIXELS_MAX,
            "video_size_limit": FILM_BYTES_MAX,
            "video_frame_rate_limit": FRAME_RATE_MAX,
            "video_matrix_limit": FILM_PIXELS_MAX,
        },
        "polls": {
            "max_options": 8,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
    }


def configuration(kernel: Kernel) -> dict[str, Any]:
    """Return what the second version of the document says."""
    base = kernel.settings.base_url
    urls = {
        "streaming": streaming_url(kernel),
        "status": None,
        "about": f"{base}/about",
        "privacy_policy": f"{base}/privacy",
        "terms_of_service": f"{base}/terms",
    }
    feeds = ("live_feeds", "hashtag_feeds", "trending_link_feeds")
    return shared_configuration() | {
        "urls": urls,
        "vapid": {"public_key": public_push_key(kernel.keyring)},
        "translation": {"enabled": False},
        "timelines_access": dict.fromkeys(feeds, FEED),
        "limited_federation": False,
    }
