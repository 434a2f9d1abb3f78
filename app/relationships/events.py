"""What this package tells others."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FollowRequested:
    """Somebody asked to follow an account that accepts followers one by one."""

    follower_id: int
    followee_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowBegan:
    """Somebody follows somebody from now on; `asked` if the followed person agreed to it."""

    follower_id: int
    followee_id: int
    asked: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowEnded:
    """A follow, or the request for one, is gone: taken back, refused or removed."""

    follower_id: int
    followee_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountBlocked:
    """Somebody blocked somebody; follows both ways have ended."""

    account_id: int
    target_id: int
    at: datetime
