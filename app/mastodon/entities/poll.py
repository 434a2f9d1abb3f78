"""Polls as they stand for one reader. Source: mastodon-api.md 1.11, 9.2."""

from datetime import datetime
from typing import Any

from app.emojis.book import EmojiBook
from app.http.urls import Urls
from app.mastodon.entities.emoji import used_values
from app.mastodon.values import moment_or_none
from app.statuses.polls.queries import PollView


def poll_values(
    poll: PollView, urls: Urls, book: EmojiBook, *, now: datetime, is_member: bool
) -> dict[str, Any]:
    """Return the poll; who voted for what is told to nobody, one's own vote to oneself."""
    hides = poll.hides_totals(now)
    values: dict[str, Any] = {
        "id": str(poll.id),
        "expires_at": moment_or_none(poll.expires_at),
        "expired": poll.has_ended(now),
        "multiple": poll.multiple,
        "votes_count": 0 if hides else poll.votes_count,
        "voters_count": 0 if hides else poll.voters_count,
        "options": [
            {"title": option.title, "votes_count": None if hides else option.votes}
            for option in poll.options
        ],
        "emojis": used_values(book, urls, *(option.title for option in poll.options)),
    }
    if is_member:
        values |= {"voted": bool(poll.own_votes), "own_votes": list(poll.own_votes)}
    return values
