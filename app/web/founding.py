"""The page at which a co-op is founded, by the link that the service printed."""

from typing import Any, Final

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.mail import check_email
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import Anyone
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render
from app.instance.presets import Preset
from app.instance.service import check_founding_link, found_coop
from app.instance.sitesettings import NAME_MAX, TAGLINE_MAX
from app.members.mandates import CARETAKING_DAYS
from app.members.register import Newcomer
from app.web.checks import check_all
from app.web.credentials import NewPassword, NewPasswordDep
from app.web.signing import keep_signed_in, sign_in

router = page_router()

CURRENCIES: Final = (
    *("USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF", "DKK", "NOK", "SEK", "ISK"),
    *("PLN", "CZK", "HUF", "RON", "JPY", "KRW", "INR", "BRL", "MXN", "ARS", "CLP", "ZAR", "KES"),
)
PRESETS: Final[tuple[tuple[Preset, Words, Words], ...]] = (
    (
        Preset.SMALL,
        say("Small house"),
        say("Up to about thirty people. Few rules, short times, most things by talking."),
    ),
    (
        Preset.SOCIAL_COOP_LIKE,
        say("Consensus"),
        say("Proposals pass if nearly everybody is content; a few who object strongly stop them."),
    ),
    (
        Preset.ASSOCIATION,
        say("Association"),
        say("Majorities and minimum turnout, three quarters for the bylaws, longer times."),
    ),
)


class FoundingForm(Shape):
    """What the founder fills in; the password is read apart."""

    name: str = Field(max_length=NAME_MAX)
    tagline: str = Field(default="", max_length=TAGLINE_MAX)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    contact: str = Field(default="", max_length=254)
    preset: Preset
    username: str = Field(max_length=30)
    email: str = Field(max_length=254)


@router.get("/found/{secret}", dependencies=[Anyone, limit("found")])
def get_founding(request: Request, secret: str, session: ReaderDep, clock: ClockDep) -> Response:
    """Ask for a name, a purpose, rules to begin with, and who the founder is."""
    check_founding_link(session, secret, now=clock.now())
    return render(request, "web/found.html", **_around(secret))


@router.post("/found/{secret}", dependencies=[Anyone, limit("found")])
def post_founding(
    request: Request,
    secret: str,
    sent: SentDep,
    password: NewPasswordDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Found the co-op and let the founder in."""
    now = clock.now()
    check_founding_link(session, secret, now=now)
    try:
        form, founder = _read(sent, password)
        given = form.model_dump(include={"name", "tagline", "currency", "contact", "preset"})
        made = found_coop(session, founder=founder, via="founding link", now=now, **given)
    except Invalid as fault:
        return sent.again("web/found.html", fault, **_around(secret))
    opened = sign_in(request, session, member=made.founder, now=now)
    return keep_signed_in(request, after_post(request, to="/welcome"), opened)


def _read(sent: Sent, password: NewPassword) -> tuple[FoundingForm, Newcomer]:
    form = sent.read(FoundingForm)
    check_all(
        lambda: check_email(form.email),
        lambda: password.hash,
        lambda: check_contact(form.contact),
    )
    return form, Newcomer(form.username, check_email(form.email), password.hash)


def check_contact(contact: str) -> None:
    """Raise Invalid, on the field `contact`, unless it is empty or a mail address."""
    if contact:
        try:
            check_email(contact)
        except Invalid as fault:
            raise Invalid(fault.message, contact=fault.message) from None


def _around(secret: str) -> dict[str, Any]:
    return {
        "secret": secret,
        "presets": PRESETS,
        "currencies": [(code, code) for code in CURRENCIES],
        "days": CARETAKING_DAYS,
    }
