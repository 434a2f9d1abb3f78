"""Deciding for programs: the co-op API."""

from governance.api import law, proposals

ROUTERS = (proposals.router, law.router)
