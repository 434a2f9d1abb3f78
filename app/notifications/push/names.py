"""What programs call the kinds of notices, and what a device is told of each. Pure.

The co-op's own kinds have no name there: a program could not show them. Source: mastodon-api.md 8.
"""

from collections.abc import Callable, Mapping
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
    NoticeKind.QUOTE: "quote",
    NoticeKind.QUOTED_UPDATE: "quoted_update",
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


TITLES: Final[Mapping[str, Callable[[str], Words]]] = {
    "mention": lambda who: say("{who} mentioned you", who=who),
    "status": lambda who: say("{who} posted", who=who),
    "reblog": lambda who: say("{who} boosted your post", who=who),
    "favourite": lambda who: say("{who} likes your post", who=who),
    "poll": lambda _who: say("A poll that you took part in is over"),
    "update": lambda who: say("{who} changed a post", who=who),
    "quote": lambda who: say("{who} quoted your post", who=who),
    "quoted_update": lambda who: say("{who} changed a post that you quoted", who=who),
    "follow": lambda who: say("{who} follows you", who=who),
    "follow_request": lambda who: say("{who} asks to follow you", who=who),
}


def title_of(name: str, who: str) -> Words:
    """Return the line above the words of a push, by the name of its kind."""
    return TITLES[name](who)
