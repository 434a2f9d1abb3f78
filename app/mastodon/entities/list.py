"""A list of people. Source: mastodon-api.md 9.2, List."""

from typing import Any

from app.timelines.models import PeopleList


def list_values(row: PeopleList) -> dict[str, Any]:
    """Return a list."""
    return {
        "id": str(row.id),
        "title": row.title,
        "replies_policy": row.replies_policy,
        "exclusive": row.exclusive,
    }
