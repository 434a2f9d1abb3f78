"""HEAD where a route only knows GET: the same answer without its body.

Source: RFC 9110, 9.3.2.
"""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What is noted of a request while its route is found, for those who look at it afterwards.
NOTED: Final = ("route", "endpoint", "path_params")


async def answer_head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let `app` answer a GET, and send the beginning of that alone.

    To whoever answers, the caller is gone once that is sent: an answer without end ends.
    """
    scope.setdefault("state", {})
    asked = {**scope, "method": "GET"}
    has_begun = False

    async def send_beginning(message: Message) -> None:
        nonlocal has_begun
        if message["type"] == "http.response.start":
            has_begun = True
            await send(message)

    async def receive_until_begun() -> Message:
        return {"type": "http.disconnect"} if has_begun else await receive()

    await app(asked, receive_until_begun, send_beginning)
    scope.update((name, asked[name]) for name in NOTED if name in asked)
    await send({"type": "http.response.body"})
