"""Who may call a route: every route carries exactly one of these declarations.

A declaration is a dependency with an attribute `access`, a sentence for the table of routes.
They call each other instead of depending on each other: FastAPI takes each dependency apart anew
for every route, and looks each one up for every request.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.core.crypto import hash_secret
from app.core.errors import Forbidden
from app.core.words import say
from app.http.actors import Callers
from app.http.bearer import bearer_token
from app.http.declined import ConfirmFirst, NotSignedIn
from app.http.deps import clock_of, kernel_of
from app.http.seen import Seen
from app.http.shell import Shell, furnish
from app.http.tickets import SAFE
from app.members.actor import (
    FINISHING_FOR,
    PROGRAMS_STOPPED,
    REAUTHENTICATED_FOR,
    STATE_FAULTS,
    Actor,
    is_reauthenticated,
)
from app.members.offices import Office
from app.members.states import MemberState

F = TypeVar("F", bound=Callable[..., Any])

ShellDep = Annotated[Shell, Depends(furnish)]


def declares(access: str) -> Callable[[F], F]:
    """Mark a dependency as a declaration of access."""

    def mark(dependency: F) -> F:
        setattr(dependency, "access", access)  # noqa: B010 (functions have no such attribute)
        return dependency

    return mark


@declares("anyone")
async def anyone() -> None:
    """Let everybody in, without asking who it is."""


@declares("anyone, known or not")
async def viewer(connection: HTTPConnection) -> Actor | None:
    """Let everybody in; return who it is if they are a member.

    Applicants and those who have left see what visitors see, not what is for this co-op only.
    """
    actor = await known(connection)
    return actor if actor is not None and actor.is_member else None


@declares("anyone, known or not")
async def known(connection: HTTPConnection) -> Actor | None:
    """Let everybody in; return who it is if they are signed in, member or not."""
    return (await furnish(connection)).actor


@declares("somebody signed in")
async def signed_in(connection: HTTPConnection) -> Actor:
    """Let in who is signed in, also applicants and who has left. Raises: NotSignedIn."""
    actor = await known(connection)
    if actor is None:
        raise NotSignedIn
    return actor


@declares("a member")
async def member(connection: HTTPConnection) -> Actor:
    """Let members in, suspended ones too; others are sent to sign in.

    Raises: NotSignedIn; Forbidden to whom the co-op does not count as a member.
    """
    actor = await signed_in(connection)
    if not actor.is_member:
        raise Forbidden(STATE_FAULTS[actor.state])
    return actor


@declares("a member who has just confirmed it is them")
async def confirmed_member(connection: HTTPConnection) -> Actor:
    """Let members in who gave their password within a quarter of an hour.

    Raises: NotSignedIn, ConfirmFirst.
    """
    await member(connection)
    return await confirmed(connection)


@declares("somebody signed in who has just confirmed it is them")
async def confirmed(connection: HTTPConnection) -> Actor:
    """Let in who gave their password within a quarter of an hour, whatever became of them.

    Raises: NotSignedIn, ConfirmFirst.
    """
    actor, clock = await signed_in(connection), await clock_of(connection)
    if not is_reauthenticated(actor, now=clock.now()):
        raise ConfirmFirst
    return actor


class OfficeGate:
    """Lets in who holds one of the offices at this moment; maybe only who confirmed lately."""

    def __init__(self, offices: frozenset[Office], *, confirms: bool = False) -> None:
        self._offices = offices
        self._confirms = confirms
        self.access = "office: " + " or ".join(sorted(offices))
        if confirms:
            self.access += ", who has just confirmed it is them"

    async def __call__(self, connection: HTTPConnection) -> Actor:
        """Return the officer. Raises: NotSignedIn, Forbidden, ConfirmFirst."""
        actor = await member(connection)
        if not actor.offices & self._offices:
            raise Forbidden(say("This belongs to an office that you do not hold."))
        if self._confirms:
            now = (await clock_of(connection)).now()
            is_page = connection.scope["method"] in SAFE
            within = REAUTHENTICATED_FOR if is_page else FINISHING_FOR
            if not is_reauthenticated(actor, now=now, within=within):
                raise ConfirmFirst
        return actor


class ScopeGate:
    """Lets in an active member's token that carries the scope; with offices, also one of them."""

    def __init__(self, scope: str | None, offices: frozenset[Office] = frozenset()) -> None:
        self.scope = scope
        self.offices = offices
        self.access = f"token: {scope or 'any'}"
        if offices:
            self.access += ", office: " + " or ".join(sorted(offices))

    async def __call__(self, request: Request) -> Actor:
        """Return whose token it is. Raises: NotSignedIn, Forbidden."""
        kernel = await kernel_of(request)
        token = bearer_token(request.headers.get("authorization", ""))
        if token is None:
            raise NotSignedIn
        now, token_hash = kernel.clock.now(), hash_secret(token)

        callers: Callers = request.app.state.callers

        def look(hot: Connection) -> Actor | None:
            return callers.of_token(Session(hot), token_hash, now)

        actor = await kernel.db.hot(look)
        if actor is None:
            raise NotSignedIn
        await note_token(request, token_hash)
        check_state(actor)
        if self.scope is not None and self.scope not in (actor.scopes or ()):
            raise Forbidden(say("This action needs the scope {scope}.", scope=self.scope))
        if self.offices and not actor.offices & self.offices:
            raise Forbidden(say("This belongs to an office that you do not hold."))
        return actor


async def note_token(connection: HTTPConnection, token_hash: str) -> None:
    """Note that a good token was used today; its owner sees it in the settings."""
    state = connection.app.state
    seen: Seen = state.seen_tokens
    callers: Callers = state.callers
    await seen.note(state.kernel, callers.touch_token, token_hash)


def check_state(actor: Actor) -> None:
    """Raise Forbidden, with the reason, unless programs may act for the person at all."""
    if actor.state is MemberState.SUSPENDED:
        raise Forbidden(PROGRAMS_STOPPED)
    if actor.state is not MemberState.ACTIVE:
        raise Forbidden(STATE_FAULTS[actor.state])


def office(*offices: Office) -> Any:
    """Declare that a page belongs to the holders of any of `offices`."""
    return Depends(OfficeGate(frozenset(offices)))


def confirmed_office(*offices: Office) -> Any:
    """Declare that an act over money or members belongs to holders of any of `offices`.

    They gave their password within a quarter of an hour before the page with the form is shown,
    and within half an hour before the form is sent. To carry out an order asks nothing of the
    kind: the members decided it, and it does what they ratified or nothing.
    """
    return Depends(OfficeGate(frozenset(offices), confirms=True))


def scope(name: str, *offices: Office) -> Any:
    """Declare that a call needs a token with the scope, and an office if some are named."""
    return Depends(ScopeGate(name, frozenset(offices)))


Anyone: Dependency = Depends(anyone)
ViewerDep = Annotated[Actor | None, Depends(viewer)]
KnownDep = Annotated[Actor | None, Depends(known)]
SignedInDep = Annotated[Actor, Depends(signed_in)]
MemberDep = Annotated[Actor, Depends(member)]
ConfirmedDep = Annotated[Actor, Depends(confirmed)]
ConfirmedMemberDep = Annotated[Actor, Depends(confirmed_member)]
ApiActorDep = Annotated[Actor, Depends(ScopeGate(None))]
