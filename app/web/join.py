"""Joining in two screens: the form, and the code that came by mail."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.mail import check_email
from app.core.settings import Registration
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import Anyone, KnownDep
from app.http.cookies import drop_cookie, read_cookie, set_cookie
from app.http.deps import ClockDep, KernelDep, LettersDep, ReaderDep, SessionDep
from app.http.filled import Filled
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render, tongue_of
from app.http.panels import Panels, PanelsDep
from app.instance.queries import door_of, registration_of
from app.members.consent import in_force
from app.members.invitations import find_invitation
from app.members.models import Member
from app.members.names import check_username
from app.members.signup import (
    KEPT_FOR,
    WORDS_MAX,
    Form,
    begin,
    check_door,
    check_ticks,
    finish,
    finish_by_link,
    send_again,
    sign_up_of,
    sign_up_of_link,
    try_code,
)
from app.web.checks import check_all
from app.web.credentials import NewPassword, NewPasswordDep
from app.web.signing import IN_PLACE, first_page, keep_signed_in, sign_in

router = page_router()

COOKIE: Final = "join"
COOKIE_SECONDS: Final = int(KEPT_FOR.total_seconds())
RULES_MAX: Final = 3
USED_OR_OLD: Final = say("This link was used, or is too old. Let the application send a new one.")
Link = Annotated[str, Query(max_length=100)]
# Where a document is read, if it has an address of its own.
SHELVES: Final = {"terms": "/terms", "privacy": "/privacy", "code-of-conduct": "/rules"}


class JoinForm(Shape):
    """The first screen; the password is read apart."""

    username: str = Field(max_length=30)
    email: str = Field(max_length=254)
    words: str = Field(default="", max_length=WORDS_MAX)
    invite: str = Field(default="", max_length=100)
    ticked: list[str] = Field(default=[], max_length=20)


class ResendForm(Shape):
    """Where a new code goes, if elsewhere."""

    email: str | None = Field(default=None, max_length=254)


@router.get("/join")
def get_join(
    request: Request,
    session: ReaderDep,
    actor: KnownDep,
    kernel: KernelDep,
    panels: PanelsDep,
    invite: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show the form, or say why nobody can join by it now."""
    if actor is not None:
        return RedirectResponse(first_page(actor), status_code=303)
    return render(request, "web/join.html", **_around(session, kernel, panels, invite=invite))


@router.post("/join", dependencies=[Anyone, limit("join")])
def post_join(
    request: Request,
    sent: SentDep,
    password: NewPasswordDep,
    session: SessionDep,
    kernel: KernelDep,
    letters: LettersDep,
    panels: PanelsDep,
) -> Response:
    """Take the form and mail the code."""
    now, door = kernel.clock.now(), door_of(session, kernel.settings)
    check_door(session, door, invitation=sent.text("invite"), now=now)
    try:
        form = _read(request, session, kernel, sent, password)
        begun = begin(session, letters, kernel.keyring, form, door=door, now=now)
    except Invalid as fault:
        around = _around(session, kernel, panels, invite=sent.text("invite"))
        return sent.again("web/join.html", fault, **around)
    if door.is_open_for_tests:
        return _let_in(request, session, kernel, secret=begun.secret)
    response = after_post(request, to="/join/confirm")
    set_cookie(request, response, COOKIE, begun.secret, max_age_seconds=COOKIE_SECONDS)
    return response


@router.get("/join/confirm", dependencies=[Anyone])
def get_confirm(request: Request, session: ReaderDep, kernel: KernelDep) -> Response:
    """Ask for the code; without a sign-up in this browser, begin with the form."""
    kept = sign_up_of(session, _secret(request), now=kernel.clock.now())
    if kept is None:
        return RedirectResponse("/join", status_code=303)
    return render(request, "web/join_confirm.html", email=kept.email)


@router.post("/join/confirm", dependencies=[Anyone, limit("code")])
def post_confirm(
    request: Request, sent: SentDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Compare the code; the right one opens the door, a wrong one is counted."""
    now, secret = kernel.clock.now(), _secret(request)
    fault = try_code(session, kernel.keyring, secret=secret, code=_code(sent), now=now)
    if fault is not None:
        # Not `sent.again`: it would undo the counting.
        kept = sign_up_of(session, secret, now=now)
        form = Filled(sent.values, {"code": fault}, fault)
        email = kept.email if kept else ""
        name = "web/join_confirm.html"
        return render(request, name, status_code=422, form=form, email=email)
    return _let_in(request, session, kernel, secret=secret)


@router.post("/join/code", dependencies=[Anyone, limit("resend")])
def post_resend(
    request: Request, sent: SentDep, session: SessionDep, kernel: KernelDep, letters: LettersDep
) -> Response:
    """Mail a new code, to another address if one is given."""
    now, secret = kernel.clock.now(), _secret(request)
    try:
        wanted = sent.read(ResendForm).email
        email = None if wanted is None else check_email(wanted)
    except Invalid as fault:
        kept = sign_up_of(session, secret, now=now)
        return sent.again("web/join_confirm.html", fault, email=kept.email if kept else "")
    send_again(session, letters, kernel.keyring, secret=secret, email=email, now=now)
    return after_post(request, to="/join/confirm", said=say("A new code is on its way."))


@router.get("/join/link", dependencies=[Anyone])
def get_link(request: Request, session: ReaderDep, clock: ClockDep, link: Link = "") -> Response:
    """Ask for one click: opening a link from a mail changes nothing by itself."""
    kept = sign_up_of_link(session, link, now=clock.now())
    if kept is None:
        raise NotFound(USED_OR_OLD)
    of_it = {"username": kept.username, "email": kept.email}
    return render(request, "web/join_link.html", status_code=200, link=link, **of_it)


@router.post("/join/link", dependencies=[Anyone, limit("code")])
def post_link(request: Request, sent: SentDep, session: SessionDep, kernel: KernelDep) -> Response:
    """Enter whoever signed up by a program.

    This browser is not signed in by it: the mail may have been opened by anybody who owns the
    address, and the program has what it needs.
    """
    door, now = door_of(session, kernel.settings), kernel.clock.now()
    finish_by_link(session, link=sent.text("link"), door=door, now=now)
    said = say("Your address is confirmed. Go back to the application, or sign in here.")
    return after_post(request, to="/login", said=said)


def _read(
    request: Request, session: Session, kernel: Kernel, sent: Sent, password: NewPassword
) -> Form:
    form, now = sent.read(JoinForm), kernel.clock.now()
    check_all(
        lambda: check_username(session, form.username, now=now),
        lambda: check_email(form.email),
        lambda: password.hash,
        lambda: check_ticks(session, form.ticked, now=now),
    )
    return Form(
        username=form.username,
        email=check_email(form.email),
        password_hash=password.hash,
        words=form.words.replace("\0", ""),
        invitation=form.invite,
        locale=tongue_of(request).tag,
        ticked=form.ticked,
    )


def _let_in(request: Request, session: Session, kernel: Kernel, *, secret: str) -> Response:
    now = kernel.clock.now()
    member = finish(session, secret=secret, door=door_of(session, kernel.settings), now=now)
    opened = sign_in(request, session, member=member, now=now)
    response = after_post(request, to=_first_page(member))
    drop_cookie(request, response, COOKIE)
    return keep_signed_in(request, response, opened)


def _first_page(member: Member) -> str:
    return "/welcome" if member.is_member else IN_PLACE


def _secret(request: Request) -> str:
    return read_cookie(request, COOKIE) or ""


def _code(sent: Sent) -> str:
    return sent.text("code")[:20]


def _around(session: Session, kernel: Kernel, panels: Panels, *, invite: str) -> dict[str, Any]:
    now, registration = kernel.clock.now(), registration_of(session, kernel.settings)
    invitation = find_invitation(session, invite, now=now) if invite else None
    return {
        "closed": _closed(registration, is_invited=invitation is not None),
        "asks_words": registration is Registration.APPLICATION,
        "invite": invite if invitation else "",
        "documents": _documents(session, kernel),
        "rules": panels.rules_of(session, now)[:RULES_MAX],
        "price": panels.price_of(session, now),
    }


def _closed(registration: Registration, *, is_invited: bool) -> Words | None:
    if registration is Registration.CLOSED:
        return say("We take no new members at the moment.")
    if registration is Registration.INVITE and not is_invited:
        return say("One joins by invitation here. Ask a member for a link.")
    return None


def _documents(session: Session, kernel: Kernel) -> Sequence[tuple[str, str, str]]:
    """Return value, title and address of each document that must be ticked."""
    return [
        (f"{v.slug}/{v.version}", v.title, SHELVES.get(v.slug, f"/coop/documents/{v.slug}"))
        for v in in_force(session, at=kernel.clock.now())
    ]
