"""Moments as the fediverse writes them. Source: federation.md 6.1."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """Return a moment to the second, in UTC: "2026-01-31T12:00:00Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
