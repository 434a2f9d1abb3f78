"""Putting the web's common parts around an application, in their one order."""

from typing import Any, Final, cast

from fastapi import FastAPI
from starlette.types import ASGIApp
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
from app.http.headers import Dress, SecurityHeaders
from app.http.health import health_router
from app.http.lane import Lane
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
    app.router.middleware_stack = routes = RouteTable(app.router)
    errors.install(app)
    own = [static_router, openapi_router, media_router, remote_router]
    connect(app, [health_router(), *(router(dependencies=[Anyone]) for router in own)])
    dress = Dress(is_https=settings.is_https)
    # The last one added is the first to see a request.
    app.add_middleware(OneSlash)
    app.add_middleware(LastNet)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, dress=dress)
    app.add_middleware(Cors)
    # What stands around all layers, also the framework's own.
    build = app.build_middleware_stack

    def around() -> ASGIApp:
        lane = Lane(build(), routes=routes, dress=dress)
        ready = Ready(lane, kernel=kernel, paths=READY, beginnings=READY_BEGINNINGS)
        counting = RequestMetrics(ready, metrics=app.state.metrics)
        trusted = list(settings.trusted_proxies)
        return cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, counting), trusted_hosts=trusted))

    setattr(app, "build_middleware_stack", around)  # noqa: B010 (it is a method)
