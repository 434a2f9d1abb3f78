"""All routers of the client API, in one list."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.mastodon import (
    accounts,
    apps,
    following,
    instance,
    media,
    oauth,
    profile,
    signing_up,
    statuses,
    timelines,
)

ROUTERS: Sequence[APIRouter] = (
    apps.router,
    oauth.router,
    signing_up.router,
    instance.router,
    accounts.router,
    following.router,
    profile.router,
    statuses.router,
    timelines.router,
    media.router,
)
