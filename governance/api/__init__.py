"""Deciding for programs: the co-op API."""

from governance.api import documents, emergencies, log, me, offices, orders, proposals, talk, votes

ROUTERS = (
    me.router,
    offices.router,
    proposals.router,
    talk.router,
    votes.router,
    orders.router,
    emergencies.router,
    documents.router,
    log.router,
)
