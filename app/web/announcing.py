"""Announcements: officers write them, members read them and put them away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep, office
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.http.panels import Drawer, Need
from app.instance import announcements
from app.members.actor import Actor, Verb, may
from app.members.offices import Office
from app.text.safe import stored

router = page_router()

PAGE: Final = "/announcements"
DESK: Final = "/duties/announcements"
ForAllDep = Annotated[Actor, office(Office.ADMIN, Office.FACILITATOR)]
DAYS: Final = (
    ("1", say("For a day")),
    ("7", say("For a week")),
    ("30", say("For a month")),
    ("", say("Until somebody takes it down")),
)


class AnnouncementForm(Shape):
    """What all members are told, and for how many days."""

    text: str = Field(default="", max_length=20_000)
    days: int | None = Field(default=None, ge=1, le=366)


@router.get(PAGE)
def show_announcements(
    request: Request, actor: MemberDep, session: ReaderDep, clock: ClockDep
) -> Response:
    """Show what the officers tell all members."""
    return render(request, "web/announcements.html", told=_told(session, actor, now=clock.now()))


@router.post(f"{PAGE}/{{announcement_id:int}}/seen")
def note_seen(
    request: Request,
    announcement_id: int,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Put an announcement away."""
    announcements.mark_seen(session, actor, announcement_id, now=clock.now())
    return after_post(request, to=PAGE)


@router.get(DESK)
def show_desk(request: Request, actor: ForAllDep, session: ReaderDep, clock: ClockDep) -> Response:
    """Show what stands, and ask for something new."""
    return render(request, "web/announce.html", **_desk(session, actor, now=clock.now()))


@router.post(DESK)
def announce(
    request: Request, sent: SentDep, actor: ForAllDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Tell all members something."""
    now = clock.now()
    try:
        form = sent.read(AnnouncementForm)
        lasting = None if form.days is None else timedelta(days=form.days)
        announcements.announce(session, actor, form.text, lasting=lasting, now=now)
    except Invalid as fault:
        return sent.again("web/announce.html", fault, **_desk(session, actor, now=now))
    return after_post(request, to=DESK, said=say("All members see it from now on."))


@router.post(f"{DESK}/{{announcement_id:int}}/end")
def end(
    request: Request,
    announcement_id: int,
    actor: ForAllDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Take an announcement down."""
    announcements.end_announcement(session, actor, announcement_id, now=clock.now())
    return after_post(request, to=DESK, said=say("It is taken down."))


def drawers(_session: Session, actor: Actor, _now: datetime) -> Sequence[Drawer]:
    """Offer announcing to those who may."""
    if not may(actor, Verb.ANNOUNCE):
        return []
    return [Drawer(say("Announcements"), say("tell all members something"), DESK, icon="board")]


def needs(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return the newest announcement that the member has not seen."""
    told = announcements.newest_unseen(session, actor.account_id, now=now)
    if told is None:
        return []
    text = say("Posted {day}.", day=told.published_at.date())
    return [Need(say("An announcement for all members"), text, PAGE, say("Read it"))]


def _told(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    found = announcements.announcements_for(session, actor.account_id, now=now)
    return [
        {
            "row": told.announcement,
            "html": stored(told.announcement.html),
            "is_seen": told.is_seen,
            "reactions": [(one.name, one.count) for one in told.reactions],
        }
        for told in found
    ]


def _desk(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    return {"told": _told(session, actor, now=now), "days": DAYS}
