"""Addresses that people and programs know from Mastodon, and where the same is here.

Source: mastodon-api.md 10.
"""

from datetime import date
from typing import Annotated, Final
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Query, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.accounts.queries import account_by_address
from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone, MemberDep
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.links import safe_next
from app.http.pages import page_router, prefers_html
from app.http.panels import PanelsDep
from app.members.invitations import find_invitation
from app.text.handles import parse_handle

router = page_router()

LONG_MAX: Final = 4_000
# Old address, and where to: for good.
MOVED: Final = {
    "/.well-known/change-password": "/settings/password",
    "/auth/sign_in": "/login",
    "/auth/sign_up": "/join",
    "/manifest": "/site.webmanifest",
    "/privacy-policy": "/privacy",
    "/terms-of-service": "/terms",
}
Long = Annotated[str, Query(max_length=LONG_MAX)]


async def _move(request: Request) -> Response:
    """Lead to where the same is here."""
    return RedirectResponse(MOVED[request.url.path], status_code=302)


for path in MOVED:
    router.add_api_route(path, _move, dependencies=[Anyone])


@router.get("/users/{name}", dependencies=[Anyone])
def get_user(name: str) -> Response:
    """Lead to somebody's page."""
    return RedirectResponse(f"/@{quote(name)}", status_code=302)


@router.get("/share", dependencies=[Anyone])
def get_share(text: Long = "", title: Long = "", url: Long = "") -> Response:
    """Lead to the composer with what another program shares."""
    words = "\n\n".join(part for part in (title, text, url) if part)
    return RedirectResponse(f"/compose?{urlencode({'text': words})}", status_code=302)


@router.get("/terms-of-service/{day}", dependencies=[Anyone])
def get_terms_of(day: date, session: ReaderDep, panels: PanelsDep) -> Response:
    """Lead to the terms that came into force on a day."""
    for number, paper in enumerate(panels.papers_of(session, "terms"), start=1):
        if paper.since.date() == day:
            return RedirectResponse(f"/coop/documents/terms/versions/{number}", status_code=302)
    raise NotFound(say("There is no such document."))


@router.get("/invite/{code}", dependencies=[Anyone])
def get_invite(
    request: Request, code: str, session: ReaderDep, clock: ClockDep, kernel: KernelDep
) -> Response:
    """Lead to the door with an invitation; tell programs whether it opens it."""
    if prefers_html(request):
        return RedirectResponse(f"/join?{urlencode({'invite': code})}", status_code=302)
    if find_invitation(session, code, now=clock.now()) is None:
        return JSONResponse({"error": "This invite is not valid"}, status_code=401)
    instance_url = f"{kernel.settings.base_url}/api/v2/instance"
    return JSONResponse({"invite_code": code, "instance_api_url": instance_url})


@router.get("/authorize_interaction")
def get_interaction(
    _actor: MemberDep, session: ReaderDep, kernel: KernelDep, uri: Long = ""
) -> Response:
    """Lead a member who comes from another site to the person or post that they meant."""
    to = _known_here(session, uri, here=kernel.settings.address_domain)
    parts = urlsplit(uri)
    if f"{parts.scheme}://{parts.netloc}" == kernel.settings.base_url:
        to = safe_next(parts.path, otherwise="/home")
    return RedirectResponse(to or f"/search?{urlencode({'q': uri})}", status_code=302)


def _known_here(session: Session, uri: str, *, here: str) -> str | None:
    """Return the page of the account that an address names, if this site knows it."""
    handle = parse_handle(uri.removeprefix("acct:"))
    if handle is None:
        return None
    domain = None if handle.domain in (None, here) else handle.domain
    account = account_by_address(session, handle.username, domain=domain)
    if account is None or account.suspended_at is not None:
        return None
    return f"/@{handle.username}" if domain is None else f"/@{handle.username}@{domain}"
