"""A member's filters, to take along."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.core.archive import Owner, PackedFile, json_file
from app.core.storage import Storage
from app.filters.models import Filter, FilterKeyword, FilterStatus
from app.filters.queries import filters_of, keywords_of, statuses_of


def pack_filters(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield the filters of the account, with their keywords and posts."""
    mine = filters_of(session, owner.account_id)
    words = keywords_of(session, *(row.id for row in mine))
    posts = statuses_of(session, *(row.id for row in mine))
    values = [
        _values(
            row,
            [w for w in words if w.filter_id == row.id],
            [p for p in posts if p.filter_id == row.id],
        )
        for row in mine
    ]
    yield json_file("filters.json", values)


def _values(row: Filter, words: list[FilterKeyword], posts: list[FilterStatus]) -> dict[str, Any]:
    return {
        "title": row.title,
        "context": list(row.places),
        "filter_action": row.action.value,
        "expires_at": None if row.expires_at is None else row.expires_at.isoformat(),
        "keywords": [{"keyword": w.keyword, "whole_word": w.whole_word} for w in words],
        "posts": [str(post.status_id) for post in posts],
    }
