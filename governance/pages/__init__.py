"""Deciding as web pages: every one of them works without a script."""

from collections.abc import Sequence

from fastapi import APIRouter

from governance.pages import (
    acts,
    documents,
    drafting,
    emergencies,
    law,
    office,
    proposals,
    results,
    sites,
    voting,
)

ROUTERS: Sequence[APIRouter] = (
    documents.router,
    drafting.router,
    proposals.router,
    acts.router,
    voting.router,
    results.router,
    law.router,
    office.router,
    emergencies.router,
    sites.router,
)
