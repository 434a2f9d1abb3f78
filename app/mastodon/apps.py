"""Programs introduce themselves, and ask whether they are still known. Source: section 3."""

from typing import Annotated

from starlette.responses import Response

from app.core.errors import NotFound
from app.core.pushkey import public_push_key
from app.http.deps import KernelDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.mastodon.answers import json
from app.mastodon.entities.application import application, credential_application
from app.mastodon.gate import anyone, program
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.oauth.applications import Introduction, register
from app.oauth.callers import Caller
from app.oauth.models import Application

router = mastodon_router()


@router.post("/api/v1/apps", dependencies=[anyone(), limit("application")])
def post_application(params: ParamsDep, session: SessionDep, kernel: KernelDep) -> Response:
    """Register a program."""
    made = register(session, _introduction(params), now=kernel.clock.now())
    push_key = public_push_key(kernel.keyring)
    return json(credential_application(made, push_key=push_key))


@router.get("/api/v1/apps/verify_credentials")
def get_application(
    caller: Annotated[Caller, program()], session: ReaderDep, kernel: KernelDep
) -> Response:
    """Describe the program that calls; a token made at the shell belongs to none."""
    if caller.application_id is None:
        raise NotFound
    row = session.get_one(Application, caller.application_id)
    return json(application(row, push_key=public_push_key(kernel.keyring)))


def _introduction(params: Params) -> Introduction:
    given, name = params.get("redirect_uris"), "redirect_uris"
    return Introduction(
        name=params.text("client_name"),
        redirect_uris=params.texts(name) if isinstance(given, list) else params.text(name),
        scopes=params.text("scopes"),
        website=params.text("website"),
    )
