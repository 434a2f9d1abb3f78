"""Where other sites put what is for us. They prove who they are by signatures."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.core.kernel import Kernel
from app.federation.answers import document, site_of
from app.federation.delivery.comparing import PATH, followers_elsewhere
from app.federation.delivery.followers import of_site
from app.federation.documents.collections import collection
from app.federation.inbox.door import Declined, InboxDoor, Parcel
from app.federation.signatures.messages import Message
from app.federation.standing import standing_account
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.limits import client_address, network_of
from app.http.routes import LateRoute

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])

TAKEN: Final = 202


@router.post("/inbox", status_code=TAKEN)
async def receive(request: Request, kernel: KernelDep) -> Response:
    """Take what is for several of our accounts, or for everybody here."""
    return await _receive(request, kernel, None)


@router.post("/actor/inbox", status_code=TAKEN)
async def receive_for_site(request: Request, kernel: KernelDep) -> Response:
    """Take what is for the site itself, such as answers to what it asked."""
    return await _receive(request, kernel, None)


@router.post("/ap/users/{account_id:int}/inbox", status_code=TAKEN)
async def receive_for(request: Request, kernel: KernelDep, account_id: int) -> Response:
    """Take what is for one of our accounts."""
    await kernel.db.hot(lambda hot: standing_account(hot, account_id))
    return await _receive(request, kernel, account_id)


@router.get("/ap/users/{account_id:int}/followers_synchronization")
async def show_followers_of_site(request: Request, kernel: KernelDep, account_id: int) -> Response:
    """Tell a site which of its people follow an account, and no other site. Source: FEP-8fcf."""
    door: InboxDoor = request.app.state.inbox
    message = await _message_of(request, kernel)
    parcel = Parcel(message=message, caller=network_of(client_address(request)))
    try:
        asker = await door.asker(parcel)
    except Declined as why:
        return _declined(why)

    def look(hot: Connection) -> Response:
        standing_account(hot, account_id)
        uri = f"{site_of(kernel).urls.actor(account_id)}/{PATH}"
        with Session(hot) as session:
            found = of_site(followers_elsewhere(session, account_id) or (), asker.uri)
        return document(collection(uri, items=found))

    return await kernel.db.hot(look)


def _declined(why: Declined) -> Response:
    headers = dict(why.headers or {})
    return JSONResponse({"error": str(why)}, status_code=why.status, headers=headers)


async def _receive(request: Request, kernel: Kernel, recipient: int | None) -> Response:
    door: InboxDoor = request.app.state.inbox
    count = request.app.state.metrics.count_activity
    parcel = Parcel(
        message=await _message_of(request, kernel),
        caller=network_of(client_address(request)),
        recipient=recipient,
    )
    try:
        kind = await door.receive(parcel)
    except Declined as why:
        count(kind="declined", status=why.status)
        return _declined(why)
    count(kind=kind, status=TAKEN)
    return Response(status_code=TAKEN)


async def _message_of(request: Request, kernel: Kernel) -> Message:
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    target = (raw_path.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")
    return Message.received(
        request.method,
        kernel.settings.base_url,
        target,
        request.scope["headers"],
        body=await request.body(),
    )
