"""Reporting somebody, and the moderators' desk where reports wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep, office
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.http.panels import Drawer, PanelsDep
from app.members.actor import Actor, Verb, may
from app.members.offices import Office
from app.moderation.models import Category
from app.moderation.queries import PAGE_SIZE, count_open, open_cases
from app.moderation.service import ANSWER_MAX, COMMENT_MAX, ReportForm, close_report, report
from app.statuses.queries import visible_status
from app.text.safe import stored
from app.web.profile import account_at
from app.web.shown import face_of

router = page_router()

DESK: Final = "/duties/moderation/reports"
CATEGORIES: Final = (
    (Category.VIOLATION.value, say("It breaks a house rule")),
    (Category.SPAM.value, say("It is spam")),
    (Category.LEGAL.value, say("It breaks the law")),
    (Category.OTHER.value, say("Something else")),
)
ModeratorDep = Annotated[Actor, office(Office.MODERATOR)]


class SentReport(Shape):
    """A report as its page sends it."""

    comment: str = Field(default="", max_length=COMMENT_MAX)
    category: Category = Category.OTHER
    rules: list[int] = Field(default_factory=list)
    post: int | None = Field(default=None, ge=0, lt=2**63)


class AnswerForm(Shape):
    """What the person who reported is told."""

    answer: str = Field(default="", max_length=ANSWER_MAX)


@router.get("/@{handle}/report")
def show_report(
    request: Request,
    handle: str,
    actor: MemberDep,
    session: ReaderDep,
    panels: PanelsDep,
    clock: ClockDep,
    post: int | None = None,
) -> Response:
    """Ask what is wrong, and say what a report does."""
    if post is not None:
        visible_status(session, actor.account_id, post)
    around = _around(session, handle, panels, now=clock.now())
    return render(request, "web/report.html", post=post, **around)


@router.post("/@{handle}/report")
def send_report(
    request: Request,
    handle: str,
    sent: SentDep,
    actor: MemberDep,
    session: SessionDep,
    panels: PanelsDep,
    clock: ClockDep,
) -> Response:
    """Ask the moderators to look."""
    account = account_at(session, handle)
    now = clock.now()
    try:
        form = sent.read(SentReport)
        report(session, actor, _form(account.id, form), now=now)
    except Invalid as fault:
        around = _around(session, handle, panels, now=now)
        return sent.again("web/report.html", fault, post=sent.text("post"), **around)
    said = say("The moderators will look at it, and tell you what they found.")
    return after_post(request, to=face_of(account).url, said=said)


@router.get(DESK)
def show_reports(
    request: Request,
    _actor: ModeratorDep,
    session: ReaderDep,
    panels: PanelsDep,
    clock: ClockDep,
) -> Response:
    """Show what was reported and waits for an answer, the oldest first."""
    return render(request, "web/reports.html", **_waiting(session, panels, now=clock.now()))


@router.post(f"{DESK}/{{report_id:int}}/close")
def close(
    request: Request,
    report_id: int,
    sent: SentDep,
    actor: ModeratorDep,
    session: SessionDep,
    panels: PanelsDep,
    clock: ClockDep,
) -> Response:
    """Close a report with an answer."""
    now = clock.now()
    try:
        answer = sent.read(AnswerForm).answer
        close_report(session, actor, report_id, answer=answer, now=now)
    except Invalid as fault:
        return sent.again("web/reports.html", fault, **_waiting(session, panels, now=now))
    return after_post(request, to=DESK, said=say("Closed. Whoever reported it is told."))


def drawers(session: Session, actor: Actor, _now: datetime) -> Sequence[Drawer]:
    """Offer the queue of reports to moderators."""
    if not may(actor, Verb.MODERATE):
        return []
    n = count_open(session)
    return [Drawer(say("Reports"), _waiting_words(n), DESK, waits=n > 0, icon="flag")]


def _form(target_id: int, form: SentReport) -> ReportForm:
    return ReportForm(
        target_id=target_id,
        status_ids=() if form.post is None else (form.post,),
        comment=form.comment,
        category=form.category,
        rule_ids=form.rules if form.category is Category.VIOLATION else (),
    )


def _around(session: Session, handle: str, panels: PanelsDep, *, now: datetime) -> dict[str, Any]:
    rules = [(str(n), rule.text) for n, rule in enumerate(panels.rules_of(session, now), start=1)]
    face = face_of(account_at(session, handle))
    return {"face": face, "rules": rules, "categories": CATEGORIES}


def _waiting(session: Session, panels: PanelsDep, *, now: datetime) -> dict[str, Any]:
    rules = {str(n): rule.text for n, rule in enumerate(panels.rules_of(session, now), start=1)}
    cases = [
        (
            case,
            face_of(case.target),
            face_of(case.reporter),
            [rules.get(number, number) for number in case.rule_ids],
            [(post, stored(post.html)) for post in case.posts],
        )
        for case in open_cases(session)
    ]
    return {"cases": cases, "categories": dict(CATEGORIES)}


def _waiting_words(n: int) -> Words:
    if n == 0:
        return say("nothing is reported")
    if n == 1:
        return say("one report waits for an answer")
    if n < PAGE_SIZE:
        return say("{n} reports wait for an answer", n=n)
    return say("{n} reports or more wait for an answer", n=PAGE_SIZE)
