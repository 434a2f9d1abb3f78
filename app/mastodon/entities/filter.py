"""Filters. Source: mastodon-api.md 9.3, Filter and its kin."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.filters.kinds import Context, FilterAction
from app.filters.matching import Match
from app.filters.models import Filter, FilterKeyword, FilterStatus
from app.mastodon.values import moment_or_none


def filter_values(
    row: Filter, keywords: Iterable[FilterKeyword], statuses: Iterable[FilterStatus]
) -> dict[str, Any]:
    """Return a filter with all that is in it."""
    head = _head(row.id, row.title, row.places, row.action)
    return {
        **head,
        "expires_at": moment_or_none(row.expires_at),
        "keywords": [keyword_values(keyword) for keyword in keywords],
        "statuses": [filter_status_values(status) for status in statuses],
    }


def keyword_values(row: FilterKeyword) -> dict[str, Any]:
    """Return a keyword of a filter."""
    return {"id": str(row.id), "keyword": row.keyword, "whole_word": row.whole_word}


def filter_status_values(row: FilterStatus) -> dict[str, Any]:
    """Return a post of a filter."""
    return {"id": str(row.id), "status_id": str(row.status_id)}


def result_values(match: Match, status_id: int) -> dict[str, Any]:
    """Return that a post matches a filter, and by what."""
    rule = match.rule
    return {
        "filter": {
            **_head(rule.id, rule.title, rule.contexts, rule.action),
            "expires_at": moment_or_none(rule.expires_at),
        },
        "keyword_matches": list(match.keywords) or None,
        "status_matches": [str(status_id)] if match.by_status else None,
    }


def old_filter_values(row: Filter, keyword: FilterKeyword) -> dict[str, Any]:
    """Return a keyword as the filter that older apps know."""
    return {
        "id": str(keyword.id),
        "phrase": keyword.keyword,
        "context": list(row.places),
        "expires_at": moment_or_none(row.expires_at),
        "irreversible": row.action is FilterAction.HIDE,
        "whole_word": keyword.whole_word,
    }


def _head(id_: int, title: str, places: Sequence[Context], action: FilterAction) -> dict[str, Any]:
    return {
        "id": str(id_),
        "title": title,
        "context": list(places),
        "filter_action": action,
    }
