"""The short way of plain reads: from the server straight to the route, and back.

Each layer around the framework costs little, and all of them together more than a small answer. A
read that is answered directly (`app.http.direct`) needs them only if something is wrong, or if its
answer goes on and on: then what came of it goes the long way, whose layers tell an error as any
other.
Source: performance.md A6.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.bodies import ADDRESS_MAX
from app.http.cors import OPEN, opened_at
from app.http.headers import Dress, encoded
from app.http.routes import OUTCOME, LateRoute
from app.http.table import RouteTable

# A request that brings any of these may need more than an answer.
UNUSUAL: Final = frozenset({b"cookie", b"content-length", b"content-type", b"transfer-encoding"})


class Lane:
    """Answers plain reads; hands everything else, and what fails, to the application."""

    def __init__(self, app: ASGIApp, *, routes: RouteTable, dress: Dress) -> None:
        self._app = app
        self._routes = routes
        self._dress = dress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        route = self._plain(scope)
        if route is None or route.direct is None:
            await self._app(scope, receive, send)
            return
        outcome: Response | Exception
        try:
            outcome = await route.direct(Request(scope, receive, send))
        except Exception as error:  # Told to whoever answers errors.
            outcome = error
        if isinstance(outcome, Exception | StreamingResponse):
            scope["state"][OUTCOME] = outcome
            await self._app(scope, receive, send)
            return
        await self._send(outcome, scope, receive, send)

    async def _send(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        headers = response.raw_headers
        if (extra := scope["state"].get("extra_headers")) is not None:
            headers += encoded(extra)
        if opened_at(scope["path"]) is not None:
            headers += OPEN
        is_personal = any(name == b"authorization" for name, _ in scope["headers"])
        self._dress.put_on(headers, is_personal=is_personal)
        await response(scope, receive, send)

    def _plain(self, scope: Scope) -> LateRoute | None:
        """Return the route of a read that brings nothing unusual; else None."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        brought, path = dict(scope["headers"]), scope["path"]
        if not UNUSUAL.isdisjoint(brought) or len(brought) != len(scope["headers"]):
            return None
        if path.endswith("/") or len(path) + len(scope["query_string"]) > ADDRESS_MAX // 4:
            return None
        found = self._routes.find(scope)
        if found is None or not isinstance(found.route, LateRoute):
            return None
        scope.setdefault("state", {})
        scope.update(found.known)
        return found.route
