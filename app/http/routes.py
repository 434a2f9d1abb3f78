"""Routes that FastAPI takes apart when they are first asked for, instead of at every start."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import compile_path


class LateRoute(APIRoute):
    """A route that knows at once how it is found, and the rest once somebody asks.

    Taking apart the signatures and dependencies of all routes was a seventh of a start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        self.path, self.endpoint = path, endpoint
        self.name = given.get("name") or endpoint.__name__
        self.methods = {method.upper() for method in given.get("methods") or ("GET",)}
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._given: dict[str, Any] | None = given

    def __getattr__(self, name: str) -> Any:
        """Take the route apart; this is called for what it does not know yet."""
        given = self.__dict__.get("_given")
        if given is None:
            raise AttributeError(name)
        self._given = None
        super().__init__(self.path, self.endpoint, **given)
        return getattr(self, name)


def connect(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the routes of the routers answer as they are.

    `include_router` would build each of them anew, for a prefix and dependencies that none has.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
