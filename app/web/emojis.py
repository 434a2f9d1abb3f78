"""The co-op's emoji: officers add and keep them, and each has an address of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, BinaryIO, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.emojis.book import emoji_of
from app.emojis.models import CATEGORY_MAX
from app.emojis.service import (
    EmojiWish,
    add_emoji,
    change_emoji,
    check_wish,
    kept_emoji,
    kept_emojis,
    remove_emoji,
)
from app.federation.answers import document, wants_document
from app.federation.documents.emojis import emoji_document
from app.http.access import Anyone, office
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.media import DeskDep
from app.http.pages import after_post, page_router, render
from app.http.panels import Drawer
from app.http.urls import Urls
from app.media.kinds import MediaKind
from app.media.receive import Upload
from app.members.actor import Actor, Verb, may
from app.members.offices import Office

router = page_router()

DESK: Final = "/duties/emojis"
this: Final = f"{DESK}/{{emoji_id:int}}"
SHELF, ONE = "web/emojis.html", "web/emoji.html"
KeeperDep = Annotated[Actor, office(Office.ADMIN, Office.MODERATOR)]


class EmojiForm(Shape):
    """How an emoji is called and where it stands; `hidden` keeps it out of the pickers."""

    shortcode: str = Field(default="", max_length=100)
    category: str = Field(default="", max_length=CATEGORY_MAX)
    hidden: bool = False
    unused: bool = False

    @property
    def wish(self) -> EmojiWish:
        """What is wished for; people write the colons too, and capitals."""
        return EmojiWish(
            shortcode=self.shortcode.strip().strip(":").lower(),
            category=self.category,
            enabled=not self.unused,
            visible_in_picker=not self.hidden,
        )


@router.get(DESK)
def show_desk(request: Request, _actor: KeeperDep, session: ReaderDep) -> Response:
    """Show all emoji, and ask for another one."""
    return render(request, SHELF, **_around(session))


@router.post(DESK, dependencies=[limit("upload")])
async def post_emoji(
    request: Request, sent: SentDep, actor: KeeperDep, kernel: KernelDep, desk: DeskDep
) -> Response:
    """Add an emoji: its picture is redrawn first, while no transaction is open."""
    try:
        wish, source = _read_new(sent, actor)
        upload = Upload(source, actor.account_id, kind=MediaKind.EMOJI)
        picture = await desk.take(kernel, upload)
        with kernel.db.write.begin() as session:
            add_emoji(session, actor, wish, media_id=picture.id, now=kernel.clock.now())
    except Invalid as fault:
        with kernel.db.read.begin() as session:
            return sent.again(SHELF, _by_field(fault), **_around(session))
    return after_post(request, to=DESK, said=say("It is there from now on."))


@router.get(this)
def show_emoji(request: Request, emoji_id: int, _actor: KeeperDep, session: ReaderDep) -> Response:
    """Show one emoji, to change or remove it."""
    emoji, picture = kept_emoji(session, emoji_id)
    form = filled_with(
        shortcode=emoji.shortcode,
        category=emoji.category or "",
        hidden=not emoji.visible_in_picker,
        unused=not emoji.enabled,
    )
    return render(request, ONE, form=form, emoji=emoji, picture=picture)


@router.post(this)
def post_change(
    request: Request,
    emoji_id: int,
    sent: SentDep,
    actor: KeeperDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Rename an emoji, move it, or take it out of use."""
    emoji, picture = kept_emoji(session, emoji_id)
    try:
        change_emoji(session, actor, emoji_id, sent.read(EmojiForm).wish, now=clock.now())
    except Invalid as fault:
        return sent.again(ONE, fault, emoji=emoji, picture=picture)
    return after_post(request, to=DESK, said=say("It is changed."))


@router.post(f"{this}/remove")
def post_remove(
    request: Request, emoji_id: int, actor: KeeperDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Erase an emoji."""
    remove_emoji(session, actor, emoji_id, now=clock.now())
    return after_post(request, to=DESK, said=say("It is removed."))


@router.get("/emojis/{emoji_id:int}", dependencies=[Anyone])
def get_emoji(request: Request, emoji_id: int, session: ReaderDep, kernel: KernelDep) -> Response:
    """Lead to the picture of an emoji, which may be another one tomorrow; sites get a document."""
    row, picture = kept_emoji(session, emoji_id)
    if wants_document(request):
        urls = Urls(kernel.settings.base_url)
        return document(emoji_document(emoji_of(row, picture), urls))
    return RedirectResponse(f"/{picture.path}", headers={"Access-Control-Allow-Origin": "*"})


def drawers(_session: Session, actor: Actor, _now: datetime) -> Sequence[Drawer]:
    """Offer the emoji to those who keep them."""
    if not may(actor, Verb.KEEP_EMOJI):
        return []
    return [Drawer(say("Emoji"), say("small pictures of our own"), DESK, icon="picture")]


def _read_new(sent: Sent, actor: Actor) -> tuple[EmojiWish, BinaryIO]:
    """Return what a new emoji is to be, and its file. Raises: Invalid."""
    wish = sent.read(EmojiForm).wish
    check_wish(actor, wish)
    files = sent.files("picture")
    if not files:
        fault = say("Choose a picture.")
        raise Invalid(fault, picture=fault)
    return wish, files[0].file


def _by_field(fault: Invalid) -> Invalid:
    """Say what is wrong with the file beside the field that it was chosen in."""
    faults = {"picture" if name == "file" else name: told for name, told in fault.fields.items()}
    return Invalid(fault.message, **faults)


def _around(session: Session) -> dict[str, Any]:
    return {"kept_emojis": kept_emojis(session)}
