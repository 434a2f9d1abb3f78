"""Tokens for programs, and what they may know of whom they act for. Source: section 3."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.accounts.models import Account
from app.core.kernel import Kernel
from app.core.late import Late
from app.core.words import Words, say
from app.http.deps import HasherDep, KernelDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.pages import translate
from app.http.ready import keep
from app.http.urls import Urls
from app.mastodon.answers import json
from app.mastodon.gate import anyone, user
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.members.access import Credentials, credentials_of
from app.members.actor import Actor
from app.oauth.calls import BY_SECRET, Answer, Call, Passwords
from app.oauth.consent import S256
from app.oauth.redirects import Mode
from app.oauth.scopes import SCOPES

if TYPE_CHECKING:
    from app.oauth import grants
else:
    grants = Late("app.oauth.grants")

router = mastodon_router()

PASSWORD: Final = "password"  # noqa: S105 (the name of a parameter)
SENT: Final = (
    *("grant_type", "code", "code_verifier", "redirect_uri", "scope", "token"),
    *("client_id", "client_secret", "username", PASSWORD),
)
UNKEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
# Source: RFC 6749 5.2 for the names.
WORDS: Final[Mapping[str, Words]] = {
    "invalid_request": say("Something that must be sent was missing."),
    "invalid_client": say("The application is not known here, or its secret is another one."),
    "invalid_grant": say(
        "The code is used, too old, or was given to another application, address or proof."
    ),
    "unauthorized_client": say("The token is not one of this application."),
    "unsupported_grant_type": say("There is no such way to get a token here."),
    "invalid_scope": say("The application asks for more than it registered."),
}


async def passwords_of(
    params: ParamsDep, kernel: KernelDep, hasher: HasherDep
) -> Passwords | None:
    """Compare a password before the transaction begins, on sites that are open for tests."""
    if not kernel.settings.test_open:
        return None
    if params.text("grant_type") != PASSWORD:
        return Passwords(None)
    found = await run_in_threadpool(_credentials, kernel, params.text("username"))
    stored = found.password_hash if found else None
    verdict = await hasher.verify(params.text(PASSWORD), stored=stored)
    return Passwords(found.member_id if found and verdict.is_right else None)


PasswordsDep = Annotated[Passwords | None, Depends(passwords_of)]


@router.post("/oauth/token", dependencies=[anyone(), limit("token")])
def post_token(
    request: Request,
    params: ParamsDep,
    passwords: PasswordsDep,
    session: SessionDep,
    kernel: KernelDep,
) -> Response:
    """Give a token for what the program shows."""
    now = kernel.clock.now()
    return _answered(
        request, grants.give(session, _call(request, params), passwords=passwords, now=now)
    )


@router.post("/oauth/revoke", dependencies=[anyone(), limit("token")])
def post_revoke(
    request: Request, params: ParamsDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Take a token back from the program that returns it."""
    now = kernel.clock.now()
    return _answered(request, grants.take_back(session, _call(request, params), now=now))


@router.api_route("/oauth/userinfo", methods=["GET", "POST"])
def get_userinfo(
    actor: Annotated[Actor, user("profile")], session: ReaderDep, kernel: KernelDep
) -> Response:
    """Tell the program who the member is, and no more. Source: OpenID Connect Core 5.3."""
    account = session.get_one(Account, actor.account_id)
    urls = Urls(kernel.settings.base_url, kernel.keyring)
    info = {
        "iss": f"{urls.base}/",
        "sub": urls.actor(account.id),
        "name": account.name,
        "preferred_username": account.username,
        "profile": urls.profile(account.username),
        "picture": urls.avatar(account.id, account.avatar_key),
    }
    return json(info)


@router.get("/.well-known/oauth-authorization-server", dependencies=[anyone()])
def get_metadata(request: Request, kernel: KernelDep) -> Response:
    """Describe the doors for programs. Source: RFC 8414."""
    keep(request)
    return json(metadata(kernel.settings.base_url))


def metadata(base: str) -> dict[str, Any]:
    """Return what a site that begins with `base` offers to programs."""
    return {
        "issuer": f"{base}/",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "app_registration_endpoint": f"{base}/api/v1/apps",
        "service_documentation": f"{base}/help",
        "scopes_supported": sorted(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": list(Mode),
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": [*BY_SECRET, "none"],
        "code_challenge_methods_supported": [S256],
    }


def _call(request: Request, params: Params) -> Call:
    sent = {name: params.text(name) for name in SENT if name in params}
    return Call(sent, request.headers.get("authorization", ""))


def _answered(request: Request, answer: Answer) -> Response:
    said = WORDS.get(str(answer.body.get("error")))
    words = {"error_description": translate(request, said)} if said else {}
    response = json({**answer.body, **words}, status=answer.status)
    response.headers.update({**UNKEPT, **_one_way(answer.headers)})
    return response


def _one_way(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the header that asks for a secret; what the body is, we say ourselves."""
    name = "WWW-Authenticate"
    return {name: headers[name]} if name in headers else {}


def _credentials(kernel: Kernel, name: str) -> Credentials | None:
    with kernel.db.read.begin() as session:
        return credentials_of(session, name)
