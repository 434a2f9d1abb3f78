"""Events as they go out: written once for all who get the same."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final, Protocol

import orjson
from starlette.types import Message

from app.mastodon.streams.channels import Subscription

BEGIN: Final[Message] = {"type": "http.response.body", "body": b":)\n", "more_body": True}
THUMP: Final[Message] = {"type": "http.response.body", "body": b":thump\n\n", "more_body": True}
# Without an empty line after it, which would end an event: some apps expect a name of each.
RETRY: Final[Message] = {"type": "http.response.body", "body": b"retry: 5000\n"}
UNDEFINED: Final = b"undefined"


class Why(IntEnum):
    """Why we end a stream, as a code of RFC 6455, section 7.4, and IANA's list of them."""

    UNREADABLE = 1003  # The app sends what is not text.
    UNTRUSTED = 1008  # The token ended, or the app does not keep to what is allowed.
    STOPPING = 1012  # This process stops; the app shall come back.
    TOO_SLOW = 1013  # The app does not take what it is sent.


class Event:
    """Something that happened, as some of those who listen get it; without a payload, a sign."""

    __slots__ = ("_block", "_frames", "is_notice", "name", "payload")

    def __init__(self, name: str, payload: bytes | None = None, *, is_notice: bool = False):
        self.name = name
        self.payload = payload
        self.is_notice = is_notice  # It is for tokens that may read notices.
        self._frames: dict[Subscription, Message] = {}
        self._block: Message | None = None

    def frame(self, subscription: Subscription) -> Message:
        """Return what goes out by WebSocket to whoever listens to `subscription`."""
        known = self._frames.get(subscription)
        if known is None:
            told: dict[str, Any] = {"stream": subscription.names, "event": self.name}
            if self.payload is not None:
                told["payload"] = self.payload.decode()
            known = {"type": "websocket.send", "text": orjson.dumps(told).decode()}
            self._frames[subscription] = known
        return known

    def block(self) -> Message:
        """Return what goes out as a server-sent event."""
        if self._block is None:
            data = UNDEFINED if self.payload is None else self.payload
            body = b"event: %s\ndata: %s\n\n" % (self.name.encode(), data)
            self._block = {"type": "http.response.body", "body": body, "more_body": True}
        return self._block


class Form(Protocol):
    """A way in which events go out."""

    @property
    def beat(self) -> Message | None:
        """What is sent now and then, so that the connection is not taken for dead."""
        ...

    def event(self, subscription: Subscription, event: Event) -> Message:
        """Return an event as it goes out."""
        ...

    def ending(self, why: Why) -> Message:
        """Return what is sent last."""
        ...


class SocketForm:
    """By WebSocket; the server's own pings show that the other side lives."""

    beat: Message | None = None

    def event(self, subscription: Subscription, event: Event) -> Message:
        """Return an event as it goes out."""
        return event.frame(subscription)

    def ending(self, why: Why) -> Message:
        """Return what is sent last."""
        return {"type": "websocket.close", "code": int(why)}


class BlockForm:
    """As server-sent events."""

    beat: Message | None = THUMP

    def event(self, _subscription: Subscription, event: Event) -> Message:
        """Return an event as it goes out."""
        return event.block()

    def ending(self, _why: Why) -> Message:
        """Return what is sent last: a hint to come back after five seconds."""
        return RETRY


SOCKET: Final = SocketForm()
BLOCKS: Final = BlockForm()


def fault_frame(text: str, status: int) -> Message:
    """Return what tells an app by WebSocket that what it asked for cannot be."""
    told: Mapping[str, Any] = {"error": text, "status": status}
    return {"type": "websocket.send", "text": orjson.dumps(told).decode()}
