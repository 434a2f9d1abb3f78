"""What this package tells others."""

from dataclasses import dataclass
from datetime import datetime

from app.core.words import Words


@dataclass(frozen=True, slots=True)
class StatusPublished:
    """A post is new; its mentions and its tags are stored."""

    status_id: int
    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusEdited:
    """A post reads differently from now on; `newly_mentioned` were not named in it before."""

    status_id: int
    account_id: int
    newly_mentioned: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PollEnded:
    """Nobody can vote in a poll of `account_id` any more; `voters` did, by account."""

    poll_id: int
    status_id: int
    account_id: int
    voters: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ScheduledStatusFailed:
    """A post could not be published when its moment came; it is a draft now."""

    account_id: int
    draft_id: int
    because: Words
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusDeleted:
    """A post is gone, and every boost of it; `liked_by` had said that they like it."""

    status_id: int
    account_id: int
    liked_by: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusBoosted:
    """`account_id` showed the original to their followers; `status_id` is the boost."""

    status_id: int
    account_id: int
    original_id: int
    author_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusUnboosted:
    """A boost was taken back."""

    status_id: int
    account_id: int
    original_id: int
    author_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusFavourited:
    """Somebody likes a post."""

    status_id: int
    account_id: int
    author_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusUnfavourited:
    """Somebody does not say any more that they like a post."""

    status_id: int
    account_id: int
    author_id: int
    at: datetime
