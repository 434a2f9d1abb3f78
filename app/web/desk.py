"""The officers' desk: their mandates, what waits, notes for the next; and the applications."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import confirmed_office, office
from app.http.deps import ClockDep, LettersDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.http.panels import Drawer, PanelsDep
from app.members.actor import Actor, Verb, may
from app.members.admission import ANSWER_MAX, QUEUE_MAX, admit, applicants, refuse
from app.members.handover import NOTE_MAX, notes_for, write_note
from app.members.offices import Office, office_word
from app.members.queries import mandates_of

router = page_router(prefix="/duties")

QUEUE: Final = "/duties/admin/applications"
OfficerDep = Annotated[Actor, office(*Office)]
DoorkeeperDep = Annotated[Actor, office(Office.ADMIN, Office.SECRETARY)]
ConfirmedDoorkeeperDep = Annotated[Actor, confirmed_office(Office.ADMIN, Office.SECRETARY)]


class NoteForm(Shape):
    """A note for the next holder."""

    office: Office
    text: str = Field(default="", max_length=NOTE_MAX)


class AnswerForm(Shape):
    """What a refused applicant is told."""

    answer: str = Field(default="", max_length=ANSWER_MAX)


@router.get("")
def get_desk(
    request: Request, session: ReaderDep, actor: OfficerDep, panels: PanelsDep, clock: ClockDep
) -> Response:
    """Show the officer's mandates, what waits for them, and where they work."""
    now = clock.now()
    running = [
        (office_word(mandate.office), mandate)
        for mandate in mandates_of(session, actor.member_id)
        if mandate.starts_at <= now < (mandate.ended_at or mandate.ends_at)
    ]
    notes = notes_for(session, actor)
    return render(
        request,
        "web/duties.html",
        mandates=running,
        until=min((mandate.ended_at or mandate.ends_at) for _, mandate in running),
        drawers=panels.drawers_of(session, actor, now),
        notes=[
            (office, office_word(office), notes.get(office)) for office in sorted(actor.offices)
        ],
        now=now,
    )


@router.post("/note")
def post_note(
    request: Request, sent: SentDep, session: SessionDep, actor: OfficerDep, clock: ClockDep
) -> Response:
    """Keep a note for the next holder of an office."""
    form = sent.read(NoteForm)
    write_note(session, actor, office=form.office, text=form.text, now=clock.now())
    return after_post(request, to="/duties", said=say("The note is kept."))


@router.get("/admin/applications")
def get_applications(request: Request, session: ReaderDep, _actor: DoorkeeperDep) -> Response:
    """Show who waits at the door, with their own words."""
    return render(request, "web/applications.html", applicants=applicants(session))


@router.post("/admin/applications/{member_id:int}/admit")
def post_admit(
    request: Request,
    member_id: int,
    session: SessionDep,
    actor: ConfirmedDoorkeeperDep,
    clock: ClockDep,
    letters: LettersDep,
) -> Response:
    """Open the door."""
    admit(session, letters, actor, member_id=member_id, now=clock.now())
    return after_post(request, to=QUEUE, said=say("They are in, and a mail tells them."))


@router.post("/admin/applications/{member_id:int}/refuse")
def post_refuse(
    request: Request,
    member_id: int,
    sent: SentDep,
    session: SessionDep,
    actor: ConfirmedDoorkeeperDep,
    clock: ClockDep,
    letters: LettersDep,
) -> Response:
    """Decline, with a note."""
    try:
        answer = sent.read(AnswerForm).answer
    except Invalid as fault:
        return sent.again("web/applications.html", fault, applicants=applicants(session))
    answer = answer.replace("\0", "")
    refuse(session, letters, actor, member_id=member_id, answer=answer, now=clock.now())
    return after_post(request, to=QUEUE, said=say("Declined, and a mail tells them."))


def drawers(session: Session, actor: Actor, _now: datetime) -> Sequence[Drawer]:
    """Offer the queue of applications to those who answer them, and the mailbox to admins."""
    found = []
    if may(actor, Verb.ADMIT):
        n = len(applicants(session))
        title = say("Applications")
        found.append(Drawer(title, _waiting_words(n), QUEUE, waits=n > 0, icon="door"))
    if Office.ADMIN in actor.offices:
        text = say("mails that wait to be passed on")
        found.append(Drawer(say("Mailbox"), text, "/duties/admin/mailbox", icon="letter"))
    return found


def _waiting_words(n: int) -> Words:
    if n == 0:
        return say("nobody waits at the door")
    if n == 1:
        return say("one person waits for an answer")
    if n < QUEUE_MAX:
        return say("{n} people wait for an answer", n=n)
    return say("{n} people or more wait for an answer", n=n)
