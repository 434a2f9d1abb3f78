"""What this package tells others."""

from datetime import datetime

from app.core.records import Record
from app.core.words import Words


class StatusPublished(Record):
    """A post is new; its mentions and its tags are stored."""

    status_id: int
    account_id: int
    at: datetime


class StatusEdited(Record):
    """A post reads differently from now on; `newly_mentioned` were not named in it before."""

    status_id: int
    account_id: int
    newly_mentioned: tuple[int, ...]
    at: datetime


class PollEnded(Record):
    """Nobody can vote in a poll of `account_id` any more; `voters` did, by account."""

    poll_id: int
    status_id: int
    account_id: int
    voters: tuple[int, ...]
    at: datetime


class ScheduledStatusFailed(Record):
    """A post could not be published when its moment came; it is a draft now."""

    account_id: int
    draft_id: int
    because: Words
    at: datetime


class StatusDeleted(Record):
    """A post is gone, and every boost of it; `liked_by` had said that they like it."""

    status_id: int
    account_id: int
    liked_by: tuple[int, ...]
    at: datetime


class StatusBoosted(Record):
    """`account_id` showed the original to their followers; `status_id` is the boost."""

    status_id: int
    account_id: int
    original_id: int
    author_id: int
    at: datetime


class StatusUnboosted(Record):
    """A boost was taken back."""

    status_id: int
    account_id: int
    original_id: int
    author_id: int
    at: datetime


class StatusFavourited(Record):
    """Somebody likes a post."""

    status_id: int
    account_id: int
    author_id: int
    favourite_id: int
    at: datetime


class StatusUnfavourited(Record):
    """Somebody does not say any more that they like a post."""

    status_id: int
    account_id: int
    author_id: int
    favourite_id: int
    at: datetime


class StatusQuoted(Record):
    """A post of another site shows one of ours from now on, as its author lets it."""

    status_id: int
    account_id: int
    quoted_id: int
    author_id: int
    at: datetime


class StatusPinned(Record):
    """A post stands on top of its author's page from now on."""

    status_id: int
    account_id: int
    at: datetime


class StatusUnpinned(Record):
    """A post stands on top of its author's page no longer."""

    status_id: int
    account_id: int
    at: datetime


class VoteCast(Record):
    """Somebody voted in the poll of a post: for these answers, by position, and their words."""

    status_id: int
    account_id: int
    author_id: int
    choices: tuple[tuple[int, str], ...]
    at: datetime
