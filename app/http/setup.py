"""Putting the web's common parts around an application, in their one order."""

from typing import Final

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.core.kernel import Kernel
from app.emojis.book import KeptEmojis
from app.http import errors
from app.http.access import Anyone
from app.http.actors import Callers
from app.http.bodies import BodyLimit
from app.http.cors import Cors
from app.http.counter import Counter
from app.http.guard import LastNet
from app.http.headers import SecurityHeaders
from app.http.health import health_router
from app.http.limits import Limiter
from app.http.media import Desk, media_router
from app.http.metrics import Metrics, RequestMetrics
from app.http.openapi import openapi_router
from app.http.pages import open_pages
from app.http.panels import Panels
from app.http.ready import Ready
from app.http.remote import open_porter, remote_router
from app.http.routes import connect
from app.http.seen import Seen
from app.http.slashes import OneSlash
from app.http.statics import read_statics, static_router
from app.http.table import RouteTable
from app.media.darkroom import Darkroom

# What apps and other sites ask again and again.
READY: Final = (
    "/api/v1/accounts/verify_credentials",
    "/api/v1/custom_emojis",
    "/api/v1/instance",
    "/api/v2/instance",
    "/.well-known/host-meta",
    "/.well-known/nodeinfo",
    "/.well-known/oauth-authorization-server",
    "/.well-known/webfinger",
    "/actor",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
)
READY_BEGINNINGS: Final = ("/ap/users/",)


def set_up(app: FastAPI, kernel: Kernel, *, panels: Panels, callers: Callers) -> None:
    """Give `app` its pages, static files, errors, headers and limits."""
    settings = kernel.settings
    app.state.kernel = kernel
    app.state.emojis = KeptEmojis()
    app.state.panels = panels
    app.state.callers = callers
    app.state.metrics = Metrics()
    app.state.limiter = Limiter()
    app.state.seen = Seen()
    app.state.seen_tokens = Seen(is_daily=True)
    app.state.statics = read_statics()
    app.state.desk = Desk(Darkroom())
    app.state.counter = Counter(kernel.storage)
    app.state.porter = open_porter(kernel)
    app.state.pages = open_pages(kernel, app.state.statics)
    app.router.redirect_slashes = False  # It would build the address from the Host header.
    app.router.middleware_stack = RouteTable(app.router)
    errors.install(app)
    own = [static_router, openapi_router, media_router, remote_router]
    connect(app, [health_router(), *(router(dependencies=[Anyone]) for router in own)])
    # The last one added is the first to see a request.
    app.add_middleware(OneSlash)
    app.add_middleware(LastNet)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, is_https=settings.is_https)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    app.add_middleware(Cors)
    app.add_middleware(Ready, kernel=kernel, paths=READY, beginnings=READY_BEGINNINGS)
    app.add_middleware(RequestMetrics, metrics=app.state.metrics)
