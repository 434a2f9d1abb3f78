"""Signing in and out, confirming that it is still you, and a lost password."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from app.core.errors import Forbidden, Invalid, NotFound
from app.core.mail import check_email
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import Anyone, KnownDep, SignedInDep
from app.http.cookies import SESSION, read_cookie
from app.http.deps import ClockDep, KernelDep, LettersDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.links import NEXT_MAX, query_of, safe_next
from app.http.pages import after_post, page_router, render, speak
from app.members.access import ask_recovery, keep_fresh_hash, recover, recovering
from app.members.models import Member
from app.members.sessions import reauthenticate
from app.web.credentials import (
    WRONG_PASSWORD,
    WRONG_SIGN_IN,
    NewPasswordDep,
    OwnPasswordDep,
    SignInDep,
)
from app.web.signing import (
    end_here,
    first_page,
    forget_signed_in,
    keep_signed_in,
    sign_in,
)

router = page_router()

ANYBODY_SIGNED_IN: Final = "/oauth/authorize?"  # Applicants may set their programs up.
Next = Annotated[str, Query(alias="next", max_length=NEXT_MAX)]
Link = Annotated[str, Query(max_length=100)]


class RecoverForm(Shape):
    """Where the link for a new password goes."""

    email: str = Field(max_length=254)


@router.get("/login")
def get_login(request: Request, actor: KnownDep, wanted: Next = "") -> Response:
    """Ask who it is; whoever is signed in goes on."""
    if actor is not None:
        to = safe_next(wanted, otherwise=first_page(actor))
        return RedirectResponse(to, status_code=303)
    wanted = safe_next(wanted, otherwise="")
    if wanted.startswith(ANYBODY_SIGNED_IN):
        speak(request, query_of(wanted).get("lang"))
    return render(request, "web/login.html", next=wanted)


@router.post("/login", dependencies=[Anyone, limit("login")])
def post_login(
    request: Request, sent: SentDep, found: SignInDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Sign in with name or mail address and password."""
    wanted = safe_next(sent.text("next"), otherwise="")
    if found is None:
        return sent.again("web/login.html", Forbidden(WRONG_SIGN_IN), next=wanted)
    if found.fresh_hash:
        keep_fresh_hash(session, found.member_id, old=found.stored, fresh=found.fresh_hash)
    member = session.get_one(Member, found.member_id)
    opened = sign_in(request, session, member=member, now=clock.now())
    may_go = member.is_member or wanted.startswith(ANYBODY_SIGNED_IN)
    to = wanted if wanted and may_go else first_page(member)
    return keep_signed_in(request, after_post(request, to=to), opened)


@router.post("/logout")
def post_logout(
    request: Request, _actor: SignedInDep, sent: SentDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Sign out of this browser; who wants to go on as somebody else signs in again."""
    end_here(request, session, now=clock.now())
    wanted = safe_next(sent.text("next"), otherwise="")
    to = f"/login?next={quote(wanted)}" if wanted else "/login"
    response = after_post(request, to=to, said=say("You are signed out."))
    return forget_signed_in(request, response)


@router.get("/login/confirm")
def get_confirm(request: Request, _actor: SignedInDep, wanted: Next = "") -> Response:
    """Ask for the password again, before something that matters."""
    return render(request, "web/login_confirm.html", next=safe_next(wanted))


@router.post("/login/confirm", dependencies=[limit("confirm")])
def post_confirm(
    request: Request,
    _actor: SignedInDep,
    sent: SentDep,
    found: OwnPasswordDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Stamp the session for a quarter of an hour, with a new secret."""
    wanted = safe_next(sent.text("next"))
    if found is None:
        fault = Invalid(WRONG_PASSWORD, current=WRONG_PASSWORD)
        return sent.again("web/login_confirm.html", fault, next=wanted)
    secret = read_cookie(request, SESSION) or ""
    opened = reauthenticate(session, secret=secret, now=clock.now())
    return keep_signed_in(request, after_post(request, to=wanted), opened)


@router.get("/recover", dependencies=[Anyone])
def get_recover(request: Request) -> Response:
    """Ask where the link for a new password may go."""
    return render(request, "web/recover.html")


@router.post("/recover", dependencies=[Anyone, limit("reset")])
def post_recover(
    request: Request, sent: SentDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Owe the link, if the address is somebody's; the answer does not tell."""
    try:
        email = check_email(sent.read(RecoverForm).email)
    except Invalid as fault:
        return sent.again("web/recover.html", fault)
    ask_recovery(session, kernel.keyring, email=email, now=kernel.clock.now())
    said = say("If there is an account with this address, a mail with a link is on its way.")
    return after_post(request, to="/recover", said=said)


@router.get("/recover/new", dependencies=[Anyone])
def get_new_password(
    request: Request, session: ReaderDep, clock: ClockDep, link: Link = ""
) -> Response:
    """Ask for the new password."""
    if recovering(session, link, now=clock.now()) is None:
        raise NotFound(say("This link was used, or is too old. Have a new one sent."))
    return render(request, "web/recover_new.html", link=link)


@router.post("/recover/new", dependencies=[Anyone, limit("password")])
def post_new_password(
    request: Request,
    sent: SentDep,
    password: NewPasswordDep,
    session: SessionDep,
    clock: ClockDep,
    letters: LettersDep,
) -> Response:
    """Set the new password; everybody who was signed in is signed out."""
    link = sent.text("link")
    try:
        new = password.hash
    except Invalid as fault:
        return sent.again("web/recover_new.html", fault, link=link)
    recover(session, letters, secret=link, password_hash=new, now=clock.now())
    return after_post(request, to="/login", said=say("Your new password is set. Sign in with it."))
