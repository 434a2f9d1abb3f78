"""Whose notices a person wants at once, whose they look at when they like, and whose never. Pure.

Source: mastodon-api.md 9.3, notification policy definitions.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.notifications.kinds import NoticeKind

NEW_FOR: Final = timedelta(days=30)
FOLLOWER_AFTER: Final = timedelta(days=3)
# What strangers can cause. The end of a poll, an agreed request and what the co-op says pass.
JUDGED: Final = frozenset(
    {
        NoticeKind.MENTION,
        NoticeKind.ANSWER,
        NoticeKind.QUOTE,
        NoticeKind.BOOST,
        NoticeKind.FAVOURITE,
        NoticeKind.FOLLOW,
        NoticeKind.FOLLOW_REQUEST,
    }
)


class Stance(StrEnum):
    """What becomes of a notice: told, held until its reader looks for it, or never written."""

    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


class Policy(Record):
    """What somebody wants to be told of whom. The names are those of the client API."""

    for_not_following: Stance = Stance.ACCEPT
    for_not_followers: Stance = Stance.ACCEPT
    for_new_accounts: Stance = Stance.ACCEPT
    for_private_mentions: Stance = Stance.ACCEPT
    for_limited_accounts: Stance = Stance.FILTER


class Sender(Record):
    """How the person who causes a notice stands to its reader."""

    is_followed: bool = False
    follower_since: datetime | None = None
    created_at: datetime | None = None
    is_limited: bool = False
    is_staff: bool = False
    is_accepted: bool = False  # Their held notices were let through before.
    writes_privately: bool = False
    answers_reader: bool = False


def judge(policy: Policy, sender: Sender, kind: NoticeKind, *, now: datetime) -> Stance:
    """Return what becomes of a notice; of several reasons, the strictest counts."""
    if kind not in JUDGED or sender.is_staff or sender.is_accepted:
        return Stance.ACCEPT
    stances = {
        stance
        for stance, applies in (
            (policy.for_limited_accounts, sender.is_limited),
            (policy.for_not_following, not sender.is_followed),
            (policy.for_not_followers, not _is_follower(sender, now=now)),
            (policy.for_new_accounts, not sender.is_followed and _is_new(sender, now=now)),
            (policy.for_private_mentions, _is_cold_letter(sender)),
        )
        if applies
    }
    if sender.writes_privately and sender.answers_reader:
        return Stance.ACCEPT
    return next((s for s in (Stance.DROP, Stance.FILTER) if s in stances), Stance.ACCEPT)


def _is_follower(sender: Sender, *, now: datetime) -> bool:
    return sender.follower_since is not None and now - sender.follower_since >= FOLLOWER_AFTER


def _is_new(sender: Sender, *, now: datetime) -> bool:
    return sender.created_at is not None and now - sender.created_at < NEW_FOR


def _is_cold_letter(sender: Sender) -> bool:
    return sender.writes_privately and not sender.is_followed and not sender.answers_reader
