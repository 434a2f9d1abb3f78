"""All routers of the client API, in one list."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.mastodon import (
    accounts,
    apps,
    changing,
    conversations,
    following,
    instance,
    media,
    oauth,
    polls,
    profile,
    scheduled,
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
    changing.router,
    polls.router,
    scheduled.router,
    conversations.router,
    timelines.router,
    media.router,
)
