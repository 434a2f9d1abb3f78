"""Routes that are taken apart when they are first asked for, instead of at every start."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from app.http.direct import Answer, direct_answer

_OF_PATHS: Final = ("path_regex", "path_format", "param_convertors")
OUTCOME: Final = "outcome"  # Where a request's state holds what came of it on the short way.


class LateRoute(APIRoute):
    """A route that knows at once where it is, and the rest once somebody asks.

    Taking apart the signatures and dependencies of all routes was a seventh of a start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        self.path, self.endpoint = path, endpoint
        self.name = given.get("name") or endpoint.__name__
        self.methods = {method.upper() for method in given.get("methods") or ("GET",)}
        self._given: dict[str, Any] | None = given

    def __getattr__(self, name: str) -> Any:
        """Take the path apart, or the route; this is called for what it does not know yet."""
        given = self.__dict__.get("_given")
        if given is None:
            raise AttributeError(name)
        if name in _OF_PATHS:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
            return getattr(self, name)
        self._given = None
        super().__init__(self.path, self.endpoint, **given)
        return getattr(self, name)

    @cached_property
    def direct(self) -> Answer | None:
        """What answers a read past the framework, if it asks for no more than can be had so."""
        if self.methods != {"GET"}:
            return None
        return direct_answer(
            self.endpoint, parts=self.param_convertors, dependencies=self.dependencies
        )

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has come to this route. Raises: why it failed before."""
        outcome: Response | Exception | None = scope.get("state", {}).get(OUTCOME)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None and scope["method"] == "GET" and self.direct is not None:
            outcome = await self.direct(Request(scope, receive, send))
        if outcome is None:
            await super().handle(scope, receive, send)
        else:
            await outcome(scope, receive, send)


def connect(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the routes of the routers answer as they are.

    `include_router` would build each of them anew, for a prefix and dependencies that none has.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
