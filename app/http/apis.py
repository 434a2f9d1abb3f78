"""Routers for programs: limited, repeatable, described."""

from typing import Any

from fastapi import APIRouter, Depends

from app.http.idempotency import RepeatableRoute
from app.http.limits import count_calls


def api_router(**given: Any) -> APIRouter:
    """Return a router of the co-op API: writes take an Idempotency-Key, all calls are counted."""
    given["dependencies"] = [Depends(count_calls), *given.get("dependencies", ())]
    return APIRouter(route_class=RepeatableRoute, **given)
