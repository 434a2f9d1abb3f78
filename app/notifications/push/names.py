"""What programs call the kinds of notices, and what a device is told of each. Pure.

The co-op's own kinds have no name there: a program could not show them. Source: mastodon-api.md 8.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.core.words import Words, say
from app.notifications.kinds import NoticeKind

NAMES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.MENTION: "mention",
    NoticeKind.ANSWER: "mention",
    NoticeKind.POST: "status",
    NoticeKind.BOOST: "reblog",
    NoticeKind.FAVOURITE: "favourite",
    NoticeKind.POLL: "poll",
    NoticeKind.UPDATE: "update",
    NoticeKind.FOLLOW: "follow",
    NoticeKind.FOLLOW_REQUEST: "follow_request",
}
# All that a program may ask for; some of it never comes here.
ALERTS: Final = (
    *("mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll"),
    *("update", "quoted_update", "admin.sign_up", "admin.report"),
)


class PushPolicy(StrEnum):
    """Of whose notices a device is told."""

    ALL = "all"
    FOLLOWED = "followed"  # Whom the reader follows.
    FOLLOWER = "follower"  # Who follows the reader.
    NONE = "none"


def title_of(name: str, who: str) -> Words:
    """Return the line above the words of a push, by the name of its kind."""
    match name:
        case "mention":
            return say("{who} mentioned you", who=who)
        case "status":
            return say("{who} posted", who=who)
        case "reblog":
            return say("{who} boosted your post", who=who)
        case "favourite":
            return say("{who} likes your post", who=who)
        case "poll":
            return say("A poll that you took part in is over")
        case "update":
            return say("{who} changed a post", who=who)
        case "follow":
            return say("{who} follows you", who=who)
        case _:
            return say("{who} asks to follow you", who=who)
