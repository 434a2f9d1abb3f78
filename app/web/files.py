"""The small files that browsers, search engines and finders of holes ask for by name."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.routes import LateRoute
from app.http.shell import read_site
from app.http.statics import WEEK, Statics, answer
from app.instance.models import Coop

router = APIRouter(route_class=LateRoute, include_in_schema=False, dependencies=[Anyone])

HOUR: Final = "public, max-age=3600"
SECURITY_TXT_DAYS: Final = 180
# Pages of a signed-in member, or of no use out of their place.
NOT_FOR_ROBOTS: Final = (
    "/api/",
    "/compose",
    "/duties",
    "/home",
    "/join",
    "/login",
    "/notifications",
    "/oauth/",
    "/search",
    "/settings",
)


@router.get("/robots.txt")
def get_robots() -> Response:
    """Tell robots which pages are not for them."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": HOUR})


@router.get("/favicon.ico")
def get_favicon(request: Request) -> Response:
    """Serve the mark to browsers that do not read the page's links."""
    statics: Statics = request.app.state.statics
    return answer(request, statics.files["favicon.ico"], cache=WEEK)


@router.get("/site.webmanifest")
def get_manifest(request: Request, session: ReaderDep, kernel: KernelDep) -> Response:
    """Let people put the site on their home screen. Source: W3C Web Application Manifest."""
    statics: Statics = request.app.state.statics
    site = read_site(session, kernel)
    icons = [
        {"src": statics.url(f"mark-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    content = {
        "name": site.name,
        "short_name": site.name,
        "description": site.tagline,
        "start_url": "/home",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#FBFAF7",
        "theme_color": "#FBFAF7",
        "icons": icons,
    }
    headers = {"Cache-Control": HOUR}
    return JSONResponse(content, headers=headers, media_type="application/manifest+json")


@router.get("/.well-known/security.txt")
def get_security_txt(session: ReaderDep, kernel: KernelDep, clock: ClockDep) -> Response:
    """Say to whom a hole is reported. Source: RFC 9116."""
    contact = session.scalar(select(Coop.contact))
    if not contact:
        raise NotFound(say("There is no such page."))
    base_url = kernel.settings.base_url
    expires = clock.now() + timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {base_url}/.well-known/security.txt",
        f"Policy: {base_url}/help#security",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": HOUR})
