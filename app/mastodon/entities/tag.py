"""Tags. Source: mastodon-api.md 9.1, FeaturedTag; 9.2, Tag. Nobody counts who uses them."""

from typing import Any

from app.http.urls import Urls
from app.mastodon.values import day_or_none
from app.statuses.featured import Featured


def tag_values(
    tag_id: int | None,
    name: str,
    urls: Urls,
    *,
    following: bool | None = None,
    featuring: bool | None = None,
) -> dict[str, Any]:
    """Return a tag; how a member stands to it, if one asks."""
    own = {"following": following, "featuring": featuring}
    return {
        "id": str(tag_id or 0),
        "name": name,
        "url": urls.tag(name),
        "history": [],
        **{key: value for key, value in own.items() if value is not None},
    }


def featured_values(shown: Featured, urls: Urls, *, handle: str) -> dict[str, Any]:
    """Return a tag on somebody's page."""
    return {
        "id": str(shown.id),
        "name": shown.name,
        "url": f"{urls.profile(handle)}/tagged/{shown.name}",
        "statuses_count": str(shown.uses),
        "last_status_at": day_or_none(shown.last_on),
    }
