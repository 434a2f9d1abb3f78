"""Deciding as web pages: every one of them works without a script."""

from collections.abc import Sequence

from fastapi import APIRouter

from governance.pages import documents, drafting, hub, logbook, offices, proposals, results, voting

ROUTERS: Sequence[APIRouter] = (
    hub.router,
    documents.router,
    drafting.router,
    proposals.router,
    voting.router,
    results.router,
    offices.router,
    logbook.router,
)
