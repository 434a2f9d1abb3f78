"""The last net: whatever no handler expected is logged, and answered without its cause."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.errors import on_broken


class LastNet:
    """Answers an unexpected exception with a page of ours, under the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; catch what falls."""
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # The edge: nothing may fall past it unanswered.
            if has_begun or scope["type"] != "http":
                raise  # Half an answer is out: the server can only cut the connection.
            answer = await on_broken(Request(scope, receive), error)
            await answer(scope, receive, send)
