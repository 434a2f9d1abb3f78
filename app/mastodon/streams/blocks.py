"""Streams as server-sent events. Source: mastodon-api.md 7.2."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.http.metrics import OPEN_END
from app.mastodon.streams.channels import Subscription
from app.mastodon.streams.listening import check_again, streams_of, take_in
from app.mastodon.streams.messages import BEGIN, BLOCKS
from app.oauth.callers import Caller

HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",  # A proxy before us hands each event on at once.
}


class EventStream(StreamingResponse):
    """An answer that goes on until either side ends it."""

    def __init__(self, caller: Caller, token: str, subscription: Subscription) -> None:
        super().__init__(content=(), headers=HEADERS, media_type="text/event-stream")
        self._caller, self._token, self._subscription = caller, token, subscription

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises: TooMany, before anything is sent."""
        connection = HTTPConnection(scope)
        hub = (await streams_of(connection)).hub
        client = await take_in(connection, self._caller, form=BLOCKS, send=send)
        setattr(connection.state, OPEN_END, True)
        try:
            headers = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **headers})
            client.put(BEGIN)
            hub.subscribe(client, self._subscription)
            await check_again(connection, client, self._token)
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            hub.leave(client)
