"""The addresses of streams. Source: mastodon-api.md 7."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import WebSocketRoute

from app.core.errors import NotFound
from app.core.words import say
from app.mastodon.gate import token_of
from app.mastodon.params import params_of
from app.mastodon.routes import mastodon_router
from app.mastodon.streams.blocks import EventStream
from app.mastodon.streams.channels import CHANNELS, Channel, read_subscription
from app.mastodon.streams.listening import listener, prepare
from app.mastodon.streams.sockets import SocketApp
from app.mastodon.tools import Anyone

router = mastodon_router()
base: Final = "/api/v1/streaming"


router.routes.append(WebSocketRoute(base, SocketApp()))


@router.get(base, dependencies=[Anyone])
async def say_where() -> None:
    """Say that streams are here, at the addresses below, or by WebSocket."""
    raise NotFound(say("Ask for a stream by its name, or open a WebSocket."))


@router.get(f"{base}/health", dependencies=[Anyone])
async def get_health() -> Response:
    """Say that streams are served."""
    return PlainTextResponse("OK")


def _opening(channel: Channel) -> Callable[..., Awaitable[Response]]:
    async def open_stream(request: Request) -> Response:
        caller, token = request.state.caller, await token_of(request)
        assert token is not None, "the gate asks for one"
        subscription = read_subscription(channel.name, await params_of(request))
        await prepare(request, caller, subscription)
        return EventStream(caller, token, subscription)

    open_stream.__doc__ = f"Tell at once what happens: {channel.name}."
    return open_stream


for _channel in CHANNELS.values():
    if _channel.path:
        _name = f"stream_{_channel.name.replace(':', '_')}"
        _gate = [listener(_channel.name)]
        router.get(f"{base}/{_channel.path}", name=_name, dependencies=_gate)(_opening(_channel))
