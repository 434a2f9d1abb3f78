"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class FollowRequested(Record):
    """Somebody asked to follow an account that accepts followers one by one, or is elsewhere."""

    follower_id: int
    followee_id: int
    follow_id: int
    at: datetime


class FollowBegan(Record):
    """Somebody follows somebody from now on; `asked` if the followed person agreed to it."""

    follower_id: int
    followee_id: int
    follow_id: int
    asked: bool
    at: datetime


class FollowEnded(Record):
    """A follow, or the request for one, is gone: taken back, refused or removed.

    `uri` is the id that a follow from another site had there.
    """

    follower_id: int
    followee_id: int
    follow_id: int
    uri: str | None
    by_follower: bool
    at: datetime


class AccountBlocked(Record):
    """Somebody blocked somebody; follows both ways have ended."""

    account_id: int
    target_id: int
    block_id: int
    at: datetime


class AccountUnblocked(Record):
    """A block is over; the follows that it ended do not come back."""

    account_id: int
    target_id: int
    block_id: int
    at: datetime


class FollowDeclined(Record):
    """Somebody of another site may not follow an account here; `uri` is the id of their Follow."""

    follower_id: int
    followee_id: int
    uri: str
    at: datetime
