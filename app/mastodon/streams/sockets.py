"""Streams by WebSocket: several channels on one connection. Source: mastodon-api.md 7.3."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from app.core.errors import AppError
from app.http.bearer import bearer_token
from app.http.declined import NotLetIn, NotSignedIn, TooMany, Unreadable
from app.http.deps import kernel_of
from app.http.errors import STATUS
from app.http.limits import By, Limiter, Quota
from app.mastodon.streams.channels import Subscription, read_subscription
from app.mastodon.streams.hub import SUBSCRIPTIONS_MAX, Client, Hub
from app.mastodon.streams.listening import (
    check_again,
    prepare,
    socket_caller,
    streams_of,
    take_in,
)
from app.mastodon.streams.messages import SOCKET, Why, fault_frame
from app.oauth.callers import Caller

PROTOCOL: Final = "sec-websocket-protocol"
# An app that changes what it listens to at each page that its reader opens stays below.
WISHES: Final = Quota(120, timedelta(minutes=1), By.CALLER)


class SocketApp:
    """Takes WebSockets as they come, without what a framework would keep for each of them."""

    # What the table of routes says about it.
    access = "token: that of each channel"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a WebSocket, unless its token is not good, and serve it to its end."""
        await _serve(scope, receive, send)


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    connection = HTTPConnection(scope)
    token, protocol = _token_of(connection)
    await receive()  # The wish to connect.
    try:
        caller = await socket_caller(connection, token)
        client = await take_in(connection, caller, form=SOCKET, send=send)
    except (AppError, NotSignedIn, TooMany, DBAPIError, PoolTimeout) as error:
        await WebSocket(scope, receive, send).send_denial_response(_refusal(error))
        return
    assert token is not None
    hub = (await streams_of(connection)).hub
    try:
        await send({"type": "websocket.accept", "subprotocol": protocol, "headers": []})
        await check_again(connection, client, token)
        talk = _Talk(connection, caller, client, hub)
        if (wanted := connection.query_params.get("stream")) is not None:
            await talk.subscribe({**connection.query_params, "stream": wanted})
        while (message := await receive())["type"] != "websocket.disconnect":
            await talk.hear(message)
    finally:
        hub.leave(client)


class _Talk:
    """What an app says on its WebSocket."""

    def __init__(
        self, connection: HTTPConnection, caller: Caller, client: Client, hub: Hub
    ) -> None:
        self._connection, self._caller = connection, caller
        self._client, self._hub = client, hub

    async def hear(self, message: Message) -> None:
        """Do what the app asks for; what is not known is passed over."""
        text = message.get("text")
        if text is None:
            self._client.end(Why.UNREADABLE)
            return
        if not await self._is_patient():
            self._client.end(Why.UNTRUSTED)
            return
        wish = _wish_of(text)
        if wish.get("type") == "subscribe":
            await self.subscribe(wish)
        elif wish.get("type") == "unsubscribe":
            self._unsubscribe(wish)

    async def subscribe(self, wish: Mapping[str, Any]) -> None:
        """Let the app hear a channel, or say why not."""
        try:
            wanted = _subscription_of(wish)
            if len(self._client.subscriptions) >= SUBSCRIPTIONS_MAX:
                raise Unreadable("Too many subscriptions")
            await prepare(self._connection, self._caller, wanted)
        except (Unreadable, NotLetIn) as error:
            self._client.put(fault_frame(error.message, STATUS[type(error)]))
            return
        if not self._client.is_ended:
            self._hub.subscribe(self._client, wanted)

    def _unsubscribe(self, wish: Mapping[str, Any]) -> None:
        try:
            self._hub.unsubscribe(self._client, _subscription_of(wish))
        except Unreadable as error:
            self._client.put(fault_frame(error.message, STATUS[type(error)]))

    async def _is_patient(self) -> bool:
        kernel = await kernel_of(self._connection)
        limiter: Limiter = self._connection.app.state.limiter
        key = ("stream wish", str(self._client.token_id))
        return limiter.hit(key, WISHES, now=kernel.clock.now()).is_allowed


def _token_of(connection: HTTPConnection) -> tuple[str | None, str | None]:
    """Return the token, and the sub-protocol to confirm if it was sent as one."""
    token = bearer_token(connection.headers.get("authorization", ""))
    token = token or connection.query_params.get("access_token") or None
    if token is not None:
        return token, None
    protocol = connection.headers.get(PROTOCOL, "").partition(",")[0].strip() or None
    return protocol, protocol


def _wish_of(text: str) -> Mapping[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _subscription_of(wish: Mapping[str, Any]) -> Subscription:
    name = wish.get("stream")
    return read_subscription(name if isinstance(name, str) else "", wish)


def _refusal(error: Exception) -> Response:
    """Return what an app is answered that may not open a WebSocket."""
    headers: Mapping[str, str] = {}
    if isinstance(error, TooMany):
        status, text, headers = 429, "Too many requests", error.headers
    elif isinstance(error, NotSignedIn):
        status, text = 401, "The access token is invalid"
    elif isinstance(error, AppError):
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        text = str(error.message)
    else:
        status, text, headers = 503, "Try again in a moment", {"Retry-After": "2"}
    return JSONResponse({"error": text}, status, dict(headers))
