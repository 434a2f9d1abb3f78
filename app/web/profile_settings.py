"""One's own page: name, words, lines, pictures, and who may find and follow."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.accounts.profile import FIELDS_MAX, Profile, update_profile
from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.media import DeskDep
from app.http.pages import after_post, page_router, render
from app.media.kinds import MediaKind
from app.media.receive import Upload
from app.media.service import take_off, wear
from app.members.actor import Actor
from app.statuses.featured import feature_tag, shown_tags, stop_featuring_tag
from app.web.shown import face_of

router = page_router(prefix="/settings/profile")

PAGE: Final = "web/settings/profile.html"
KINDS: Final = {"avatar": MediaKind.AVATAR, "header": MediaKind.HEADER}


class ProfileForm(Shape):
    """A profile as it comes from the page; the lines are read by their numbers."""

    display_name: str = ""
    note: str = ""
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False


@router.get("")
def show(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show the reader's own page, to change it."""
    account = session.get_one(Account, actor.account_id)
    lines = {
        f"{part}-{number}": field[part]
        for number, field in enumerate(account.fields)
        for part in ("name", "value")
    }
    form = filled_with(
        display_name=account.display_name,
        note=account.note,
        locked=account.locked,
        discoverable=account.discoverable,
        indexable=account.indexable,
        **lines,
    )
    return render(request, PAGE, form=form, **_around(session, account))


def _around(session: Session, account: Account) -> dict[str, Any]:
    return {
        "face": face_of(account),
        "account": account,
        "lines": range(FIELDS_MAX),
        "tags": shown_tags(session, account.id),
    }


@router.post("", dependencies=[limit("write")])
def change(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Change the reader's own page."""
    form = sent.read(ProfileForm)
    lines = range(FIELDS_MAX)
    fields = tuple((sent.text(f"name-{n}"), sent.text(f"value-{n}")) for n in lines)
    profile = Profile(**form.model_dump(), fields=fields)
    here = kernel.settings.address_domain
    try:
        update_profile(session, actor.account_id, profile, now=kernel.clock.now(), here=here)
    except Invalid as fault:
        account = session.get_one(Account, actor.account_id)
        return sent.again(PAGE, fault, **_around(session, account))
    return after_post(request, to="/settings/profile", said=say("Your page is changed."))


@router.post("/tags", dependencies=[limit("write")])
def add_tag(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a tag on the reader's page."""
    try:
        feature_tag(session, actor, sent.text("tag"), now=clock.now())
    except Invalid as fault:
        account = session.get_one(Account, actor.account_id)
        told = Invalid(fault.message, tag=fault.message)
        return sent.again(PAGE, told, **_around(session, account))
    return after_post(request, to="/settings/profile", said=say("Your page is changed."))


@router.post("/tags/remove")
def remove_tag(request: Request, sent: SentDep, actor: MemberDep, session: SessionDep) -> Response:
    """Show a tag no longer."""
    stop_featuring_tag(session, actor, sent.text("tag"))
    return after_post(request, to="/settings/profile")


@router.post("/pictures", dependencies=[limit("upload")])
async def change_picture(
    request: Request, sent: SentDep, actor: MemberDep, kernel: KernelDep, desk: DeskDep
) -> Response:
    """Put on another avatar or header."""
    for field, kind in KINDS.items():
        for file in sent.files(field)[:1]:
            upload = Upload(file.file, actor.account_id, kind=kind)
            try:
                picture = await desk.take(kernel, upload)
            except Invalid as fault:
                return _refused(sent, kernel, actor, fault, field)
            with kernel.db.write.begin() as session:
                wear(session, actor.account_id, picture.id, now=kernel.clock.now())
    return after_post(request, to="/settings/profile", said=say("Your page is changed."))


def _refused(sent: Sent, kernel: KernelDep, actor: Actor, fault: Invalid, field: str) -> Response:
    with kernel.db.read.begin() as session:
        account = session.get_one(Account, actor.account_id)
        fault = Invalid(fault.message, **{field: fault.message})
        return sent.again(PAGE, fault, **_around(session, account))


@router.post("/pictures/{kind}/remove")
def remove_picture(
    request: Request, actor: MemberDep, session: SessionDep, kernel: KernelDep, kind: str
) -> Response:
    """Take off the avatar or the header."""
    if kind in KINDS:
        take_off(session, actor.account_id, KINDS[kind], now=kernel.clock.now())
    return after_post(request, to="/settings/profile")
