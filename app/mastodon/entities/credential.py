"""A member's own account, with what only they are told. Source: mastodon-api.md 9.1."""

from collections.abc import Collection
from typing import Any, Final

import orjson

from app.mastodon.badges import NAMES, badge_values
from app.mastodon.entities.account import verified_at
from app.mastodon.own import OwnAccount
from app.members.offices import Office
from app.members.posting import attribution_domains, taste_in

# Bits of Mastodon's permissions; apps hide what a role does not have.
MANAGE_REPORTS: Final = 16
VIEW_AUDIT: Final = 4
MANAGE_USERS: Final = 1024
INVITE_USERS: Final = 65536
NOBODY: Final[dict[str, Any]] = {"id": "-99", "name": "", "color": ""}
PERMISSIONS: Final = {
    Office.ADMIN: VIEW_AUDIT | MANAGE_USERS,
    Office.MODERATOR: VIEW_AUDIT | MANAGE_REPORTS,
    Office.SECRETARY: MANAGE_USERS,
}


def own_values(own: OwnAccount) -> dict[str, Any]:
    """Return what only the member is told of their account."""
    offices = {Office(office) for office in (own.offices or "").split(",") if office}
    return {"source": _source_values(own), "role": role_values(offices)}


def _source_values(own: OwnAccount) -> dict[str, Any]:
    """Return what the member wrote about themselves, and how they like to post."""
    settings = orjson.loads(own.settings)
    taste = taste_in(settings)
    return {
        "privacy": taste.visibility,
        "sensitive": taste.sensitive,
        "language": taste.language,
        "quote_policy": taste.quotes,
        "note": own.note,
        "fields": [
            {"name": field["name"], "value": field["value"], "verified_at": verified_at(field)}
            for field in orjson.loads(own.fields)
        ],
        "follow_requests_count": own.requests,
        "hide_collections": False,
        "discoverable": bool(own.discoverable),
        "indexable": bool(own.indexable),
        "attribution_domains": list(attribution_domains(settings)),
    }


def role_values(offices: Collection[Office]) -> dict[str, Any]:
    """Return the role that apps know, by the offices that the member holds now."""
    permissions = INVITE_USERS
    for office in offices:
        permissions |= PERMISSIONS.get(office, 0)
    shown = next((badge_values(office) for office in NAMES if office in offices), NOBODY)
    return {
        **shown,
        "permissions": str(permissions),
        "highlighted": shown is not NOBODY,
    }
