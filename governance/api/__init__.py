"""Deciding for programs: the co-op API."""

from governance.api import law, orders, proposals

ROUTERS = (proposals.router, law.router, orders.router)
