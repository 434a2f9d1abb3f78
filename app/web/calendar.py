"""The co-op's calendar: as a page, and as a file that other calendars subscribe to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.http.access import Anyone, MemberDep
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.pages import page_router, render, translate
from app.http.panels import Date, PanelsDep
from app.http.shell import shell_of
from app.members.models import Member
from app.members.states import MemberState
from app.text.icalendar import CONTENT_TYPE, Event, calendar_file

router = page_router(prefix="/coop")

LABEL: Final = "calendar-feed"
ID_MAX: Final = 2**63 - 1
READERS: Final = (MemberState.ACTIVE, MemberState.SUSPENDED)


@router.get("/calendar")
def get_calendar(
    request: Request,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    panels: PanelsDep,
    kernel: KernelDep,
) -> Response:
    """Show what is to come, month by month."""
    return render(
        request,
        "web/calendar.html",
        dates=panels.dates_ahead(session, clock.now()),
        feed=f"/coop/calendar/{feed_key(session, kernel, actor.member_id)}.ics",
    )


@router.get("/calendar/{key}.ics", dependencies=[Anyone])
def get_feed(
    request: Request,
    key: str,
    session: ReaderDep,
    clock: ClockDep,
    panels: PanelsDep,
    kernel: KernelDep,
) -> Response:
    """Serve the calendar to the program of a member, who is known by the address alone."""
    _check_key(session, kernel, key)
    dates, now = panels.dates_ahead(session, clock.now()), clock.now()
    return Response(_file(request, dates, kernel, now), media_type=CONTENT_TYPE)


def feed_key(session: Session, kernel: Kernel, member_id: int) -> str:
    """Return the secret part of the address; another password makes another one."""
    return f"{member_id}-{kernel.keyring.sign(LABEL, _signed(session, member_id))}"


def _check_key(session: Session, kernel: Kernel, key: str) -> None:
    """Raise NotFound unless the key is that of somebody who is still a member."""
    number, _, signature = key.partition("-")
    is_id = number.isascii() and number.isdigit() and len(number) <= 19 and int(number) <= ID_MAX
    member = session.get(Member, int(number)) if is_id else None
    if member is not None and member.state in READERS:
        signed = _signed(session, member.id)
        if kernel.keyring.is_signed(LABEL, signed, signature):
            return
    raise NotFound(say("There is nothing at this address."))


def _signed(session: Session, member_id: int) -> bytes:
    return f"{member_id}:{session.get_one(Member, member_id).password_hash}".encode()


def _file(request: Request, dates: Sequence[Date], kernel: Kernel, now: datetime) -> str:
    base = kernel.settings.base_url
    events = [
        Event(
            uid=f"{date.key}@{kernel.settings.address_domain}",
            at=date.at,
            summary=f"{translate(request, date.what)}: {translate(request, date.title)}",
            url=base + date.url,
        )
        for date in dates
    ]
    return calendar_file(events, name=shell_of(request).site.name, now=now)
