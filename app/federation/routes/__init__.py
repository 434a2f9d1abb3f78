"""Where other sites read of us and write to us: each route finds, asks who may, and presents."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.federation.routes import actors, discovery, inbox, lists, statuses

ROUTERS: Sequence[APIRouter] = (
    discovery.router,
    actors.router,
    lists.router,
    statuses.router,
    inbox.router,
)
