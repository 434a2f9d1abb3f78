"""How other sites find our accounts by their addresses. Source: federation.md 2."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.accounts.models import Account
from app.accounts.queries import account_by_address
from app.core.errors import NotFound
from app.core.words import say
from app.federation.answers import site_of
from app.federation.documents.actors import Site
from app.federation.documents.webfinger import (
    BadResource,
    ByName,
    ByNumber,
    OfSite,
    account_jrd,
    host_jrd,
    host_xrd,
    site_jrd,
    sought,
)
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.ready import keep
from app.http.routes import LateRoute
from app.http.urls import Urls

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])

JRD: Final = "application/jrd+json; charset=utf-8"
XRD: Final = "application/xrd+xml; charset=utf-8"
CACHING: Final = "public, max-age=259200"  # Three days: an address leads to one account for ever.


@router.get("/.well-known/webfinger")
async def get_webfinger(request: Request, kernel: KernelDep, resource: str = "") -> Response:
    """Say which account has an address, or a link; 400 if the text is neither."""
    site = site_of(kernel)
    try:
        meant = sought(resource, site)
    except BadResource:
        return JSONResponse({"error": str(say("Ask for an account or a link."))}, status_code=400)
    if isinstance(meant, OfSite):
        keep(request)
        return _jrd(site_jrd(site))

    def look(hot: Connection) -> Account | None:
        session = Session(hot)
        if isinstance(meant, ByNumber):
            return session.get(Account, meant.account_id)
        return account_by_address(session, meant.username) if isinstance(meant, ByName) else None

    account = await kernel.db.hot(look)
    if account is None or account.domain is not None or account.waiting:
        raise NotFound(say("Nobody has this address."))
    keep(request)
    return _jrd(_jrd_of(account, site))


def _jrd_of(account: Account, site: Site) -> dict[str, object]:
    return account_jrd(
        username=account.username,
        uri=site.urls.actor(account.id),
        avatar=site.urls.avatar(account.id, account.avatar_key),
        site=site,
    )


def _jrd(values: dict[str, object]) -> Response:
    return JSONResponse(values, media_type=JRD, headers={"Cache-Control": CACHING})


@router.get("/.well-known/host-meta")
def get_host_meta(request: Request, kernel: KernelDep) -> Response:
    """Say where WebFinger is: as XML, or as JSON to whoever asks for that."""
    keep(request)
    urls = Urls(kernel.settings.base_url)
    if "json" in request.headers.get("accept", ""):
        return _jrd(host_jrd(urls))
    return Response(host_xrd(urls), media_type=XRD, headers={"Cache-Control": CACHING})


@router.get("/.well-known/host-meta.json")
def get_host_meta_json(kernel: KernelDep) -> Response:
    """Say where WebFinger is, as JSON."""
    return _jrd(host_jrd(Urls(kernel.settings.base_url)))
