"""What can be listened to, with which scope. Source: mastodon-api.md 7.1."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.core.records import Record
from app.http.declined import NotLetIn, Unreadable
from app.mastodon.values import read_flag, read_id
from app.text.entities import tag_key

POSTS: Final = "read:statuses"
NOTICES: Final = "read:notifications"


class Topic(StrEnum):
    """What a channel is about, beside its name: the parameter that says so."""

    NONE = ""
    TAG = "tag"
    LIST = "list"


class Channel(Record):
    """Something to listen to; `path` is its address as server-sent events, if it has one."""

    name: str
    path: str = ""
    scope: str = POSTS
    topic: Topic = Topic.NONE


_ALL: Final = (
    Channel("user", "user"),
    Channel("user:notification", "user/notification", NOTICES),
    Channel("public", "public"),
    Channel("public:media"),
    Channel("public:local", "public/local"),
    Channel("public:local:media"),
    Channel("public:remote", "public/remote"),
    Channel("public:remote:media"),
    Channel("hashtag", "hashtag", topic=Topic.TAG),
    Channel("hashtag:local", "hashtag/local", topic=Topic.TAG),
    Channel("list", "list", topic=Topic.LIST),
    Channel("direct", "direct"),
)
CHANNELS: Final[Mapping[str, Channel]] = {channel.name: channel for channel in _ALL}


class Subscription(NamedTuple):
    """A channel that somebody listens to; `about` is a tag in its one spelling, or a list's id."""

    channel: str
    about: str = ""

    @property
    def names(self) -> list[str]:
        """How it is called in each event that it brings."""
        return [self.channel, self.about] if self.about else [self.channel]


USER: Final = Subscription("user")
USER_NOTICES: Final = Subscription("user:notification")
DIRECT: Final = Subscription("direct")


def read_subscription(name: str, params: Mapping[str, Any]) -> Subscription:
    """Return what is asked for by the name of a channel and its parameters. Raises: Unreadable."""
    channel = CHANNELS.get(name)
    if channel is None:
        raise Unreadable("Unknown stream type")
    if channel.topic is Topic.TAG:
        return Subscription(name, _tag(params.get("tag")))
    if channel.topic is Topic.LIST:
        return Subscription(name, _list(params.get("list")))
    with_pictures = f"{name}:media"
    if with_pictures in CHANNELS and read_flag(params.get("only_media") or "false"):
        return Subscription(with_pictures)
    return Subscription(name)


def check_channel_scope(name: str, scopes: frozenset[str]) -> None:
    """Raise NotLetIn unless the scopes of a token are enough for the channel."""
    if CHANNELS[name].scope not in scopes:
        raise NotLetIn("Access token does not have the required scopes")


def _tag(value: Any) -> str:
    found = tag_key(value.strip()) if isinstance(value, str) else ""
    if not found:
        raise Unreadable("Missing tag name parameter")
    return found


def _list(value: Any) -> str:
    found = read_id(value) if value else None
    if found is None:
        raise Unreadable("Missing list name parameter")
    return str(found)
