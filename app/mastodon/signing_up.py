"""Signing up by a program: a form like the one on the site, and a link in place of the code.

The program gets its token at once. It acts for nobody until the link is clicked, and if the mail
address has an account already, nothing tells. Source: mastodon-api.md 1.5, 4.2.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.crypto import new_secret
from app.core.errors import Forbidden, Invalid
from app.core.kernel import Kernel
from app.core.mail import check_email
from app.core.records import Record
from app.core.settings import Registration
from app.core.words import say
from app.http.deps import HasherDep, KernelDep, LettersDep, SessionDep
from app.http.limits import limit
from app.http.pages import Pages, translate
from app.instance.queries import door_of
from app.mastodon.answers import json, nothing
from app.mastodon.gate import program
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.members.consent import in_force
from app.members.names import FAULTS, NameFault, fault_of_name
from app.members.passwords import LENGTH_MAX, LENGTH_MIN, check_password
from app.members.signup import (
    WORDS_MAX,
    Begun,
    Door,
    Form,
    begin,
    check_door,
    finish,
    send_link_again,
)
from app.oauth.callers import Caller
from app.oauth.models import Application
from app.oauth.service import keep_token
from app.text.handles import LOCAL_USERNAME_MAX

router = mastodon_router()

INVITATION_MAX: Final = 100
# What a program asks for in so many words, and a member grants on a page of ours.
POWERS: Final = ("coop:", "admin:")
NO_PROGRAM: Final = say("Only an application that introduced itself can sign somebody up.")
CONFIRMED: Final = say("This address is confirmed already.")
EMPTY: Final = say("This must be filled in.")


class Code(StrEnum):
    """The faults that programs know by name."""

    ACCEPTED = "ERR_ACCEPTED"
    BLANK = "ERR_BLANK"
    INVALID = "ERR_INVALID"
    RESERVED = "ERR_RESERVED"
    TAKEN = "ERR_TAKEN"
    TOO_LONG = "ERR_TOO_LONG"
    TOO_SHORT = "ERR_TOO_SHORT"


class Fault(Record):
    """What is wrong with a field, for programs and for people."""

    field: str
    code: Code
    words: str


NAME_CODES: Final = {
    NameFault.INVALID: Code.INVALID,
    NameFault.RESERVED: Code.RESERVED,
    NameFault.TAKEN: Code.TAKEN,
    NameFault.IN_OFFICE: Code.RESERVED,
}


class Hashed(Record):
    """The password that was sent, hashed; or why it cannot be taken."""

    hash: str = ""
    fault: Fault | None = None


async def read_password(params: ParamsDep, kernel: KernelDep, hasher: HasherDep) -> Hashed:
    """Check and hash the password before the transaction begins."""
    password, domain = params.text("password"), kernel.settings.address_domain
    known = (params.text("username"), params.text("email"), domain)
    try:
        check_password(password, personal=[name for name in known if name])
    except Invalid as fault:
        return Hashed(fault=Fault("password", _password_code(password), fault.message))
    return Hashed(await hasher.hash(password))


HashedDep = Annotated[Hashed, Depends(read_password)]


@router.post("/api/v1/accounts", dependencies=[limit("join")])
def post_account(
    request: Request,
    caller: Annotated[Caller, program("write:accounts")],
    params: ParamsDep,
    password: HashedDep,
    session: SessionDep,
    kernel: KernelDep,
    letters: LettersDep,
) -> Response:
    """Sign somebody up, and give the program a token for them."""
    now, door = kernel.clock.now(), door_of(session, kernel.settings)
    application = _application(session, caller)
    check_door(session, door, invitation=_invitation(params), now=now)
    if faults := list(_faults(session, kernel, params, password, door)):
        return _refused(request, faults)
    form = _form(request, session, kernel, params, password)
    begun = begin(session, letters, kernel.keyring, form, door=door, now=now)
    return json(_token(session, kernel, application, begun, door))


@router.post("/api/v1/emails/confirmations", dependencies=[limit("resend")])
def post_confirmation(
    caller: Annotated[Caller, program()],
    params: ParamsDep,
    session: SessionDep,
    kernel: KernelDep,
    letters: LettersDep,
) -> Response:
    """Mail a new link, to another address if one is given, until one is clicked."""
    if caller.sign_up_id is None:
        raise Forbidden(CONFIRMED)
    wanted = params.text("email")
    send_link_again(
        session,
        letters,
        kernel.keyring,
        sign_up_id=caller.sign_up_id,
        email=check_email(wanted) if wanted else None,
        now=kernel.clock.now(),
    )
    return nothing()


def _application(session: Session, caller: Caller) -> Application:
    if caller.application_id is None:
        raise Forbidden(NO_PROGRAM)
    return session.get_one(Application, caller.application_id)


def _faults(
    session: Session, kernel: Kernel, params: Params, password: Hashed, door: Door
) -> Iterator[Fault]:
    """Yield all that is wrong, so that the program can show it at once."""
    if fault := _name_fault(session, kernel, params.text("username")):
        yield fault
    if fault := _email_fault(params.text("email")):
        yield fault
    if password.fault is not None:
        yield password.fault
    if not params.flag("agreement"):
        yield Fault("agreement", Code.ACCEPTED, say("Please read the terms and agree to them."))
    reason = params.text("reason").strip()
    if len(reason) > WORDS_MAX:
        yield Fault("reason", Code.TOO_LONG, say("Take at most {n} signs.", n=WORDS_MAX))
    elif not reason and asks_reason(door):
        yield Fault("reason", Code.BLANK, say("Please tell us what brings you here."))


def asks_reason(door: Door) -> bool:
    """Return whether who signs up must say why: somebody reads it and decides."""
    return door.registration is Registration.APPLICATION and not door.is_open_for_tests


def _name_fault(session: Session, kernel: Kernel, username: str) -> Fault | None:
    if not username:
        return Fault("username", Code.BLANK, EMPTY)
    fault = fault_of_name(session, username, now=kernel.clock.now())
    if fault is None:
        return None
    is_long = len(username) > LOCAL_USERNAME_MAX
    return Fault("username", Code.TOO_LONG if is_long else NAME_CODES[fault], FAULTS[fault])


def _email_fault(email: str) -> Fault | None:
    """Return what is wrong with the address itself; whether it is taken is its owner's matter."""
    if not email:
        return Fault("email", Code.BLANK, EMPTY)
    try:
        check_email(email)
    except Invalid as fault:
        return Fault("email", Code.INVALID, fault.message)
    return None


def _password_code(password: str) -> Code:
    if not password:
        return Code.BLANK
    if len(password) < LENGTH_MIN:
        return Code.TOO_SHORT
    return Code.TOO_LONG if len(password) > LENGTH_MAX else Code.INVALID


def _form(
    request: Request, session: Session, kernel: Kernel, params: Params, password: Hashed
) -> Form:
    pages: Pages = request.app.state.pages
    accepted = request.headers.get("accept-language", "")
    agreed = in_force(session, at=kernel.clock.now())
    return Form(
        username=params.text("username"),
        email=check_email(params.text("email")),
        password_hash=password.hash,
        words=params.text("reason").strip(),
        invitation=_invitation(params),
        locale=pages.languages.choose(wanted=params.text("locale"), accepted=accepted),
        ticked=[f"{version.slug}/{version.version}" for version in agreed],
        by_link=True,
    )


def _token(
    session: Session, kernel: Kernel, application: Application, begun: Begun, door: Door
) -> dict[str, Any]:
    """Keep a token for the sign-up, or for the member whom a site open for tests enters now."""
    token, now, member_id = new_secret(), kernel.clock.now(), None
    scopes = [name for name in application.scopes.split() if not name.startswith(POWERS)]
    if door.is_open_for_tests:
        member_id = finish(session, secret=begun.secret, door=door, now=now).id
    application.was_used = True
    keep_token(
        session,
        token,
        application_id=application.id,
        member_id=member_id,
        sign_up_id=begun.id if member_id is None else None,
        scopes=scopes,
        now=now,
    )
    return {
        "access_token": token,
        "token_type": "Bearer",
        "scope": " ".join(scopes),
        "created_at": int(now.timestamp()),
    }


def _refused(request: Request, faults: Sequence[Fault]) -> Response:
    details: dict[str, list[dict[str, str]]] = {}
    for fault in faults:
        said = {"error": fault.code.value, "description": translate(request, fault.words)}
        details.setdefault(fault.field, []).append(said)
    told = ", ".join(translate(request, fault.words) for fault in faults)
    return json({"error": f"Validation failed: {told}", "details": details}, status=422)


def _invitation(params: Params) -> str:
    return params.text("invite_code")[:INVITATION_MAX]
