"""Routers of the client API: PUT and PATCH are one, and each answer is written by orjson."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

from app.http.routes import LateRoute

F = TypeVar("F", bound=Callable[..., Any])


class MastodonRouter(APIRouter):
    """Routes for apps. Ice Cubes and Android send PUT where the manual says PATCH."""

    def change(self, path: str) -> Callable[[F], F]:
        """Register a route that changes something, by either verb."""
        return self.api_route(path, methods=["PUT", "PATCH"])


def mastodon_router() -> MastodonRouter:
    """Return an empty router of the client API."""
    return MastodonRouter(route_class=LateRoute)
