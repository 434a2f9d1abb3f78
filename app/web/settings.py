"""Settings: one's account, where one is signed in, applications, invitations, leaving."""

from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.mail import check_email
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import Anyone, ConfirmedMemberDep, MemberDep, SignedInDep
from app.http.cookies import SESSION, read_cookie
from app.http.deps import ClockDep, KernelDep, LettersDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.pages import Pages, after_post, page_router, render
from app.members.access import (
    ask_new_email,
    change_password,
    confirm_new_email,
    wished_email,
)
from app.members.actor import Actor, Verb, may, require
from app.members.invitations import end_invitation, invitations_of, invite
from app.members.models import Member
from app.members.offices import office_word
from app.members.queries import mandates_of
from app.members.service import leave
from app.members.sessions import end_access, end_session, list_sessions, session_of
from app.oauth.queries import tokens_of
from app.oauth.service import revoke_token
from app.oauth.words import words_of
from app.web.credentials import WRONG_PASSWORD, NewPasswordDep, OwnPasswordDep
from app.web.signing import forget_signed_in

router = page_router(prefix="/settings")

THEMES: Final = (
    ("", say("As the system says")),
    ("light", say("Light")),
    ("dark", say("Dark")),
)
USES: Final = (1, 5, 25)
DAYS: Final = (1, 7, 30, 90)
USED_OR_OLD: Final = say("This link was used, or is too old. Have a new one sent.")

Link = Annotated[str, Query(max_length=100)]


class TasteForm(Shape):
    """How a member reads the site."""

    locale: str = Field(default="", max_length=35)
    time_zone: str = Field(default="UTC", max_length=64)
    theme: str = Field(default="", pattern=r"^(light|dark|)$")


class EmailForm(Shape):
    """Where mails shall go from now on."""

    email: str = Field(max_length=254)


class InvitationForm(Shape):
    """How often and how long a link opens the door."""

    uses: int = 1
    days: int = 7


@router.get("")
def get_settings(
    request: Request, session: ReaderDep, actor: SignedInDep, clock: ClockDep
) -> Response:
    """Lead to the groups of settings, and show the offices one holds or held."""
    mandates = [
        (office_word(mandate.office), mandate, mandate.ended_at or mandate.ends_at)
        for mandate in mandates_of(session, actor.member_id)
    ]
    return render(
        request,
        "web/settings/index.html",
        is_member=actor.is_member,
        may_invite=may(actor, Verb.INVITE),
        mandates=mandates,
        now=clock.now(),
    )


@router.get("/account")
def get_account(request: Request, session: ReaderDep, actor: SignedInDep) -> Response:
    """Show address, language, time zone and look."""
    return render(request, "web/settings/account.html", **_account(request, session, actor))


@router.post("/account")
def post_account(
    request: Request, sent: SentDep, session: SessionDep, actor: SignedInDep
) -> Response:
    """Keep language, time zone and look."""
    try:
        taste = sent.read(TasteForm)
        _check_taste(request, taste)
    except Invalid as fault:
        around = _account(request, session, actor)
        return sent.again("web/settings/account.html", fault, **around)
    member = session.get_one(Member, actor.member_id)
    member.locale, member.time_zone = taste.locale or None, taste.time_zone
    member.settings = {**member.settings, "theme": taste.theme or None}
    return after_post(request, to="/settings/account", said=say("Kept."))


@router.get("/email")
def get_email(request: Request, session: ReaderDep, actor: ConfirmedMemberDep) -> Response:
    """Ask for another mail address."""
    email = session.get_one(Member, actor.member_id).email
    return render(request, "web/settings/email.html", email=email)


@router.post("/email", dependencies=[limit("email")])
def post_email(
    request: Request,
    sent: SentDep,
    session: SessionDep,
    actor: ConfirmedMemberDep,
    clock: ClockDep,
    letters: LettersDep,
) -> Response:
    """Mail a link to the new address; the old one stays until it is used."""
    try:
        email = check_email(sent.read(EmailForm).email)
    except Invalid as fault:
        old = session.get_one(Member, actor.member_id).email
        return sent.again("web/settings/email.html", fault, email=old)
    ask_new_email(session, letters, member_id=actor.member_id, email=email, now=clock.now())
    said = say("A link is on its way to the new address. Until you use it, nothing changes.")
    return after_post(request, to="/settings/account", said=said)


@router.get("/email/confirm", dependencies=[Anyone])
def get_email_confirm(
    request: Request, session: ReaderDep, clock: ClockDep, link: Link = ""
) -> Response:
    """Ask for one click: opening a link from a mail changes nothing by itself."""
    wished = wished_email(session, link, now=clock.now())
    if wished is None:
        raise NotFound(USED_OR_OLD)
    return render(request, "web/settings/email_confirm.html", link=link, email=wished)


@router.post("/email/confirm", dependencies=[Anyone, limit("code")])
def post_email_confirm(
    request: Request, sent: SentDep, session: SessionDep, clock: ClockDep, letters: LettersDep
) -> Response:
    """Make the new address the member's, and tell the old one."""
    confirm_new_email(session, letters, secret=sent.text("link"), now=clock.now())
    return after_post(request, to="/login", said=say("Your new address is confirmed."))


@router.get("/password")
def get_password(request: Request, _actor: SignedInDep) -> Response:
    """Ask for the old and the new password."""
    return render(request, "web/settings/password.html")


@router.post("/password", dependencies=[limit("password")])
def post_password(
    request: Request,
    sent: SentDep,
    actor: SignedInDep,
    own: OwnPasswordDep,
    password: NewPasswordDep,
    session: SessionDep,
    clock: ClockDep,
    letters: LettersDep,
) -> Response:
    """Change the password; every other browser and application is signed out."""
    now = clock.now()
    try:
        if own is None:
            raise Invalid(WRONG_PASSWORD, current=WRONG_PASSWORD)
        fresh = password.hash
    except Invalid as fault:
        return sent.again("web/settings/password.html", fault)
    here = session_of(session, read_cookie(request, SESSION) or "", now=now)
    change_password(
        session,
        letters,
        member_id=actor.member_id,
        password_hash=fresh,
        kept_session_id=here.id if here else None,
        now=now,
    )
    said = say("Your password is changed. You are signed out everywhere else.")
    return after_post(request, to="/settings/security", said=said)


@router.get("/security")
def get_security(
    request: Request, session: ReaderDep, actor: SignedInDep, clock: ClockDep
) -> Response:
    """Show where one is signed in."""
    now = clock.now()
    here = session_of(session, read_cookie(request, SESSION) or "", now=now)
    found = list_sessions(session, actor.member_id, now=now)
    here_id = here.id if here else None
    return render(request, "web/settings/security.html", sessions=found, here_id=here_id)


@router.post("/security/{session_id:int}/end")
def post_end_session(
    request: Request, session_id: int, session: SessionDep, actor: SignedInDep
) -> Response:
    """Sign one browser out."""
    end_session(session, member_id=actor.member_id, session_id=session_id)
    return after_post(request, to="/settings/security", said=say("That browser is signed out."))


@router.post("/security/end-others")
def post_end_others(
    request: Request, session: SessionDep, actor: SignedInDep, clock: ClockDep
) -> Response:
    """Sign all other browsers and applications out."""
    now = clock.now()
    here = session_of(session, read_cookie(request, SESSION) or "", now=now)
    kept = here.id if here else None
    end_access(session, member_id=actor.member_id, except_id=kept, now=now)
    said = say("You are signed out everywhere else.")
    return after_post(request, to="/settings/security", said=said)


@router.get("/apps")
def get_apps(request: Request, session: ReaderDep, actor: SignedInDep) -> Response:
    """Show which applications act for the member, and what they may do."""
    tokens = [(token, words_of(token.scopes)) for token in tokens_of(session, actor.member_id)]
    return render(request, "web/settings/apps.html", tokens=tokens)


@router.post("/apps/{token_id:int}/revoke")
def post_revoke(
    request: Request, token_id: int, session: SessionDep, actor: SignedInDep
) -> Response:
    """Take back what an application was given."""
    revoke_token(session, member_id=actor.member_id, token_id=token_id)
    return after_post(request, to="/settings/apps", said=say("It cannot act for you any more."))


@router.get("/invitations")
def get_invitations(
    request: Request, session: ReaderDep, actor: MemberDep, kernel: KernelDep
) -> Response:
    """Show one's links that open the door to others."""
    require(actor, Verb.INVITE)
    return render(request, "web/settings/invitations.html", **_invitations(session, actor, kernel))


@router.post("/invitations")
def post_invitation(
    request: Request, sent: SentDep, session: SessionDep, actor: MemberDep, kernel: KernelDep
) -> Response:
    """Make a link."""
    now = kernel.clock.now()
    try:
        form = sent.read(InvitationForm)
        invite(session, kernel.keyring, actor, uses=form.uses, days=form.days, now=now)
    except Invalid as fault:
        around = _invitations(session, actor, kernel)
        return sent.again("web/settings/invitations.html", fault, **around)
    return after_post(request, to="/settings/invitations", said=say("Your link is below."))


@router.post("/invitations/{invitation_id:int}/end")
def post_end_invitation(
    request: Request, invitation_id: int, session: SessionDep, actor: MemberDep, clock: ClockDep
) -> Response:
    """Close a link."""
    end_invitation(session, actor, invitation_id=invitation_id, now=clock.now())
    return after_post(request, to="/settings/invitations", said=say("The link is closed."))


@router.get("/leave")
def get_leave(request: Request, _actor: ConfirmedMemberDep) -> Response:
    """Say what leaving means, and ask."""
    return render(request, "web/settings/leave.html")


@router.post("/leave")
def post_leave(
    request: Request, session: SessionDep, actor: ConfirmedMemberDep, clock: ClockDep
) -> Response:
    """Leave the co-op."""
    require(actor, Verb.LEAVE)
    leave(session, member_id=actor.member_id, now=clock.now())
    said = say("You have left. Thank you for having been here.")
    response = after_post(request, to="/login", said=said)
    return forget_signed_in(request, response)


def _account(request: Request, session: Session, actor: Actor) -> dict[str, Any]:
    member = session.get_one(Member, actor.member_id)
    return {
        "email": member.email,
        "locale": member.locale or "",
        "time_zone": member.time_zone,
        "theme": member.settings.get("theme") or "",
        "languages": [("", say("As the browser says")), *_languages(request)],
        "zones": zones(),
        "themes": THEMES,
    }


def _invitations(session: Session, actor: Actor, kernel: Kernel) -> dict[str, Any]:
    now = kernel.clock.now()
    found = invitations_of(session, kernel.keyring, actor.member_id, now=now)
    return {"invitations": found, "uses": USES, "days": DAYS}


def _languages(request: Request) -> list[tuple[str, str]]:
    """Return the languages on offer, each by its own name."""
    pages: Pages = request.app.state.pages
    locales = ((tag, pages.languages.locale(tag)) for tag in pages.languages.tags)
    return [
        (tag, (locale.get_display_name(locale) or tag).capitalize()) for tag, locale in locales
    ]


def zones() -> list[str]:
    """Return the time zones by their names, without the historical ones."""
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def _check_taste(request: Request, taste: TasteForm) -> None:
    if taste.locale and taste.locale not in dict(_languages(request)):
        fault = say("Choose one of the languages offered.")
        raise Invalid(fault, locale=fault)
    if taste.time_zone not in zones():
        fault = say("There is no such time zone. Write it like Europe/Lisbon.")
        raise Invalid(fault, time_zone=fault)
