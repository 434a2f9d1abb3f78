"""Where other sites read of us: each route finds, asks who may see it, and presents."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.federation.routes import actors, discovery, lists, statuses

ROUTERS: Sequence[APIRouter] = (
    discovery.router,
    actors.router,
    lists.router,
    statuses.router,
)
