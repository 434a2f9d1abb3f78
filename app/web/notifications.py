"""What happened: by day, quietly, without numbers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep, ShellDep
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.forms import SentDep
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.http.rows import Face
from app.notifications.grouping import Told
from app.notifications.kinds import CO_OP_KINDS, PEOPLE_KINDS, NoticeKind
from app.notifications.queries import read_notices
from app.notifications.service import mark_read
from app.web.shown import face_of

router = page_router()

UTC_ZONE: Final = ZoneInfo("UTC")
TABS: Final = {"": frozenset(NoticeKind), "people": PEOPLE_KINDS, "coop": CO_OP_KINDS}
ICONS: Final = {
    NoticeKind.MENTION: "reply",
    NoticeKind.ANSWER: "reply",
    NoticeKind.POST: "write",
    NoticeKind.BOOST: "boost",
    NoticeKind.FAVOURITE: "star",
    NoticeKind.POLL: "poll",
    NoticeKind.UPDATE: "redline",
    NoticeKind.QUOTE: "comment",
    NoticeKind.QUOTED_UPDATE: "redline",
    NoticeKind.FOLLOW: "followers",
    NoticeKind.FOLLOW_REQUEST: "followers",
    NoticeKind.FOLLOW_ACCEPTED: "followers",
    NoticeKind.PROPOSAL: "ballot",
    NoticeKind.DOCUMENT: "redline",
    NoticeKind.OFFICE: "key",
    NoticeKind.DUES: "coin",
    NoticeKind.ACCOUNT: "me",
}

SENTENCES: Final[Mapping[NoticeKind, Callable[[Words], Words]]] = {
    NoticeKind.MENTION: lambda who: say("{who} wrote to you", who=who),
    NoticeKind.ANSWER: lambda who: say("{who} answered you", who=who),
    NoticeKind.POST: lambda who: say("{who} wrote something", who=who),
    NoticeKind.BOOST: lambda who: say("{who} boosted your post", who=who),
    NoticeKind.FAVOURITE: lambda who: say("{who} liked your post", who=who),
    NoticeKind.POLL: lambda who: say("A poll by {who} has ended", who=who),
    NoticeKind.UPDATE: lambda who: say("{who} changed a post that you boosted", who=who),
    NoticeKind.QUOTE: lambda who: say("{who} quoted your post", who=who),
    NoticeKind.QUOTED_UPDATE: lambda who: say("{who} changed a post that you quoted", who=who),
    NoticeKind.FOLLOW: lambda who: say("{who} follows you now", who=who),
    NoticeKind.FOLLOW_REQUEST: lambda who: say("{who} asks to follow you", who=who),
    NoticeKind.FOLLOW_ACCEPTED: lambda who: say("{who} lets you follow", who=who),
}


class Line(Record):
    """One thing that happened, in a sentence."""

    icon: str
    at: datetime
    faces: Sequence[Face]
    text: Words
    quote: str
    url: str
    is_new: bool


class DayOfLines(Record):
    """What happened on one day."""

    on: date
    lines: Sequence[Line]


@router.get("/notifications")
async def show_notifications(
    request: Request,
    actor: MemberDep,
    shell: ShellDep,
    kernel: KernelDep,
    tab: str = "",
    before: int | None = None,
) -> Response:
    """Show what happened, newest first."""
    kinds = TABS.get(tab, TABS[""])
    zone = shell.zone if isinstance(shell.zone, ZoneInfo) else UTC_ZONE
    now = kernel.clock.now()

    found = await kernel.db.hot(
        lambda hot: read_notices(
            hot, actor.account_id, now=now, zone=zone, before=before, kinds=kinds
        )
    )
    days = [DayOfLines(day.on, [_line(told) for told in day.told]) for day in found.days]
    older = with_query(request, before=found.older) if found.older else None
    return render(
        request,
        "web/notifications.html",
        days=days,
        older=older,
        since=found.since,
        newest_id=found.newest_id,
        here=with_query(request, before=None),
    )


class ReadForm(Shape):
    """Up to which notice everything was read."""

    up_to: int = Field(ge=0, lt=2**63)


@router.post("/notifications/read")
def read_notifications(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, sent: SentDep
) -> Response:
    """Note that everything up to a notice was read."""
    mark_read(session, actor, up_to=sent.read(ReadForm).up_to, now=clock.now())
    return after_post(request, to="/notifications")


def _line(told: Told) -> Line:
    faces = tuple(face_of(person) for person in told.people)
    return Line(
        icon=ICONS[told.kind],
        at=told.at,
        faces=faces,
        text=told.words or _sentence(told.kind, _names(faces)),
        quote=told.quote,
        url=told.path or (faces[0].url if faces else "/notifications"),
        is_new=told.is_new,
    )


def _names(faces: Sequence[Face]) -> Words:
    """Return the names of one, of two, or of the first and the others."""
    if not faces:
        return say("Somebody")
    if len(faces) == 1:
        return say("{name}", name=faces[0].name)
    if len(faces) == 2:
        return say("{one} and {other}", one=faces[0].name, other=faces[1].name)
    return say("{one}, {other} and others", one=faces[0].name, other=faces[1].name)


def _sentence(kind: NoticeKind, who: Words) -> Words:
    sentence = SENTENCES.get(kind)
    return say("News of the co-op") if sentence is None else sentence(who)
