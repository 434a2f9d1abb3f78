"""Our accounts as documents, and the site itself. Source: federation.md 3, 4."""

from anyio import to_thread
from fastapi import APIRouter, Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.kernel import Kernel
from app.federation.answers import document, pen_of, site_of, to_page, wants_document
from app.federation.documents.actors import actor_document, site_document
from app.federation.keys import ensure_key, published_key
from app.federation.standing import standing_account
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.ready import keep
from app.http.routes import LateRoute
from app.instance.queries import coop_of

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])


@router.get("/ap/users/{account_id:int}")
async def show_actor(request: Request, kernel: KernelDep, account_id: int) -> Response:
    """Show an account to other sites; people who follow the link get its page."""
    site = site_of(kernel)
    account = await kernel.db.hot(lambda hot: standing_account(hot, account_id))
    if not wants_document(request):
        return to_page(site.urls.profile(account.username))
    public_pem = account.public_pem or await public_key_of(kernel, account_id)
    pen = await pen_of(request, kernel)
    keep(request, while_unchanged=True)
    return document(actor_document(account, public_pem=public_pem, site=site, book=pen.book))


@router.get("/actor")
async def show_site(request: Request, kernel: KernelDep) -> Response:
    """Show the site itself, in whose name we ask other sites. Never needs a signature."""
    public_pem = await public_key_of(kernel, None)
    coop = await kernel.db.hot(lambda hot: coop_of(Session(hot)))
    keep(request)
    name = coop.name if coop else kernel.settings.address_domain
    return document(site_document(name=name, public_pem=public_pem, site=site_of(kernel)))


async def public_key_of(kernel: Kernel, account_id: int | None) -> str:
    """Return the key that others verify the owner by; the first who asks has it made."""

    def look(hot: Connection) -> str | None:
        key = published_key(Session(hot), account_id)
        return None if key is None else key.public_pem

    known = await kernel.db.hot(look)
    if known is None:
        await to_thread.run_sync(ensure_key, kernel, account_id)
        known = await kernel.db.hot(look)
    assert known is not None, "it was just made"
    return known
