"""How a member stands to accounts. Source: mastodon-api.md 9.1, Relationship."""

from typing import Any

from app.mastodon.values import moment_or_none
from app.relationships.queries import Between


def relationship_values(account_id: int, between: Between) -> dict[str, Any]:
    """Return how the member stands to the account."""
    return {
        "id": str(account_id),
        "following": between.follows,
        "showing_reblogs": between.follows and between.shows_boosts,
        "notifying": between.notifies,
        "languages": None,
        "followed_by": between.followed_by,
        "blocking": between.blocks,
        "blocked_by": between.blocked_by,
        "muting": between.mutes,
        "muting_notifications": between.mutes_notices,
        "muting_expires_at": moment_or_none(between.muted_until),
        "requested": between.requested,
        "requested_by": between.asked_by,
        "domain_blocking": between.avoids_site,
        "endorsed": between.endorses,
        "note": between.note,
    }
