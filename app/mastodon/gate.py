"""Who may call a route of the client API: every route carries exactly one of these declarations.

Source: mastodon-api.md 0 (scopes), 1.5 (what is answered to whom). Each call is counted here.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Depends, Request
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from app.core.crypto import hash_secret
from app.core.errors import Forbidden
from app.core.words import Words, say
from app.http.access import declares, note_token
from app.http.bearer import bearer_of
from app.http.declined import NotSignedIn
from app.http.deps import kernel_of
from app.http.limits import Limit
from app.mastodon.declined import NeedsMember
from app.mastodon.known import KnownCallers
from app.mastodon.params import params_of
from app.members.actor import PROGRAMS_STOPPED, Actor
from app.members.states import MemberState
from app.oauth.callers import Caller

OUTSIDE: Final = say("This action is outside the authorized scopes")
STATES: Final[Mapping[MemberState, Words]] = {
    MemberState.UNCONFIRMED: say("Your login is missing a confirmed e-mail address"),
    MemberState.WAITING: say("Your login is currently pending approval"),
    MemberState.REFUSED: say("Your login is currently disabled"),
    MemberState.LEFT: say("Your login is currently disabled"),
    MemberState.SUSPENDED: PROGRAMS_STOPPED,
}
_COUNT: Final = Limit("call")


async def token_of(request: Request) -> str | None:
    """Return the token that the request brought: in its header, else among its parameters."""
    if (bearer := bearer_of(request)) is not None:
        return bearer.token
    return (await params_of(request)).text("access_token") or None


async def caller_of(request: Request) -> Caller | None:
    """Return whose token came; None if none did. Raises: NotSignedIn if it is not good."""
    token = await token_of(request)
    if token is None:
        return None
    caller = await caller_with(request, token)
    request.state.caller = caller
    return caller


async def caller_with(connection: HTTPConnection, token: str) -> Caller:
    """Return whose token it is. Raises: NotSignedIn if it is not good (any more)."""
    kernel = await kernel_of(connection)
    now, token_hash = kernel.clock.now(), hash_secret(token)

    known: KnownCallers = connection.app.state.known_callers

    def look(hot: Connection) -> Caller | None:
        return known.find(hot, token_hash, now=now)

    caller = await kernel.db.hot(look)
    if caller is None:
        raise NotSignedIn
    await note_token(connection, token_hash)
    return caller


@declares("anyone")
async def let_in(request: Request) -> None:
    """Let everybody in without looking at a token."""
    await _COUNT(request)


class UserGate:
    """Lets in a program that acts for an active member, and carries the scope."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self.access = "token: " + (" or ".join(scopes) or "any")

    async def __call__(self, request: Request) -> Actor:
        """Return the member who acts. Raises: NotSignedIn, NeedsMember, Forbidden, TooMany."""
        await _COUNT(request)
        caller = await caller_of(request)
        if caller is None:
            raise NotSignedIn
        if caller.sign_up_id is not None:
            raise Forbidden(STATES[MemberState.UNCONFIRMED])
        if caller.actor is None:
            raise NeedsMember
        check_state(caller.actor)
        if self.scopes:
            check_scope(caller, *self.scopes)
        return caller.actor


class ViewerGate:
    """Lets everybody in; a token that comes along must be good and carry the scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.access = f"anyone, or token: {scope}"

    async def __call__(self, request: Request) -> Actor | None:
        """Return the member who looks, if any. Raises: NotSignedIn, Forbidden, TooMany."""
        await _COUNT(request)
        caller = await caller_of(request)
        if caller is None or caller.actor is None:
            return None
        check_state(caller.actor)
        check_scope(caller, self.scope)
        return caller.actor


class ProgramGate:
    """Lets in any good token with the scope, also one that acts for nobody."""

    def __init__(self, scope: str | None) -> None:
        self.scope = scope
        self.access = f"program: {scope or 'any'}"

    async def __call__(self, request: Request) -> Caller:
        """Return the program. Raises: NotSignedIn, Forbidden, TooMany."""
        await _COUNT(request)
        caller = await caller_of(request)
        if caller is None:
            raise NotSignedIn
        if self.scope is not None:
            check_scope(caller, self.scope)
        return caller


def check_scope(caller: Caller, *scopes: str) -> None:
    """Raise Forbidden unless the token carries one of the scopes."""
    if caller.scopes.isdisjoint(scopes):
        raise Forbidden(OUTSIDE)


def check_state(actor: Actor) -> None:
    """Raise Forbidden, with the text that apps look for, unless programs may act for them."""
    if actor.state is not MemberState.ACTIVE:
        raise Forbidden(STATES[actor.state])


def anyone() -> Any:
    """Declare that a route needs no token."""
    return Depends(let_in)


def user(*scopes: str) -> Any:
    """Declare that a route needs a member's token with one of the scopes, or any if none."""
    return Depends(UserGate(*scopes))


def perhaps(scope: str) -> Any:
    """Declare that a route is public, and reads a member's token if it comes."""
    return Depends(ViewerGate(scope))


def program(scope: str | None = None) -> Any:
    """Declare that a route needs a token, be it of a program alone."""
    return Depends(ProgramGate(scope))
