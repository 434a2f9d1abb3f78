"""Letting apps listen: whose token it is, what it may hear, and what happens before it hears."""

from typing import Any, Final

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection
from starlette.types import Send

from app.core.errors import Forbidden, NotFound
from app.http.declined import NotLetIn, NotSignedIn
from app.http.deps import kernel_of
from app.http.limits import Limit, client_address, network_of
from app.mastodon.gate import STATES, caller_of, caller_with, check_state
from app.mastodon.streams.channels import (
    CHANNELS,
    Subscription,
    Topic,
    check_channel_scope,
)
from app.mastodon.streams.desk import Streams
from app.mastodon.streams.hub import Client
from app.mastodon.streams.messages import Form, Why
from app.mastodon.timelines import wake_if_asleep
from app.members.states import MemberState
from app.oauth.callers import Caller
from app.timelines.lists import own_list

COUNT: Final = Limit("stream")
WITH_FEEDS: Final = ("user", "list")


class ListenerGate:
    """Lets in a program that acts for an active member, and may hear the channel."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.access = f"token: {CHANNELS[channel].scope}"

    async def __call__(self, request: Request) -> Caller:
        """Return whose token it is. Raises: NotLetIn, NotSignedIn, Forbidden, TooMany."""
        await COUNT(request)
        caller = check_listener(await caller_of(request))
        check_channel_scope(self._channel, caller.scopes)
        return caller


async def socket_caller(connection: HTTPConnection, token: str | None) -> Caller:
    """Return who opens a WebSocket; what it may hear is asked for each channel.

    Raises: NotLetIn, NotSignedIn, Forbidden, TooMany.
    """
    await COUNT(connection)
    return check_listener(None if token is None else await caller_with(connection, token))


def check_listener(caller: Caller | None) -> Caller:
    """Return the caller if programs may act for them now. Raises: NotLetIn, Forbidden."""
    if caller is None:
        raise NotLetIn("Missing access token")
    if caller.sign_up_id is not None:
        raise Forbidden(STATES[MemberState.UNCONFIRMED])
    if caller.actor is None:
        raise NotLetIn("This method requires an authenticated user")
    check_state(caller.actor)
    return caller


async def prepare(connection: HTTPConnection, caller: Caller, subscription: Subscription) -> None:
    """Do what must be done before somebody hears a channel: see that a list is theirs, and have
    the feeds written of whoever was away for a long time.

    Raises: NotLetIn, if the token lacks the scope or the list is not theirs.
    """
    channel = CHANNELS[subscription.channel]
    check_channel_scope(channel.name, caller.scopes)
    kernel, actor = await kernel_of(connection), caller.actor
    assert actor is not None
    if channel.topic is Topic.LIST:
        list_id = int(subscription.about)
        try:
            await kernel.db.hot(lambda hot: own_list(Session(hot), actor, list_id).id)
        except NotFound:
            raise NotLetIn("Not authorized to stream this list") from None
    if channel.name in WITH_FEEDS:
        await wake_if_asleep(kernel, actor)


async def take_in(connection: HTTPConnection, caller: Caller, *, form: Form, send: Send) -> Client:
    """Return the app as one that listens. Raises: TooMany.

    Whoever calls this lets it `leave` the hub at last.
    """
    streams, kernel = await streams_of(connection), await kernel_of(connection)
    await streams.courier.begin()
    address = network_of(client_address(connection))
    client = Client(caller, address=address, form=form, send=send)
    streams.hub.join(client, is_limited=not kernel.settings.test_open)
    return client


async def check_again(connection: HTTPConnection, client: Client, token: str) -> None:
    """End the stream if the token ended while it was opened: from now on, we are told."""
    try:
        check_listener(await caller_with(connection, token))
    except (NotSignedIn, Forbidden):
        client.end(Why.UNTRUSTED)


async def streams_of(connection: HTTPConnection) -> Streams:
    """Return the streams of this process."""
    streams: Streams = connection.app.state.streams
    return streams


def listener(channel: str) -> Any:
    """Declare that a route needs a token that may hear the channel."""
    return Depends(ListenerGate(channel))
