"""Addresses of programs work with a slash at their end and without, and are never redirected.

A redirect loses the body, or the token, in some programs. Source: mastodon-api.md 1.1.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

FOR_PROGRAMS: Final = ("/api/", "/oauth/")


class OneSlash:
    """Takes the slash off the end of a program's address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        path = scope.get("path", "")
        if path.endswith("/") and path.startswith(FOR_PROGRAMS):
            scope["path"] = path.rstrip("/")
        await self._app(scope, receive, send)
