"""Which addresses programs in browsers of other sites may call. Source: mastodon-api.md 1.7."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.records import Record
from app.http.headers import encoded

EXPOSED: Final = (
    "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, "
    "Mastodon-Async-Refresh"
)
OPEN: Final = encoded(
    {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
)
READING: Final = "GET, HEAD, OPTIONS"
CALLING: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
AGE_SECONDS: Final = "86400"


class Opened(Record):
    """The addresses under a prefix, and the methods that other sites' pages may use there."""

    prefix: str
    methods: str


OPENED: Final[Sequence[Opened]] = (
    Opened("/api/", CALLING),
    Opened("/oauth/token", "POST, OPTIONS"),
    Opened("/oauth/revoke", "POST, OPTIONS"),
    Opened("/oauth/userinfo", "GET, POST, OPTIONS"),
    Opened("/.well-known/", READING),
    Opened("/nodeinfo/", READING),
    Opened("/actor", READING),
    Opened("/ap/", READING),
    Opened("/contexts/", READING),
    Opened("/media/", READING),
    Opened("/emojis/", READING),
    Opened("/faces/", READING),
    Opened("/static/", READING),
    Opened("/@", READING),
    Opened("/users/", READING),
)


def opened_at(path: str) -> Opened | None:
    """Return what is open to other sites' pages at the path, if anything."""
    return next((o for o in OPENED if path.startswith(o.prefix)), None)


class Cors:
    """Lets pages of other sites call what is meant for programs, never with our cookies.

    It stands outermost, so that refusals and failures can be read as well.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what browsers ask beforehand, or pass the request on."""
        opened = opened_at(scope["path"]) if scope["type"] == "http" else None
        if opened is None:
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            await _answer_beforehand(opened, asked, send)
            return

        async def opening(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in OPEN}
                own = [pair for pair in message.get("headers", ()) if pair[0] not in said]
                message["headers"] = own + OPEN
            await send(message)

        await self._app(scope, receive, opening)


async def _answer_beforehand(opened: Opened, asked: Headers, send: Send) -> None:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": opened.methods,
        "Access-Control-Allow-Headers": asked.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": AGE_SECONDS,
        "Content-Length": "0",
    }
    await send({"type": "http.response.start", "status": 200, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": b""})
